"""Rows of a session file, judged before anything is written."""

import json
import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.text import slugify

from sessions.models import Appearance, Session

from .fields import LARGEST_COUNT, LARGEST_SMALL, Fields, printable, refuse
from .sources import publisher, source_title

# Every field of a row. "title" (the series' long name), "source_note" and
# "unverified_from_memory" are known, and never stored.
FIELDS = {
    "ordinal",
    "title",
    "theme",
    "starts_on",
    "ends_on",
    "held_year",
    "mode",
    "venue",
    "city",
    "source",
    "verified",
    "topics",
    "summary",
    "meeting_code",
    "attendance",
    "hours_local",
    "people_named",
    "other_sources",
    "unverified_from_memory",
    "source_note",
}
PERSON_FIELDS = {"name", "role"}
ATTENDANCE_FIELDS = {
    "count",
    "count_qualifier",
    "kind",
    "countries",
    "countries_qualifier",
    "source",
}

HOURS = re.compile(r"(\d\d:\d\d)\s*[-–]\s*(\d\d:\d\d) Geneva time")
LONGEST_SLUG = 80  # characters; the column takes 120
ROLES = {
    "chair": Appearance.Role.CHAIR,
    "opening": Appearance.Role.OPENING,
    "opening statement": Appearance.Role.OPENING,
    "opening remarks": Appearance.Role.OPENING,
    "keynote": Appearance.Role.KEYNOTE,
    "keynote speaker": Appearance.Role.KEYNOTE,
    "keynote address": Appearance.Role.KEYNOTE,
    "moderator": Appearance.Role.MODERATOR,
    "panellist": Appearance.Role.PANELLIST,
    "panelist": Appearance.Role.PANELLIST,
    "presentation": Appearance.Role.SPEAKER,
    "speaker": Appearance.Role.SPEAKER,
}


@dataclass(frozen=True)
class Person:
    """Somebody on the podium, in the role and function a source names."""

    name: str
    role: str
    function: str


@dataclass(frozen=True)
class Attendance:
    """A reported figure; it says nothing without its source."""

    count: int
    qualifier: str
    kind: str
    countries: int | None
    countries_qualifier: str
    source_url: str


@dataclass(frozen=True)
class SessionRow:
    """One session as the file has it. What is empty the file does not say."""

    number: int
    slug: str
    titles: dict[str, str]  # language code -> title
    summary: str
    is_verified: bool
    starts_on: date | None
    ends_on: date | None
    held_year: int | None  # only without days
    mode: str
    venue: str
    city: str
    hours: str
    meeting_code: str
    topics: tuple[str, ...]
    people: tuple[Person, ...]
    sources: tuple[tuple[str, str], ...]  # title, address
    attendance: Attendance | None
    themes: tuple[str, ...] = ()  # slugs
    left_out: tuple[str, ...] = ()  # addresses that are not published


def parse_sessions(raw: bytes) -> list[SessionRow]:
    """Read a session file: UTF-8, JSON, a list of objects.

    Raises ValidationError with code ``bad_file``, naming row and field.
    """
    rows = _json(raw)
    if not isinstance(rows, list):
        refuse("The file", "must hold a list of sessions")
    sessions = [_session(row, n) for n, row in enumerate(rows, 1)]
    seen: dict[int, int] = {}
    for n, session in enumerate(sessions, 1):
        if session.number in seen:
            refuse(
                f"Row {n}, field ordinal",
                f"{session.number} stands in row {seen[session.number]} already",
            )
        seen[session.number] = n
    return sessions


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_object)
    except UnicodeDecodeError as error:
        refuse("The file", f"is not UTF-8 at byte {error.start}")
    except RecursionError:
        refuse("The file", "is nested too deeply")
    except ValueError as error:
        refuse("The file", f"is not JSON: {error}")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name that stands twice in one object; json would keep the last."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"the field {printable(name)} stands twice in one object")
        found[name] = value
    return found


def _session(row: Any, n: int) -> SessionRow:
    fields = Fields(row, f"Row {n}", FIELDS)
    number = fields.number("ordinal", smallest=1, largest=LARGEST_SMALL)
    fields.where = f"Row {n} (session {number})"
    _judge_what_is_not_stored(fields)
    theme = fields.text("theme", longest=250)
    starts_on, ends_on, held_year = _days(fields)
    session = SessionRow(
        number=number,
        slug=session_slug(number, theme),
        titles={"en": theme},
        summary=fields.text("summary", longest=5000, required=False),
        is_verified=fields.yes_or_no("verified"),
        starts_on=starts_on,
        ends_on=ends_on,
        held_year=held_year,
        mode=fields.one_of("mode", Session.Mode.values),
        venue=fields.text("venue", longest=200, required=False),
        city=fields.text("city", longest=100, required=False),
        hours=_hours(fields),
        meeting_code=fields.text("meeting_code", longest=40, required=False),
        topics=_topics(fields),
        people=_people(fields),
        sources=(),
        attendance=_attendance(fields),
    )
    return _only_published_addresses(session, _addresses(fields))


def session_slug(number: int, theme: str) -> str:
    """Return the address of a session: its number, then the words of its theme."""
    words = slugify(f"{number} {theme}").split("-")
    while len(words) > 1 and len("-".join(words)) > LONGEST_SLUG:
        words.pop()
    return "-".join(words)


def _judge_what_is_not_stored(fields: Fields) -> None:
    fields.text("title", longest=250)
    fields.text("source_note", longest=5000, required=False)
    if not isinstance(fields.row["unverified_from_memory"], dict):
        fields.refuse("unverified_from_memory", "must be an object")


def _days(fields: Fields) -> tuple[date | None, date | None, int | None]:
    """Return first day, last day and, only if these are not known, the year."""
    first, last = fields.day_or_none("starts_on"), fields.day_or_none("ends_on")
    year = fields.number_or_none("held_year", smallest=1967, largest=2200)
    if first is None and last is not None:
        fields.refuse("starts_on", "is null, but ends_on is not")
    if first is not None and last is None:
        fields.refuse("ends_on", "is null, but starts_on is not")
    if first is None or last is None:
        return None, None, year
    if last < first:
        fields.refuse("ends_on", f"{last} is before the first day, {first}")
    if year is not None and year != first.year:
        fields.refuse("held_year", f"{year} is not the year of {first}")
    return first, last, None


def _hours(fields: Fields) -> str:
    """Return "10:00–18:00" for "10:00-18:00 Geneva time"."""
    text = fields.text("hours_local", longest=50, required=False)
    if not text:
        return ""
    found = HOURS.fullmatch(text)
    if not found or max(found.groups()) > "23:59" or found[1] >= found[2]:
        fields.refuse("hours_local", "must be like 10:00-18:00 Geneva time")
    return f"{found[1]}–{found[2]}"


def _topics(fields: Fields) -> tuple[str, ...]:
    topics = [entry.text("text", longest=250) for entry in fields.each("topics")]
    if len(set(topics)) < len(topics):
        fields.refuse("topics", "one topic stands twice")
    return tuple(topics)


def _people(fields: Fields) -> tuple[Person, ...]:
    people = []
    for n, entry in enumerate(fields.entries("people_named"), 1):
        where = f"{fields.where}, field people_named, entry {n}"
        person = Fields(entry, where, PERSON_FIELDS)
        name = person.text("name", longest=200)
        role, function = role_and_function(person.text("role", longest=250))
        people.append(Person(name, role, function))
    if len({(person.name, person.role) for person in people}) < len(people):
        fields.refuse("people_named", "one person stands twice in one role")
    return tuple(people)


def role_and_function(text: str) -> tuple[str, str]:
    """Part "Chair; Permanent Representative of …" into role and function.

    The role is the first or the last part, by comma or semicolon, if it is a known
    one; whoever is named without one is a speaker.
    """
    words = "|".join(sorted(ROLES, key=len, reverse=True))
    for pattern in (
        rf"(?P<role>{words})",
        rf"(?P<role>{words})\s*[;,]\s*(?P<rest>.+)",
        rf"(?P<rest>.+?)\s*[;,]\s*(?P<role>{words})",
    ):
        found = re.fullmatch(pattern, text, re.IGNORECASE | re.DOTALL)
        if found:
            rest = found.groupdict().get("rest") or ""
            return ROLES[found["role"].casefold()], _capital(rest)
    return Appearance.Role.SPEAKER, _capital(text)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _attendance(fields: Fields) -> Attendance | None:
    row = fields.row["attendance"]
    if row is None:
        return None
    figure = Fields(row, f"{fields.where}, field attendance", ATTENDANCE_FIELDS)
    return Attendance(
        count=figure.number("count", smallest=0, largest=LARGEST_COUNT),
        qualifier=figure.text("count_qualifier", longest=30, required=False),
        kind=figure.text("kind", longest=60),
        countries=figure.number_or_none("countries", smallest=0, largest=LARGEST_SMALL),
        countries_qualifier=figure.text(
            "countries_qualifier", longest=30, required=False
        ),
        source_url=figure.address("source"),
    )


def _addresses(fields: Fields) -> list[str]:
    """List the pages a row names, its own source first, each once."""
    found = [fields.address("source", required=False)]
    found += [entry.address("text") for entry in fields.each("other_sources")]
    return [address for address in dict.fromkeys(found) if address]


def _only_published_addresses(row: SessionRow, addresses: list[str]) -> SessionRow:
    """Keep sources and figures of official and press pages; list what is left out."""
    left_out = [address for address in addresses if not publisher(address)]
    attendance = row.attendance
    if attendance and not publisher(attendance.source_url):
        left_out.append(attendance.source_url)
        attendance = None
    return replace(
        row,
        sources=tuple((source_title(a), a) for a in addresses if publisher(a)),
        attendance=attendance,
        left_out=tuple(dict.fromkeys(left_out)),
    )
