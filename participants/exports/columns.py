"""What an export of registrations says, in which order, in the active language.

Rows are read as plain values and turned into cells a batch at a time, column by
column: labels come out of dicts, texts are only touched where they must be.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import CharField, Choices, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, NullIf
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, gettext_lazy

from sessions.countries import NOT_LISTED, countries, country_name
from sessions.models import Category, Mode

from ..models import Registration, Role, Status

BATCH = 1_000  # rows in memory at a time

Cells = Sequence[Any]  # one column of a batch
Reader = Callable[[Cells, Cells], Cells]  # cells and the time zones of their sessions

# Characters that XML cannot hold or no reader shows; line ends other than "\n".
UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Column(NamedTuple):
    """One column: the field whose name heads it, where it is read, how wide it is."""

    field: str
    width: float  # characters
    kind: str = "text"  # text, number, moment, label
    path: str = ""  # as in values_list; empty: the field itself
    labels: Callable[[], dict[Any, str]] | None = None
    header: Any = ""  # a lazy text where the field's own name does not do

    @property
    def title(self) -> str:
        """The header in the active language."""
        field = Registration._meta.get_field(self.field)  # noqa: SLF001, documented
        return capfirst(str(self.header or getattr(field, "verbose_name", "")))


def _choices(choices: type[Choices]) -> Callable[[], dict[Any, str]]:
    return lambda: {"": ""} | {key: str(label) for key, label in choices.choices}


def _languages() -> dict[Any, str]:
    """Name languages in themselves, as the site does everywhere."""
    return {"": ""} | dict(settings.LANGUAGES)


def _country_names() -> dict[Any, str]:
    codes = [*countries(), NOT_LISTED]
    return {"": ""} | {code: country_name(code) for code in codes}


def _yes_or_no() -> dict[Any, str]:
    return {True: gettext("Yes"), False: gettext("No")}


COLUMNS = [
    Column("session", 9, kind="number", path="session__number"),
    Column("status", 18, kind="label", labels=_choices(Status)),
    Column("role", 13, kind="label", labels=_choices(Role)),
    Column("category", 18, kind="label", labels=_choices(Category)),
    Column("delegation", 28),
    Column("rank", 20, kind="label", labels=_choices(Registration.Rank)),
    Column(
        "form_of_address", 12, kind="label", labels=_choices(Registration.FormOfAddress)
    ),
    Column("family_name", 22),
    Column("given_name", 18),
    Column("badge_name", 22),
    Column("own_script_name", 22),
    Column("organisation", 30),
    Column("unit", 22),
    Column("function", 24),
    Column("city", 16),
    Column("country", 10, header=gettext_lazy("Country code")),
    Column("country", 26, kind="label", labels=_country_names),
    Column("email", 30),
    Column("mode", 14, kind="label", labels=_choices(Mode)),
    Column("interpretation_language", 14, kind="label", labels=_languages),
    Column("wishes_to_speak", 12, kind="label", labels=_yes_or_no),
    Column("speaking_subject", 26),
    Column("accessibility_needs", 26),
    Column("needs_visa_letter", 12, kind="label", labels=_yes_or_no),
    Column("visibility", 18, kind="label", labels=_choices(Registration.Visibility)),
    Column("created_at", 17, kind="moment"),
]


def headers() -> list[str]:
    """Return the headers in the active language; no two of them are the same."""
    found: list[str] = []
    for column in COLUMNS:
        title = column.title
        found.append(title if title not in found else f"{title} ({len(found) + 1})")
    return found


def batches(registrations: QuerySet[Registration]) -> Iterator[list[Cells]]:
    """Yield the rows in the order given, as columns of up to BATCH cells each.

    Cells are whole numbers, moments in the venue's time, or texts without characters
    that no file can hold. Labels are in the language that is active at the call.
    """
    rows = registrations.values_list(*map(_source, COLUMNS), "session__time_zone")
    return _read(rows.iterator(chunk_size=BATCH), [_reader(c) for c in COLUMNS])


def _read(
    rows: Iterator[tuple[Any, ...]], readers: list[Reader]
) -> Iterator[list[Cells]]:
    while batch := list(islice(rows, BATCH)):
        *columns, zones = zip(*batch, strict=True)
        yield [read(cells, zones) for read, cells in zip(readers, columns, strict=True)]


def _source(column: Column) -> str | Combinable:
    """Say what the database gives for a column; a delegation's name falls back."""
    if column.field != "delegation":
        return column.path or column.field
    language = (get_language() or "en").replace("-", "_")
    text = CharField()
    translated = NullIf(f"delegation__name_{language}", Value(""), output_field=text)
    return Coalesce(translated, "delegation__name_en", Value(""), output_field=text)


def _reader(column: Column) -> Reader:
    if column.labels:
        label = _Labels(column.labels()).__getitem__
        return lambda cells, _zones: list(map(label, cells))
    return {"number": _numbers, "moment": _moments, "text": _texts}[column.kind]


class _Labels(dict[Any, str]):
    """Labels of values; a value that has none, kept from older days, labels itself."""

    def __missing__(self, value: Any) -> str:
        return str(value)


def _numbers(cells: Cells, _zones: Cells) -> Cells:
    return cells


def _moments(cells: Cells, zones: Cells) -> Cells:
    """Return the moments in the time of their venues."""
    known = {name: ZoneInfo(name) for name in set(zones)}
    return [
        moment.astimezone(known[zone])
        for moment, zone in zip(cells, zones, strict=True)
    ]


def _texts(cells: Cells, _zones: Cells) -> Cells:
    if UNREADABLE.search("".join(cells)):
        return [readable(cell) for cell in cells]
    return cells


def readable(text: str) -> str:
    """Drop what no reader shows: control characters, halves of surrogate pairs."""
    return UNREADABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
