"""Finding sessions by words and filters, among a list that fits into memory."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import Model
from django.utils.translation import get_language
from modeltranslation.utils import build_localized_fieldname

from .countries import without_accents
from .models import Appearance, Session, Speaker, Theme, Topic

LONGEST_QUESTION = 200  # characters; what is longer finds nothing more
UNSTATED = "unstated"  # the mode of a session that no source tells

FILTERS: dict[str, Callable[[Session], Iterable[str]]] = {
    "theme": lambda session: [theme.slug for theme in session.themes.all()],
    "year": lambda session: [str(session.year)] if session.year else [],
    "mode": lambda session: [session.mode or UNSTATED],
}


class Choice(NamedTuple):
    """One value of a filter: how many sessions it leaves and where it leads."""

    value: str
    sessions: int
    is_chosen: bool
    query: str  # of the address; empty for the whole list


class Search:
    """What a reader asked of the list of sessions.

    ``sessions`` have their themes prefetched. ``asked`` is the query of the address:
    an unknown value finds nothing, an empty one does not count.
    """

    def __init__(self, sessions: Sequence[Session], asked: Mapping[str, str]) -> None:
        self.words = asked.get("q", "").strip()[:LONGEST_QUESTION]
        self.chosen = {name: asked[name] for name in FILTERS if asked.get(name)}
        self._sessions = sessions
        self._found = [*sessions]
        if self.words:
            texts = _texts(sessions)
            self._found = [s for s in sessions if holds(texts[s.pk], self.words)]

    def __bool__(self) -> bool:
        return bool(self.words or self.chosen)

    def results(self, but: str = "") -> list[Session]:
        """List what answers the words and all filters, but one if it is named."""
        chosen = {name: value for name, value in self.chosen.items() if name != but}
        return [
            session
            for session in self._found
            if all(value in FILTERS[name](session) for name, value in chosen.items())
        ]

    def without(self, name: str) -> Choice:
        """Return the choice that takes a filter away."""
        return Choice(
            "", len(self.results(but=name)), name not in self.chosen, self._query(name)
        )

    def choices(self, name: str) -> list[Choice]:
        """List the values of a filter that sessions have, as far as any is left."""
        answered = self.results(but=name)
        values = {value: None for s in self._sessions for value in FILTERS[name](s)}
        counts = {
            value: sum(value in FILTERS[name](session) for session in answered)
            for value in values
        }
        chosen = self.chosen.get(name)
        return [
            Choice(value, count, value == chosen, self._query(name, value))
            for value, count in counts.items()
            if count or value == chosen
        ]

    def _query(self, name: str, value: str = "") -> str:
        """Return the address's query with one filter set otherwise."""
        asked = {"q": self.words} | self.chosen | {name: value}
        return urlencode({key: text for key, text in asked.items() if text})


def holds(text: str, words: str) -> bool:
    """Tell whether a folded text holds every word, whatever its case and accents."""
    return all(word in text for word in without_accents(words).split())


def spoken(row: Model, *fields: str) -> list[str]:
    """List a row's translated texts in the active language and in English."""
    return [getattr(row, name) or "" for name in _localized(*fields)]


def _localized(*fields: str) -> list[str]:
    languages = dict.fromkeys([get_language() or "en", "en"])
    return [build_localized_fieldname(f, code) for f in fields for code in languages]


def _texts(sessions: Sequence[Session]) -> dict[int, str]:
    """Return all that can be found of each session, folded; it takes two queries."""
    texts = {s.pk: [*spoken(s, "title", "summary")] for s in sessions}
    for session in sessions:
        for theme in session.themes.all():
            texts[session.pk] += spoken(theme, "name")
    topics = Topic.objects.filter(session__in=texts)
    for pk, *found in topics.values_list("session_id", *_localized("text")):
        texts[pk] += [text or "" for text in found]
    speakers = Appearance.objects.filter(session__in=texts)
    for pk, name in speakers.values_list("session_id", "speaker__name").distinct():
        texts[pk].append(name)
    return {pk: without_accents("\n".join(found)) for pk, found in texts.items()}


class Person(NamedTuple):
    """A speaker and where one met them, the latest session first."""

    speaker: Speaker
    latest: Appearance  # that tells a function, else the last of all
    sessions: list[Session]


def find_people(appearances: Iterable[Appearance], words: str = "") -> list[Person]:
    """Group appearances by speaker; keep whose name or function holds every word."""
    by_speaker: dict[int, list[Appearance]] = {}
    for appearance in appearances:
        by_speaker.setdefault(appearance.speaker_id, []).append(appearance)
    found = [_person(own) for own in by_speaker.values() if _is_called(own, words)]
    return sorted(found, key=lambda person: by_name(person.speaker))


def _person(appearances: list[Appearance]) -> Person:
    told = (a for a in appearances if a.shown_function)
    sessions = {a.session_id: a.session for a in appearances}
    return Person(
        appearances[0].speaker, next(told, appearances[0]), list(sessions.values())
    )


def _is_called(appearances: list[Appearance], words: str) -> bool:
    texts = [
        appearances[0].speaker.name,
        *spoken(appearances[0].speaker, "affiliation"),
    ]
    texts += [text for a in appearances for text in spoken(a, "function")]
    return holds(without_accents("\n".join(texts)), words)


def themes_of(sessions: Iterable[Session]) -> dict[str, Theme]:
    """Return the themes of sessions by slug, sorted by name in the active language."""
    themes = {theme.slug: theme for s in sessions for theme in s.themes.all()}
    return dict(sorted(themes.items(), key=lambda pair: by_name(pair[1])))


def by_name(row: Model) -> str:
    """Return what sorts rows by their name: no accents, no case."""
    return without_accents(str(row))
