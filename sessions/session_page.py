"""What the page of one session shows: six queries, however long its programme.

The session, its programme, who appears, what else hangs on it, the sessions nearby;
the sixth counts places, see ``registration_places``. All are values of the languages
shown: as objects in six languages they took most of the time of the page.
"""

from collections import defaultdict
from datetime import date
from itertools import groupby
from typing import Any

from django.db import connection
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Now

from .countries import without_accents
from .models import (
    AgendaItem,
    Appearance,
    Document,
    ReportedAttendance,
    Session,
    Source,
    Theme,
    Topic,
)
from .prepared import Prepared, Rows
from .shown import columns

MOST_RELATED = 4


def visible_session(slug: str, *, drafts: bool) -> Session | None:
    """Return a session with the texts of one language; drafts only to who may see."""
    rows = _any_session(slug) if drafts else _public_session(slug)
    return next(map(_session, rows), None)


def programme_of(session: Session) -> list[tuple[date, Rows]]:
    """Return the items by calendar day at the venue."""
    zone = session.zone
    items = _items(session.pk)
    for item in items:
        item["starts_at"] = item["starts_at"].astimezone(zone)
        item["ends_at"] = item["ends_at"].astimezone(zone)
    by_day = groupby(items, lambda item: item["starts_at"].date())
    return [(day, list(group)) for day, group in by_day]


def appearances_of(session: Session) -> dict[int | None, Rows]:
    """Return who appears, by programme item; under None, at the session as a whole."""
    found: dict[int | None, Rows] = defaultdict(list)
    for row in _appearances(session.pk):
        found[row["agenda_item_id"]].append(row)
    return found


def parts_of(session: Session) -> dict[str, Rows]:
    """Return themes, topics, documents, reported figures and sources in one query."""
    parts: dict[str, Rows] = {name: [] for name in PARTS}
    for row in _parts(*[session.pk] * len(PARTS)):
        parts[row["part"]].append(row)
    for rows in parts.values():
        rows.sort(key=lambda row: (row["order"], row["id"]))
    parts["themes"].sort(key=lambda row: without_accents(row["own"] or row["english"]))
    return parts


def reported_of(parts: dict[str, Rows]) -> list[ReportedAttendance]:
    """Return the reported figures as what the filters of figures take."""
    return [
        ReportedAttendance(
            count=row["number"],
            qualifier=row["words"],
            kind=row["code"],
            countries=row["countries_number"],
            countries_qualifier=row["countries_words"],
            source_url=row["address"],
        )
        for row in parts["reported"]
    ]


def nearby(session: Session) -> tuple[list[Session], list[Session]]:
    """Return the sessions before and after, and others that share a theme."""
    beside = [session.number - 1, session.number + 1]
    found = [*map(_session, _nearby(session.pk, *beside))]
    related = [s for s in found if s.number not in beside]
    return [s for s in found if s.number in beside], related[-MOST_RELATED:]


# The queries ------------------------------------------------------------------------


def _values(sessions: QuerySet[Session], *texts: str) -> QuerySet[Any, Any]:
    """Read all but texts that are not shown, in the order of a session's columns."""
    shown = columns(*texts)
    names = [
        field.attname
        for field in Session._meta.concrete_fields  # noqa: SLF001
        if field.name in shown or not _is_text(field)
    ]
    plain: Any = sessions  # modeltranslation would shuffle the columns
    found: QuerySet[Any, Any] = plain.rewrite(False).values(*names)
    return found


def _is_text(field: Any) -> bool:
    base = getattr(field, "translated_field", field)
    return base.name in {*Session.translated_fields(), "translated_from"}


def _session(row: dict[str, Any]) -> Session:
    return Session.from_db(connection.alias, row, [*row.values()])


ALL_TEXTS = ["title", "summary", "description", "venue", "city"]
_public_session = Prepared(
    lambda slug: _values(Session.objects.public().filter(slug=slug), *ALL_TEXTS)
)
_any_session = Prepared(
    lambda slug: _values(Session.objects.filter(slug=slug), *ALL_TEXTS)
)


@Prepared
def _items(session: int) -> QuerySet[Any, Any]:
    texts = columns("title", "abstract", "room")
    items = AgendaItem.objects.filter(session=session).order_by("starts_at", "pk")
    found: QuerySet[Any, Any] = items.values(
        "id", "kind", "starts_at", "ends_at", *texts
    )
    return found


@Prepared
def _appearances(session: int) -> QuerySet[Any, Any]:
    who = ["speaker_id", "speaker__name", "speaker__photo"]
    texts = columns("function", "speaker__affiliation")
    found = Appearance.objects.filter(session=session)
    rows: QuerySet[Any, Any] = found.values("agenda_item_id", "role", *who, *texts)
    return rows


@Prepared
def _nearby(session: int, before: int, after: int) -> QuerySet[Any, Any]:
    themes = Theme.objects.filter(sessions=session)
    shares_theme = Exists(themes.filter(sessions=OuterRef("pk")))
    others = Session.objects.public().exclude(pk=session).order_by("number")
    found = others.filter(Q(number__in=[before, after]) | shares_theme)
    return _values(found, "title", "city")


# One shape for all that hangs on a session, so that one query brings it.
BLANK: dict[str, str | int] = {
    "order": 0,
    "own": "",
    "english": "",
    "code": "",
    "address": "",
    "written_in": "",
    "item_own": "",
    "item_english": "",
    "number": 0,
    "words": "",
    "countries_number": 0,
    "countries_words": "",
}
PARTS: dict[str, tuple[type[Model], str, dict[str, str]]] = {
    "documents": (
        Document,
        "title",
        {"code": "kind", "address": "url", "written_in": "language"},
    ),
    "topics": (Topic, "text", {"order": "position"}),
    "themes": (Theme, "name", {"code": "slug"}),
    "sources": (Source, "", {"own": "title", "address": "url"}),
    "reported": (
        ReportedAttendance,
        "",
        {
            "code": "kind",
            "address": "source_url",
            "number": "count",
            "words": "qualifier",
            "countries_number": "countries",
            "countries_words": "countries_qualifier",
        },
    ),
}


@Prepared
def _parts(*sessions: int) -> QuerySet[Any, Any]:
    first, *others = [
        _part(name, session) for name, session in zip(PARTS, sessions, strict=True)
    ]
    return first.union(*others, all=True)


def _part(name: str, session: int) -> QuerySet[Any, Any]:
    model, text, given = PARTS[name]
    fields = {column: F(field) for column, field in given.items()}
    if text:
        fields |= _in_two_languages("", text)
    if model is Document:
        fields |= _in_two_languages("item_", "agenda_item__title")
    read = {column: fields.get(column, Value(blank)) for column, blank in BLANK.items()}
    # Not by a manager: modeltranslation's would shuffle the columns of a union.
    rows: QuerySet[Any, Any] = QuerySet(model).order_by()
    of_session = rows.filter(**{"sessions" if model is Theme else "session": session})
    if model is Document:  # by the database's clock: the query is kept
        of_session = of_session.exclude(public_from__gt=Now())
    found = of_session.annotate(part=Value(name), **read)
    values: QuerySet[Any, Any] = found.values("part", "id", *read)
    return values


def _in_two_languages(prefix: str, field: str) -> dict[str, F]:
    own, *english = columns(field)
    return {f"{prefix}own": F(own), f"{prefix}english": F((english or [own])[0])}
