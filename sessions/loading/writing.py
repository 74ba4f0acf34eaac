"""Sessions of a file written into the database: what is missing, or what differs."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import translation

from sessions.models import (
    Appearance,
    ReportedAttendance,
    Session,
    Source,
    Speaker,
    Theme,
    Topic,
)

from .fields import refuse
from .parsing import Attendance, SessionRow
from .shipped import ThemeRow, names_of_city

ATTENDANCE_FIELDS = list(Attendance.__dataclass_fields__)


@dataclass(frozen=True)
class Outcome:
    """What became of one session or theme of the file."""

    what: str  # "Session 9"
    outcome: str  # created, unchanged, differs, updated
    fields: tuple[str, ...] = ()  # which differ, or were updated
    left_out: tuple[str, ...] = ()


@transaction.atomic
def load(
    rows: Sequence[SessionRow], themes: Sequence[ThemeRow] = (), *, update: bool = False
) -> list[Outcome]:
    """Create the sessions and themes that are missing; all of them or none.

    What exists stays as staff edited it unless ``update``; then it becomes what the
    file says. Where the file says nothing (null, an empty list, a language it has
    no text in) it neither differs nor overwrites. Safe to repeat.

    Raises ValidationError with code ``bad_file`` if a row cannot be stored.
    """
    # Before the version of the content, as whoever admits somebody locks them.
    list(Session.objects.select_for_update(no_key=True).order_by("pk"))
    with translation.override("en"):  # "text" is "text_en", and the base column too
        outcomes = [_load_theme(row, update=update) for row in themes]
        return outcomes + [_load_session(row, update=update) for row in rows]


def _load_theme(row: ThemeRow, *, update: bool) -> Outcome:
    what = f"Theme {row.slug}"
    names = {_column("name", code): name for code, name in row.names.items()}
    theme = Theme.objects.filter(slug=row.slug).first()
    if theme is None:
        _save(Theme(slug=row.slug, **names), what)
        return Outcome(what, "created")
    return _settle(theme, names, what, update=update)


def _settle(
    row: models.Model, texts: dict[str, Any], what: str, *, update: bool
) -> Outcome:
    """Compare a row with what the file says and, if asked to, make it so."""
    differing = tuple(
        n for n, said in texts.items() if (getattr(row, n) or "") != (said or "")
    )
    if not differing:
        return Outcome(what, "unchanged")
    if update:
        for name in differing:
            setattr(row, name, texts[name])
        _save(row, what)
    return Outcome(what, "updated" if update else "differs", differing)


def _load_session(row: SessionRow, *, update: bool) -> Outcome:
    what = f"Session {row.number}"
    session = Session.objects.filter(number=row.number).first()
    columns = _columns(row)
    if session is None:
        session = Session(number=row.number, slug=row.slug, **columns)
        _save(session, what)
        for part in _parts(row):
            part.write(session)
        return Outcome(what, "created", left_out=row.left_out)
    if update and columns["held_year"] is None:
        session.held_month = None  # a month stands beside a year only
    own = _settle(session, columns, what, update=update)
    parts = [part for part in _parts(row) if part.read(session) != part.said]
    if update:
        for part in parts:
            part.write(session)
    differing = own.fields + tuple(part.name for part in parts)
    outcome = ("updated" if update else "differs") if differing else "unchanged"
    return Outcome(what, outcome, differing, row.left_out)


def _columns(row: SessionRow) -> dict[str, Any]:
    """Return the columns of the session's own row that the file speaks of."""
    titles = {_column("title", code): text for code, text in row.titles.items()}
    days = {
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "held_year": row.held_year,
        "status": Session.Status.PUBLISHED if row.is_verified else Session.Status.DRAFT,
    }
    others = {
        "summary_en": row.summary,
        "mode": row.mode,
        "venue_en": row.venue,
        "city_en": row.city,
        "hours": row.hours,
        "meeting_code": row.meeting_code,
    }
    names = names_of_city(row.city)
    cities = {_column("city", code): name for code, name in names.items()}
    said = {name: text for name, text in others.items() if text}
    return titles | days | cities | said


def _column(field: str, language: str) -> str:
    return f"{field}_{language.replace('-', '_')}"


@dataclass(frozen=True)
class _Part:
    """What hangs on a session: how to read it and how to make it what is said."""

    name: str
    said: Sequence[Any]
    read: Callable[[Session], Sequence[Any]]
    write: Callable[[Session], None]


def _parts(row: SessionRow) -> Iterator[_Part]:
    """Yield the parts of a session that the file speaks of."""
    people = [astuple(person) for person in row.people]
    figures = [astuple(row.attendance)] if row.attendance else []
    parts = [
        _Part("themes", sorted(row.themes), _themes, lambda s: _write_themes(s, row)),
        _Part("topics", list(row.topics), _topics, lambda s: _write_topics(s, row)),
        _Part("people", people, _people, lambda s: _write_people(s, row)),
        _Part(
            "sources", sorted(row.sources), _sources, lambda s: _write_sources(s, row)
        ),
        _Part("attendance", figures, _figures, lambda s: _write_figures(s, row)),
    ]
    return (part for part in parts if part.said)


def _themes(session: Session) -> list[str]:
    return sorted(session.themes.values_list("slug", flat=True))


def _write_themes(session: Session, row: SessionRow) -> None:
    session.themes.set(Theme.objects.filter(slug__in=row.themes))


def _topics(session: Session) -> list[str]:
    return [topic.text for topic in session.topics.all()]


def _write_topics(session: Session, row: SessionRow) -> None:
    """Keep the topics that stay, for their translations are staff's work."""
    kept = {topic.text: topic for topic in session.topics.all()}
    for position, text in enumerate(row.topics, 1):
        topic = kept.pop(text, None) or Topic(session=session, text=text)
        topic.position = position
        topic.save()
    for topic in kept.values():
        topic.delete()


def _people(session: Session) -> list[tuple[str, str, str]]:
    podium = session.appearances.podium()
    return [(who.speaker.name, who.role, who.function) for who in podium]


def _write_people(session: Session, row: SessionRow) -> None:
    kept = {(who.speaker.name, who.role): who for who in session.appearances.podium()}
    for position, person in enumerate(row.people, 1):
        who = kept.pop((person.name, person.role), None) or Appearance(
            session=session, speaker=_speaker(person.name), role=person.role
        )
        who.function = person.function
        who.position = position
        who.save()
    for who in kept.values():
        who.delete()


def _speaker(name: str) -> Speaker:
    """Return the first speaker of this name; make one who has nothing but it.

    What somebody was at a session is kept with the appearance; what they are now
    the file does not know.
    """
    speaker = Speaker.objects.filter(name=name).order_by("pk").first()
    return speaker or Speaker.objects.create(name=name)


def _sources(session: Session) -> list[tuple[str, str]]:
    return sorted(session.sources.values_list("title", "url"))


def _write_sources(session: Session, row: SessionRow) -> None:
    session.sources.exclude(url__in=[url for _title, url in row.sources]).delete()
    for title, url in row.sources:
        Source.objects.update_or_create(
            session=session, url=url, defaults={"title": title}
        )


def _figures(session: Session) -> list[tuple[Any, ...]]:
    return list(session.reported_attendances.values_list(*ATTENDANCE_FIELDS))


def _write_figures(session: Session, row: SessionRow) -> None:
    session.reported_attendances.all().delete()
    if row.attendance:
        figure = dict(zip(ATTENDANCE_FIELDS, astuple(row.attendance), strict=True))
        ReportedAttendance.objects.create(session=session, **figure)


def _save(row: models.Model, what: str) -> None:
    """Save a row that keeps the rules of its model.

    Raises ValidationError with code ``bad_file`` if it breaks one.
    """
    try:
        row.full_clean()
    except ValidationError as error:
        refuse(what, "; ".join(error.messages))
    row.save()
