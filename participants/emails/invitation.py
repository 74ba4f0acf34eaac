"""The entry of one participant's calendar, as an attachment of a mail."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from sessions.calendar import write_entry

from ..models import Registration, Status
from .facts import Hours, when

PUBLISH, CANCEL = "PUBLISH", "CANCEL"


def method_of(registration: Registration, before: str) -> str:
    """Say what a change of state means to a calendar: an entry, its end, or nothing."""
    if registration.status == Status.CONFIRMED or registration.attends_online:
        return PUBLISH
    if before == Status.WAITING and _has_entry(registration):
        return CANCEL  # took part online while waiting
    return CANCEL if before == Status.CONFIRMED else ""


def _has_entry(registration: Registration) -> bool:
    return registration.emails.exclude(attachments=[]).exists()


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
    if registration.attends_online:
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
