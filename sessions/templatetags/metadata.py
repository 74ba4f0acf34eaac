"""What machines read in the head of a page."""

import json
from typing import Any

from django import template
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from ..models import Session
from .sessions import session_dates_iso

register = template.Library()

# So that no text can end the block; json itself escapes all that is not ASCII.
_INERT = str.maketrans({"<": "\\u003C", ">": "\\u003E", "&": "\\u0026"})
_IN_PERSON = {Session.Mode.IN_PERSON, Session.Mode.HYBRID}
_ONLINE = {Session.Mode.ONLINE, Session.Mode.HYBRID}
_ATTENDANCE = {
    Session.Mode.IN_PERSON: "https://schema.org/OfflineEventAttendanceMode",
    Session.Mode.ONLINE: "https://schema.org/OnlineEventAttendanceMode",
    Session.Mode.HYBRID: "https://schema.org/MixedEventAttendanceMode",
}


@register.simple_tag
def session_json_ld(session: Session) -> SafeString:
    """Describe a session in the words of schema.org, as far as it is known."""
    known = {name: value for name, value in _event(session).items() if value}
    text = json.dumps({"@context": "https://schema.org", "@type": "Event"} | known)
    return mark_safe(text.translate(_INERT))  # noqa: S308 (escaped just now)


def _event(session: Session) -> dict[str, Any]:
    cancelled = session.status == Session.Status.CANCELLED
    return {
        "name": session.title,
        "url": settings.SITE_URL + session.get_absolute_url(),
        "description": session.summary,
        "inLanguage": get_language(),
        "startDate": session_dates_iso(session),
        "endDate": session.ends_on.isoformat() if session.ends_on else "",
        "eventStatus": "https://schema.org/"
        + ("EventCancelled" if cancelled else "EventScheduled"),
        "eventAttendanceMode": _ATTENDANCE.get(Session.Mode(session.mode))
        if session.mode
        else "",
        "location": _places(session),
    }


def _places(session: Session) -> list[dict[str, Any]]:
    places: list[dict[str, Any]] = []
    if session.mode in _IN_PERSON and (session.venue or session.city):
        names = [name for name in (session.venue, session.city) if name]
        places.append({"@type": "Place", "name": names[0], "address": ", ".join(names)})
    if session.mode in _ONLINE:
        url = session.webcast_url or settings.SITE_URL + session.get_absolute_url()
        places.append({"@type": "VirtualLocation", "url": url})
    return places
