"""The answers of a registration: what is allowed, and changing them later."""

from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sessions.models import REPRESENTING, Mode, Session

from .. import emails
from ..models import Delegation, Participant, Registration, Status, Transition
from ..models.participant import person_name_key
from .counting import count_places
from .places import fill_free_places, lock_registration, move, settle
from .states import next_status, require_going_ahead, require_live

Event = Transition.Event

# What a person answers when registering, apart from address and language.
ANSWERS = [
    *("mode", "category", "delegation", "rank", "form_of_address"),
    *("family_name", "given_name", "badge_name", "own_script_name"),
    *("passport_name", "gender", "time_zone"),
    *("organisation", "unit", "function", "city", "country"),
    *("interpretation_language", "wishes_to_speak", "speaking_subject"),
    *("accessibility_needs", "needs_visa_letter", "visibility", "no_photographs"),
    "privacy_version",
]


def judge_answers(session: Session, answers: dict[str, Any]) -> None:
    """Refuse a mode or a delegation that the session or the category does not have.

    Raises ValidationError with the field ``mode`` or ``delegation``.
    """
    mode, category = answers["mode"], answers["category"]
    if mode not in session.modes:
        _refuse("mode", _("Choose one of the modes offered."), "mode")
    if mode == Mode.IN_PERSON and not session.admits_in_person(category):
        text = _("In person is not open to this category. Choose online.")
        _refuse("mode", text, "category")
    delegation: Delegation | None = answers.get("delegation")
    kinds = Delegation.KINDS_OF_CATEGORY.get(category, [])
    if category in REPRESENTING:
        if delegation is None or delegation.kind not in kinds:
            text = _("Choose the delegation you belong to.")
            _refuse("delegation", text, "delegation")
    elif delegation is not None:
        text = _("This category has no delegation.")
        _refuse("delegation", text, "delegation")


def _refuse(field: str, text: str, code: str) -> None:
    raise ValidationError({field: ValidationError(text, code=code)})


def answers_of(registration: Registration) -> dict[str, Any]:
    """Return what the person answered, as ``register`` and ``change`` take it."""
    return {name: getattr(registration, name) for name in ANSWERS}


def differs(registration: Registration, answers: dict[str, Any]) -> bool:
    """Say whether any answer is another than the one stored."""
    return any(getattr(registration, name) != value for name, value in answers.items())


@transaction.atomic
def change(registration: Registration, **answers: Any) -> Registration:
    """Store other answers of a live registration, by its own participant.

    Another mode gives up the place and queues anew; so does another delegation or
    category where that needs approval or a letter, and another category than the place
    was kept for. Who is pending goes on where it needs neither. The same answers change
    nothing.

    Raises ValidationError with code ``not_live``, ``cancelled`` or ``over``, or with
    the field ``family_name`` (the mailbox has it already), ``mode`` or
    ``delegation``.
    """
    registration = lock_registration(registration)
    session = registration.session
    require_live(registration)
    require_going_ahead(session)
    judge_answers(session, answers)
    if not differs(registration, answers):
        return registration
    moved = answers["mode"] != registration.mode or _leaves_its_place(
        registration, answers["category"]
    )
    represented = (registration.category, registration.delegation)
    _store(registration, answers)
    replaced = represented != (registration.category, registration.delegation)
    asked = session.needs_approval(registration.mode) or registration.lacks_letter
    is_pending = registration.status == Status.PENDING  # perhaps for the letter alone
    if moved or (replaced and (asked or is_pending)):
        registration.queued_at = timezone.now()
        registration.online_meanwhile = False
        settle(registration, next_status(registration), Event.MODE_CHANGED)
        fill_free_places(session)
    else:
        move(registration, Status(registration.status), Event.CHANGED)
    return registration


@transaction.atomic
def correct(registration: Registration, *, by: User, **answers: Any) -> Registration:
    """Store what staff correct; the state and the place stay as they are.

    Another address kills the links mailed before and gets a new one. Raises
    ValidationError with the field ``family_name`` when the mailbox has that name.
    """
    registration = lock_registration(registration)
    if not differs(registration, answers):
        return registration
    moved = answers.get("email", registration.email) != registration.email
    _store(registration, answers)
    registration.sequence += 1
    registration.epoch += moved
    registration.save()
    transition = Transition.objects.create(
        registration=registration,
        event=Event.CHANGED,
        from_status=registration.status,
        to_status=registration.status,
        mode=registration.mode,
        by=by,
    )
    if moved and registration.status == Status.UNVERIFIED:
        emails.queue_verification(registration)
    elif moved and registration.is_live:
        emails.queue_status(registration, transition)
    return registration


def _leaves_its_place(registration: Registration, category: str) -> bool:
    """Say whether a place, once reserved, is not one that the new category finds."""
    if category == registration.category or not registration.takes_place:
        return False
    mode = Mode.ONLINE if registration.online_meanwhile else registration.mode
    if registration.status != Status.CONFIRMED and mode == registration.mode:
        return False
    places = count_places(registration.session, mode)
    places.held[registration.category] -= 1
    return bool(places.reserved) and places.free(category) == 0


def _store(registration: Registration, answers: dict[str, Any]) -> None:
    """Set the answers on the row, and keep the person's keys equal to them."""
    for name, value in answers.items():
        setattr(registration, name, value)
    participant = registration.participant
    email_key = registration.email.casefold()
    name_key = person_name_key(registration.family_name, registration.given_name)
    if (email_key, name_key) == (participant.email_key, participant.name_key):
        return
    if has_namesake(participant, email_key, name_key):
        text = _("Another registration of this mailbox has this name.")
        _refuse("family_name", text, "name")
    participant.email = registration.email
    participant.email_key, participant.name_key = email_key, name_key
    participant.save(update_fields=["email", "email_key", "name_key", "alike_key"])


def has_namesake(participant: Participant, email_key: str, name_key: str) -> bool:
    """Say whether somebody else has this address and this name."""
    namesakes = Participant.objects.filter(email_key=email_key, name_key=name_key)
    return bool(email_key) and namesakes.exclude(pk=participant.pk).exists()
