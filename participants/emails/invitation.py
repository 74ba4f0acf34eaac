"""The entry of one participant's calendar, as an attachment of a mail."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from sessions.calendar import write_entry
from sessions.models import Mode

from ..models import Registration, Status
from .facts import Hours, when

PUBLISH, CANCEL = "PUBLISH", "CANCEL"


def method_of(registration: Registration, before: str) -> str:
    """Say what a change of state means to a calendar: an entry, its end, or nothing."""
    if registration.status == Status.CONFIRMED:
        return PUBLISH
    return CANCEL if before == Status.CONFIRMED else ""


def attachment(
    registration: Registration, hours: Hours, method: str
) -> list[dict[str, Any]]:
    """Return the entry as EmailMessage stores it; nothing for a session without days.

    Its UID stays, its SEQUENCE is the registration's. It holds no personal link, and
    how to join only for who is confirmed online.
    """
    session = registration.session
    if not method or session.starts_on is None:
        return []
    paragraphs = ["\n".join(when(session, hours))]
    if registration.status == Status.CONFIRMED and registration.mode == Mode.ONLINE:
        paragraphs.append(session.join_instructions)
    host = urlsplit(settings.SITE_URL).hostname
    entry = write_entry(
        session,
        uid=f"registration-{registration.pk}@{host}",
        sequence=registration.sequence,
        method=method,
        paragraphs=paragraphs,
    )
    name = "cancelled.ics" if method == CANCEL else "session.ics"
    return [{"name": name, "method": method, "text": entry.decode()}]
