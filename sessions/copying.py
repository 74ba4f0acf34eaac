"""A session as the start of the next one: a draft, without anybody registered."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from .models import AgendaItem, Appearance, ReservedPlaces, Session

# What belongs to the old session alone.
NOT_COPIED = {
    *("meeting_code", "webcast_url", "recording_url", "cover", "hours"),
    *("held_year", "held_month", "is_demonstration"),
}
MOMENTS = ["registration_opens_at", "registration_closes_at", "access_deadline_at"]


@transaction.atomic
def copy_session(
    session: Session, *, number: int, first_day: date | None, with_speakers: bool
) -> Session:
    """Return a draft with the texts, themes, topics and rules of a session.

    With a first day the programme and the times of registration move along, each at
    its hour at the venue; without one there are none yet.
    """
    days = first_day - session.starts_on if first_day and session.starts_on else None
    items = list(session.agenda_items.all())
    appearances = list(session.appearances.all()) if with_speakers else []
    topics, themes = list(session.topics.all()), list(session.themes.all())
    reserved = list(session.reserved_places.all())
    new = _draft(session, number, first_day, days)
    new.themes.set(themes)
    for topic in topics:
        _as_new(topic, session=new)
    if days is not None:
        _reserve(reserved, session, new, days)
    moved = _programme(items, new, days)
    for appearance in appearances:
        _appear(appearance, new, moved)
    return new


def _draft(
    session: Session, number: int, first_day: date | None, days: timedelta | None
) -> Session:
    blank = Session()
    changed: dict[str, Any] = {name: getattr(blank, name) for name in NOT_COPIED}
    changed |= dict.fromkeys([*MOMENTS, "starts_on", "ends_on"])
    if first_day:
        length = timedelta(0)
        if session.starts_on and session.ends_on:
            length = session.ends_on - session.starts_on
        changed |= {"starts_on": first_day, "ends_on": first_day + length}
    if days is not None:
        changed |= {name: _moved(session, name, days) for name in MOMENTS}
    slug = slugify(f"{number} {session.title_en}")[:120].strip("-")  # type: ignore[attr-defined]
    draft = Session.objects.get(pk=session.pk)
    _as_new(draft, number=number, slug=slug, status=Session.Status.DRAFT, **changed)
    return draft


def _as_new(row: Any, **changed: Any) -> Any:
    """Store a loaded row once more, as another one."""
    row.pk, row._state.adding = None, True  # noqa: SLF001 (as Django's manual has it)
    for name, value in changed.items():
        setattr(row, name, value)
    row.save()
    return row


def _moved(session: Session, name: str, days: timedelta) -> datetime | None:
    at: datetime | None = getattr(session, name)
    return at and _shifted(at, session, days)


def _shifted(at: datetime, session: Session, days: timedelta) -> datetime:
    """Move by days, at the same hour at the venue, whatever the season."""
    local = at.astimezone(session.zone).replace(tzinfo=None)
    return (local + days).replace(tzinfo=session.zone)


def _reserve(
    reserved: list[ReservedPlaces], session: Session, new: Session, days: timedelta
) -> None:
    """Keep the same places; their release moves along with the days."""
    for row in reserved:
        _as_new(row, session=new, released_at=_shifted(row.released_at, session, days))


def _programme(
    items: list[AgendaItem], new: Session, days: timedelta | None
) -> dict[int, AgendaItem]:
    """Copy the items; return them by the key of the old ones."""
    if days is None:
        return {}
    found = {}
    for item in items:
        key = item.pk
        times = {
            n: _shifted(getattr(item, n), new, days) for n in ("starts_at", "ends_at")
        }
        found[key] = _as_new(item, session=new, **times)
    return found


def _appear(appearance: Appearance, new: Session, items: dict[int, AgendaItem]) -> None:
    """Copy an appearance, unless its item of the programme was not copied."""
    old = appearance.agenda_item_id
    if old is None:
        _as_new(appearance, session=new)
    elif old in items:
        _as_new(appearance, session=new, agenda_item=items[old])
