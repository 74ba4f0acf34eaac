"""What an editor should look at in a programme, though it can be saved."""

from collections.abc import Iterator
from itertools import combinations

from django.utils.translation import gettext as _

from .models import AgendaItem, Session


def programme_warnings(session: Session) -> list[str]:
    """Name items at one time in one room, people in two places, items on other days."""
    items = list(session.agenda_items.as_programme())
    return [*_overlaps(items), *_two_places(items), *_other_days(session, items)]


def _at_once(items: list[AgendaItem]) -> Iterator[tuple[AgendaItem, AgendaItem]]:
    for one, other in combinations(items, 2):
        if one.starts_at < other.ends_at and other.starts_at < one.ends_at:
            yield one, other


def _overlaps(items: list[AgendaItem]) -> Iterator[str]:
    for one, other in _at_once(items):
        if one.room == other.room:
            text = _("“%(one)s” and “%(other)s” overlap.")
            yield text % {"one": one, "other": other}


def _two_places(items: list[AgendaItem]) -> Iterator[str]:
    for one, other in _at_once(items):
        people = {a.speaker for a in one.appearances.all()}
        for speaker in people & {a.speaker for a in other.appearances.all()}:
            text = _("%(name)s appears in “%(one)s” and “%(other)s” at the same time.")
            yield text % {"name": speaker, "one": one, "other": other}


def _other_days(session: Session, items: list[AgendaItem]) -> Iterator[str]:
    days = set(session.days())
    for item in items:
        on = {t.astimezone(session.zone).date() for t in (item.starts_at, item.ends_at)}
        if days and not on <= days:
            text = _("“%(item)s” lies outside the days of the session.")
            yield text % {"item": item}
