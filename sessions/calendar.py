"""Sessions as an iCalendar file: rows in, bytes out, in the active language."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vDuration, vText

from .models import AgendaItem, Session

ASK_AGAIN = timedelta(hours=12)  # what a subscribed calendar is told
FIRST_REVISION = datetime(2020, 1, 1, tzinfo=UTC)

# Control characters are no text in iCalendar, and no XML can hold them.
_NO_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")


def write_calendar(
    sessions: Iterable[Session], *, with_programme: bool = False, name: str = ""
) -> bytes:
    """Write one event for all days of each session; those without days are left out.

    ``with_programme`` adds an event for each item: load ``agenda_items`` before. A
    ``name`` makes it a calendar that one subscribes to.
    """
    calendar = _calendar()
    if name:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", ASK_AGAIN, {"value": "DURATION"})
        calendar.add("x-published-ttl", vDuration(ASK_AGAIN))
    for session in sessions:
        for event in _events(session, with_programme=with_programme):
            calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def write_entry(
    session: Session, *, uid: str, sequence: int, method: str, paragraphs: list[str]
) -> bytes:
    """Write one person's entry for all days of a session, or take it back (CANCEL).

    It names no organizer: nobody is to answer. The session has days.
    """
    calendar = _calendar()
    calendar.add("method", method)
    for event in _events(session, with_programme=False):
        event["uid"] = vText(uid)
        for name in ["sequence", "dtstamp", "last-modified", "description"]:
            event.pop(name, None)
        event.add("sequence", sequence)
        event.add("dtstamp", timezone.now().astimezone(UTC))
        event["status"] = vText("CANCELLED" if method == "CANCEL" else "CONFIRMED")
        _describe(event, [*paragraphs, page_url(session)])
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//wipoconv//sessions//EN")
    calendar.add("version", "2.0")
    return calendar


def plain(text: str) -> str:
    """Return a text without the characters that would not be read back."""
    return _NO_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def shown_title(session: Session) -> str:
    """Return the title on one line; an invented session says that it is."""
    title = " ".join(plain(session.title).split())
    return f"{_('Demonstration')} · {title}" if session.is_demonstration else title


def page_url(session: Session) -> str:
    """Return the address of a session's page in the active language."""
    return f"{settings.SITE_URL}{session.get_absolute_url()}"


def _events(session: Session, *, with_programme: bool) -> Iterator[Event]:
    if session.starts_on is None or session.ends_on is None:
        return
    summary = f"{_('WIPO Conversation')} · {shown_title(session)}"
    event = _event(session, f"session-{session.number}", summary)
    event.add("dtstart", session.starts_on)
    event.add("dtend", session.ends_on + timedelta(days=1))  # the day after the last
    event.add("transp", "TRANSPARENT")  # a whole day is not a whole day busy
    _describe(event, [session.summary, page_url(session)])
    yield event
    if with_programme:
        for item in session.agenda_items.all():
            yield _item_event(session, item)


def _item_event(session: Session, item: AgendaItem) -> Event:
    uid = f"session-{session.number}-item-{item.pk}"
    summary = " ".join(plain(str(item)).split())
    event = _event(session, uid, summary, room=item.room)
    event.add("dtstart", item.starts_at.astimezone(UTC))
    event.add("dtend", item.ends_at.astimezone(UTC))
    if item.kind == AgendaItem.Kind.BREAK:
        event.add("transp", "TRANSPARENT")
    people = "\n".join(str(appearance) for appearance in item.appearances.all())
    _describe(event, [shown_title(session), item.abstract, people, page_url(session)])
    return event


def _event(session: Session, name: str, summary: str, room: str = "") -> Event:
    """Make what the events of a session share."""
    event = Event()
    event.add("uid", f"{name}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("sequence", _revision(session))
    # Of the row, not of this moment: the same rows make the same bytes.
    event.add("dtstamp", session.updated_at.astimezone(UTC))
    event.add("last-modified", session.updated_at.astimezone(UTC))
    event.add("summary", summary)
    cancelled = session.status == Session.Status.CANCELLED
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if place := ", ".join(filter(None, [room, session.venue, session.city])):
        event.add("location", plain(place))
    event.add("url", page_url(session))
    return event


def _describe(event: Event, paragraphs: list[str]) -> None:
    event.add("description", "\n\n".join(plain(text) for text in paragraphs if text))


def _revision(session: Session) -> int:
    """Return the second of the last change, counted from 2020 on.

    It rises with every saving and fits, until 2088, into the 31 bits of a SEQUENCE.
    """
    return max(0, int((session.updated_at - FIRST_REVISION).total_seconds()))
