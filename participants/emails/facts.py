"""When, where and until when: what every mail says of its session."""

from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from sessions.models import Mode, Session
from sessions.templatetags.sessions import (
    moment,
    ordinal,
    session_dates,
    session_place,
    weekday,
)

from ..models import Registration, Status


class Fact(NamedTuple):
    label: str
    lines: list[str]


class Hours(NamedTuple):
    """From when until when the programme runs."""

    begins: datetime | None
    ends: datetime | None


def hours_of(session: Session) -> Hours:
    """Ask the programme for its hours."""
    found = session.agenda_items.aggregate(begins=Min("starts_at"), ends=Max("ends_at"))
    return Hours(found["begins"], found["ends"])


def facts_of(
    session: Session, hours: Hours, registration: Registration | None = None
) -> list[Fact]:
    """Say in the active language what a participant has to know of a session."""
    facts = [
        Fact(_("Session"), [session.title, ordinal(session)]),
        Fact(_("When"), when(session, hours, registration)),
    ]
    if place := session_place(session):
        facts.append(Fact(_("Where"), [place]))
    if registration is not None:
        facts.append(Fact(_("You take part"), [registration.get_mode_display()]))
        facts += _deadlines(session, registration)
    return facts


def when(
    session: Session, hours: Hours, registration: Registration | None = None
) -> list[str]:
    """Write the days, the hours at the venue, and the reader's own where known."""
    lines = [session_dates(session)]
    if session.starts_on is None or session.ends_on is None:
        return lines
    if hours.begins is None:
        days = dict.fromkeys([weekday(session.starts_on), weekday(session.ends_on)])
        return [*lines, " – ".join(days), *filter(None, [session.hours])]
    begins = moment_in(hours.begins, session.time_zone)
    lines.append(_("Begins: %(moment)s") % {"moment": begins})
    if own := _own_time(hours.begins, session, registration):
        lines.append(_("For you: %(moment)s") % {"moment": own})
    return lines


def _own_time(at: datetime, session: Session, registration: Registration | None) -> str:
    """Write a moment on the reader's clock; empty if it shows what Geneva's shows."""
    zone = registration.time_zone if registration else ""
    try:
        own = _offset(at, zone)
    except (ValueError, KeyError, OSError):  # none, unknown, a folder of zones
        return ""
    if own == _offset(at, session.time_zone):
        return ""
    return moment_in(at, zone)


def _deadlines(session: Session, registration: Registration) -> list[Fact]:
    now, facts = timezone.now(), []
    closes, access = session.registration_closes_at, session.access_deadline_at
    if closes and closes > now and registration.status in _STILL_OUTSIDE:
        closing = moment_in(closes, session.time_zone)
        facts.append(Fact(_("Registration closes"), [closing]))
    is_for_room = registration.mode == Mode.IN_PERSON and registration.is_live
    if access and access > now and is_for_room:
        facts.append(Fact(_("Access deadline"), [moment_in(access, session.time_zone)]))
    return facts


_STILL_OUTSIDE = {Status.UNVERIFIED, Status.CANCELLED}


def _offset(at: datetime, zone: str) -> timedelta | None:
    return at.astimezone(ZoneInfo(zone)).utcoffset()


def moment_in(at: datetime, zone: str) -> str:
    """Write a moment with weekday, clock and offset: "… 10:00 Geneva time (UTC+2)"."""
    offset = _utc_offset(_offset(at, zone) or timedelta())
    if zone == "Europe/Zurich":
        name = _("Geneva time (UTC%(offset)s)") % {"offset": _isolated(offset)}
    else:
        name = _isolated(f"{zone.replace('_', ' ')}\N{NO-BREAK SPACE}(UTC{offset})")
    return f"{moment(at.astimezone(ZoneInfo(zone)))} {name}"


def _utc_offset(offset: timedelta) -> str:
    minutes = int(offset.total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes >= 0 else "−"
    return f"{sign}{hours}" + (f":{rest:02}" if rest else "")


def _isolated(text: str) -> str:
    """Keep signs and digits in order among right-to-left words."""
    if not get_language_bidi():
        return text
    return f"\N{LEFT-TO-RIGHT ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"
