"""What staff do on behalf of somebody: register, change the mode."""

from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sessions.models import Session

from .. import emails
from ..models import Participant, Registration, Status, Transition
from ..models.participant import person_name_key
from .answers import judge_answers
from .places import fill_free_places, lock_registration, lock_session, place, settle
from .registering import find_participant
from .states import require_going_ahead, require_live

Event = Transition.Event


@transaction.atomic
def change_mode(registration: Registration, *, mode: str, by: User) -> Registration:
    """Move a live registration to the room or online: staff decide, places count.

    The old place is passed on. What still needs approval in the new mode stays
    pending. Safe to repeat. Raises ValidationError with code ``not_live``,
    ``cancelled`` or ``over``, or with the field ``mode``.
    """
    registration = lock_registration(registration)
    require_live(registration)
    session = registration.session
    require_going_ahead(session)
    if registration.mode == mode:
        return registration
    answers = {"mode": mode, "category": registration.category}
    judge_answers(session, answers | {"delegation": registration.delegation})
    registration.mode = mode
    registration.queued_at = timezone.now()
    undecided = registration.status == Status.PENDING and session.needs_approval(mode)
    to = Status.PENDING if undecided else place(registration)
    settle(registration, to, Event.MODE_CHANGED, by=by)
    fill_free_places(session)
    return registration


@transaction.atomic
def register_by_staff(
    session: Session,
    *,
    by: User,
    email: str = "",
    language: str = "en",
    takes_place: bool = True,
    **answers: Any,
) -> Registration:
    """Register somebody who need not prove an address, nor be approved.

    Who takes a counted place gets one or waits; the others are confirmed at once,
    also before the session is published. Mailed if there is an address.

    Raises ValidationError with code ``cancelled`` or ``over``, or with the fields
    ``email`` (has a registration), ``mode`` or ``delegation``.
    """
    session = lock_session(session.pk)
    if takes_place or session.status == Session.Status.CANCELLED:
        require_going_ahead(session)
    _judge(session, answers, takes_place=takes_place)
    registration = Registration(
        session=session,
        participant=_person(session, email, language, answers),
        email=email,
        language=language,
        takes_place=takes_place,
        queued_at=timezone.now(),
        **answers,
    )
    registration.status = place(registration)
    registration.save()
    transition = Transition.objects.create(
        registration=registration,
        event=Event.REGISTERED,
        to_status=registration.status,
        mode=registration.mode,
        by=by,
    )
    emails.queue_status(registration, transition)
    return registration


def _judge(session: Session, answers: dict[str, Any], *, takes_place: bool) -> None:
    """Hold who takes a place to all rules of the session, the others to its modes."""
    if takes_place or answers["mode"] not in session.modes:
        judge_answers(session, answers)
    else:
        everybody = Session(mode=session.mode)  # who speaks may always be in the room
        judge_answers(everybody, answers)


def _person(
    session: Session, email: str, language: str, answers: dict[str, Any]
) -> Participant:
    """Find the person of this name at this mailbox, or make one; without address new.

    What that mailbox has not confirmed yet for this session gives way.
    """
    defaults = {"email": email, "language": language}
    if not email:
        names = answers["family_name"], answers.get("given_name", "")
        name_key = person_name_key(*names)
        return Participant.objects.create(name_key=name_key, **defaults)
    person = find_participant(answers | defaults)
    known = Registration.objects.filter(session=session, participant=person)
    known.filter(status=Status.UNVERIFIED).delete()
    if known.exclude(status=Status.CANCELLED).exists():
        text = _("This person already has a registration for this session.")
        raise ValidationError({"email": ValidationError(text, code="known")})
    return person
