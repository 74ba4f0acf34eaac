"""How far the translations of rows are: missing, outdated or current.

Everything is computed from rows that are loaded; ``PARTS`` names what to prefetch.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum
from itertools import chain
from typing import Any

from django.db import transaction
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from .models import Session
from .models.translated import SOURCE_LANGUAGE, TARGETS, Translated, column

PARTS = ["topics", "agenda_items", "appearances", "documents"]  # of a session


class State(Enum):
    NOTHING = "nothing"  # there is no English text
    MISSING = "missing"
    OUTDATED = "outdated"
    CURRENT = "current"


@dataclass(frozen=True)
class Text:
    """One text of one row in one language other than English."""

    row: Translated
    field: str
    language: str

    @property
    def column(self) -> str:
        return column(self.field, self.language)

    @property
    def source(self) -> str:
        return self.row.text_in(self.field, SOURCE_LANGUAGE)

    @property
    def translation(self) -> str:
        return self.row.text_in(self.field, self.language)

    @property
    def made_from(self) -> str:
        return str(self.row.translated_from.get(self.column, self.source))

    @property
    def state(self) -> State:
        if not self.source.strip():
            return State.NOTHING
        if not self.translation.strip():
            return State.MISSING
        outdated = self.column in self.row.translated_from
        return State.OUTDATED if outdated else State.CURRENT

    @property
    def label(self) -> str:
        meta = self.row._meta  # noqa: SLF001 (Django's own public name)
        name: Any = meta.get_field(self.field)
        return f"{capfirst(meta.verbose_name)} · {name.verbose_name}"

    @property
    def difference(self) -> SafeString:
        return difference(self.made_from, self.source)


@dataclass(frozen=True)
class Progress:
    """How far one language is."""

    language: str
    name: str
    texts: list[Text]

    def _in(self, state: State) -> list[Text]:
        return [text for text in self.texts if text.state == state]

    @property
    def outdated(self) -> list[Text]:
        return self._in(State.OUTDATED)

    @property
    def missing(self) -> list[Text]:
        return self._in(State.MISSING)

    @property
    def percent(self) -> int:
        """Return how many of a hundred are current; 100 only if all are."""
        wanted = [text for text in self.texts if text.state != State.NOTHING]
        return 100 * len(self._in(State.CURRENT)) // len(wanted) if wanted else 100


def rows_of(row: Translated) -> list[Translated]:
    """List a row and, of a session, what hangs on it."""
    if not isinstance(row, Session):
        return [row]
    return [row, *chain.from_iterable(getattr(row, part).all() for part in PARTS)]


def texts_of(rows: Iterable[Translated], language: str) -> Iterator[Text]:
    """Yield every text of the rows in a language, those without a source too."""
    for row in rows:
        for field in row.translated_fields():
            yield Text(row, field, language)


def progress_of(row: Translated) -> list[Progress]:
    """Say for each language how far a row is, with what hangs on it."""
    rows = rows_of(row)
    return [Progress(code, name, list(texts_of(rows, code))) for code, name in TARGETS]


@transaction.atomic
def confirm(row: Translated, language: str) -> int:
    """Take every translation in a language for one of the present English text."""
    outdated: dict[Translated, list[str]] = {}
    for text in texts_of(rows_of(row), language):
        if text.state == State.OUTDATED:
            outdated.setdefault(text.row, []).append(text.column)
    for part, columns in outdated.items():
        for name in columns:
            del part.translated_from[name]
        part.save(update_fields=["translated_from"])
    return sum(map(len, outdated.values()))


def difference(old: str, new: str) -> SafeString:
    """Mark the words that went and those that came."""
    before, after = old.split(), new.split()
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    pieces: list[SafeString] = []
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(format_html("{}", " ".join(before[a1:a2])))
            continue
        if a2 > a1:
            gone = " ".join(before[a1:a2])
            pieces.append(format_html('<del class="removed">{}</del>', gone))
        if b2 > b1:
            come = " ".join(after[b1:b2])
            pieces.append(format_html('<ins class="added">{}</ins>', come))
    words = format_html_join(" ", "{}", ((piece,) for piece in pieces))
    return format_html(
        '<span class="difference" lang="{}" dir="ltr">{}</span>', SOURCE_LANGUAGE, words
    )
