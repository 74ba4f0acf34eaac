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
      says so; at most one an hour. Then the return value is None.

    ``answers`` are fields of Registration. Raises ValidationError with code
    ``closed``, or with the fields ``mode`` or ``delegation``.
    """
    require_open(session)
    judge_answers(session, answers)
    participant = _find_participant(email, language, answers)
    known = (
        Registration.objects.select_for_update(no_key=True)
        .filter(session=session, participant=participant)
        .exclude(status=Status.CANCELLED)
        .order_by("pk")
    )
    answers |= {"email": email, "language": language}
    unverified = None
    for registration in known:
        if registration.status != Status.UNVERIFIED:
            emails.queue_already_registered(registration)
            return None
        unverified = registration
    if unverified is None:
        unverified = Registration(session=session, participant=participant)
    elif not differs(unverified, answers):
        return unverified
    else:
        unverified.epoch += 1
        unverified.code_tries = 0
        unverified.emails.filter(state="queued").delete()
    return _store_unverified(unverified, answers)


def _store_unverified(
    registration: Registration, answers: dict[str, Any]
) -> Registration:
    for field, value in answers.items():
        setattr(registration, field, value)
    registration.created_at = timezone.now()
    registration.save()
    Transition.objects.create(
        registration=registration,
        event=Event.REGISTERED,
        to_status=Status.UNVERIFIED,
        mode=registration.mode,
    )
    emails.queue_verification(registration)
    return registration


def _find_participant(
    email: str, language: str, answers: dict[str, Any]
) -> Participant:
    """Find or make the person, locked, so that two tabs make one registration."""
    participant, created = Participant.objects.get_or_create(
        email_key=email.casefold(),
        name_key=person_name_key(answers["family_name"], answers["given_name"]),
        defaults={"email": email, "language": language},
    )
    if created:
        return participant
    return Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)


def require_open(session: Session) -> None:
    """Refuse when nobody can register now."""
    if not session.registration_is_open:
        raise ValidationError(_("Registration is not open."), code="closed")
