"""People who come back: what a mailbox is told of those who registered with it."""

from django.utils import timezone

from sessions.models import Session

from .. import link_mails
from ..models import FocalPoint, Participant, Registration, Status

MOST = 50  # people of one mailbox in one mail


def mail_links(email: str, language: str) -> None:
    """Mail the links of everybody known at an address; once an hour.

    An unknown address gets a mail too, which says so: both answers take the same
    time, and who used another address learns it.
    """
    key = email.casefold()
    today = timezone.localdate()
    people = known_people(key)
    live = (
        Registration.objects.live()
        .filter(participant__email_key=key, session__in=Session.objects.upcoming(today))
        .select_related("session")
        .order_by("session__number", "family_name", "pk")
    )
    focal = FocalPoint.objects.filter(email__iexact=email, is_active=True)
    link_mails.queue_links(
        email,
        language,
        registrations=list(live[:MOST]),
        people=people if open_sessions() else [],
        focal_points=list(focal.select_related("delegation")[:MOST]),
    )


def known_people(email_key: str) -> list[Registration]:
    """List the newest proved registration of every person of a mailbox.

    What nobody proved does not count: anybody may have typed it.
    """
    rows = (
        Registration.objects.exclude(status=Status.UNVERIFIED)
        .filter(participant__email_key=email_key, erased_at=None)
        .order_by("-pk")
    )
    newest: dict[int, Registration] = {}
    for row in rows[: MOST * 10]:
        newest.setdefault(row.participant_id, row)
    return list(newest.values())[:MOST]


def newest_of(participant: int) -> Registration | None:
    """Return what a person said last, if the mailbox ever proved it."""
    person = Participant.objects.filter(pk=participant).exclude(email_key="").first()
    if person is None:
        return None
    return (
        person.registrations.exclude(status=Status.UNVERIFIED)
        .filter(erased_at=None)
        .order_by("-pk")
        .first()
    )


def open_sessions() -> list[Session]:
    """List the sessions one can register for now, the next first."""
    rows = Session.objects.published().order_by("starts_on", "number")
    return [session for session in rows if session.registration_is_open]
