"""Registering: what a person sends before the e-mail address is proved."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sessions.models import Session

from .. import emails
from ..models import (
    Participant,
    Registration,
    Status,
    Transition,
)
from ..models.participant import person_name_key
from .answers import differs, judge_answers
from .places import lock_session

Event = Transition.Event


@transaction.atomic
def register(
    session: Session, *, email: str, language: str, **answers: Any
) -> Registration | None:
    """Store an unverified registration and queue the mail that proves the address.

    It takes no place. The caller shows the same page whatever happens here, so that
    nobody learns whose address is known:

    - the same answers again: nothing changes, nothing is mailed twice;
    - other answers before the address is proved: they replace the first, whose link
      dies;
    - a live or declined registration of this person: its mailbox gets a mail that
      says so, at most one an hour, and the return value is None. What was sent is
      kept unverified like any other, so that it can go to a corrected address; no
      mail holds its link.

    ``answers`` are fields of Registration. Raises ValidationError with code
    ``closed``, or with the fields ``mode`` or ``delegation``.
    """
    session = lock_session(session.pk)
    require_open(session)
    judge_answers(session, answers)
    name = [answers["family_name"], answers.get("given_name", "")]
    standing, unverified = find_registrations(session, email, *name)
    answers |= {"email": email, "language": language}
    unverified = store_unverified(session, unverified, answers)
    if standing is not None:
        emails.queue_already_registered(standing)
        return None
    emails.queue_verification(unverified)
    return unverified


def find_registrations(
    session: Session, email: str, family_name: str, given_name: str
) -> tuple[Registration | None, Registration | None]:
    """Find what a person has for a session that is locked, and lock it.

    Return the registration that stands or was declined, and the one not proved yet.
    """
    rows = (
        Registration.objects.select_for_update(no_key=True, of=("self",))
        .select_related("participant")
        .filter(
            session=session,
            participant__email_key=email.casefold(),
            participant__name_key=person_name_key(family_name, given_name),
        )
        .exclude(status=Status.CANCELLED)
    )
    found = {row.status == Status.UNVERIFIED: row for row in rows}
    for row in found.values():
        row.session = session
    return found.get(False), found.get(True)


def store_unverified(
    session: Session, known: Registration | None, answers: dict[str, Any]
) -> Registration:
    """Make a registration to be proved, or put other answers into the ``known`` one.

    Other answers kill its link. The session is locked.
    """
    if known is None:
        person = find_participant(answers)
        row = Registration(session=session, participant=person)
    elif not differs(known, answers):
        return known
    else:
        row = known
        row.epoch += 1
        row.code_tries = 0
        row.emails.filter(state="queued").delete()
    for field, value in answers.items():
        setattr(row, field, value)
    row.created_at = timezone.now()
    row.save()
    Transition.objects.create(
        registration=row,
        event=Event.REGISTERED,
        to_status=Status.UNVERIFIED,
        mode=row.mode,
    )
    return row


def find_participant(answers: dict[str, Any]) -> Participant:
    """Find or make the person, locked so that nobody clears the row away meanwhile."""
    name = answers["family_name"], answers.get("given_name", "")
    while True:
        person, created = Participant.objects.get_or_create(
            email_key=answers["email"].casefold(),
            name_key=person_name_key(*name),
            defaults={"email": answers["email"], "language": answers["language"]},
        )
        locked = Participant.objects.select_for_update(no_key=True)
        if created or locked.filter(pk=person.pk).exists():
            return person


def require_open(session: Session) -> None:
    """Refuse when nobody can register now."""
    if not session.registration_is_open:
        raise ValidationError(_("Registration is not open."), code="closed")
