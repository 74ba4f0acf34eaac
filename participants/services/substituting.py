"""Substitution in a delegation: the same place, another person.

The person who comes no more keeps an own row, cancelled; the substitute gets another.
So neither finds the other's data behind a link, and each can be erased alone.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from .. import emails
from ..models import (
    FocalPoint,
    NominationLetter,
    Registration,
    Status,
    Transition,
)
from ..models.keys import make_badge_code
from .housekeeping import delete_if_unknown
from .letters import attach
from .places import lock_registration, move, settle
from .registering import find_registrations, store_unverified
from .states import next_status, require_going_ahead

Event = Transition.Event

# What belongs to the place and not to the person.
SEAT = [
    *("mode", "category", "delegation_id", "rank", "position", "role"),
    *("takes_place", "queued_at", "online_meanwhile"),
]
# What colleagues have in common, and the substitute may change later.
SHARED = ["mode", "category", "delegation", "rank", "organisation", "country", "city"]


@transaction.atomic
def propose_substitute(
    registration: Registration,
    *,
    letter: NominationLetter | None = None,
    **person: Any,
) -> None:
    """Mail a colleague whom the registered person names; the place stays until then.

    It passes once the colleague confirms by the mailed link, so that nobody can be
    registered, or an address be used, without its owner. Another proposal replaces
    the first, whose link dies. The caller shows the same page whatever happens here:
    somebody who is registered already gets a mail that says so, and nothing else.

    ``person`` is e-mail address, language, names, form of address and function;
    ``letter`` nominates this person. Raises ValidationError with code ``not_live``,
    ``not_a_delegate``, ``same_person``, ``no_letter`` (the category needs one),
    ``cancelled`` or ``over``.
    """
    registration = lock_registration(registration)
    standing, known = _find(registration, person)
    _require_letter(registration, letter)
    _withdraw_proposals(registration, known)
    if standing is not None:
        emails.queue_already_registered(standing)
        return
    emails.queue_verification(_store(registration, known, person, letter))


@transaction.atomic
def substitute(
    registration: Registration,
    *,
    by: User | None = None,
    focal_point: FocalPoint | None = None,
    letter: NominationLetter | None = None,
    reason: str = "",
    **person: Any,
) -> Registration:
    """Give the place to another person at once, and write to both.

    By staff, who were notified, or by the focal point of the delegation, whose mailbox
    is proved. Staff may do without the letter of nomination for a ``reason``.

    Raises ValidationError as ``propose_substitute`` does, and with code ``known`` when
    the substitute is registered already.
    """
    registration = lock_registration(registration)
    standing, known = _find(registration, person)
    if standing is not None:
        text = _("This person already has a registration for this session.")
        raise ValidationError(text, code="known")
    _require_letter(registration, letter, reason)
    _withdraw_proposals(registration, known)
    substitute = _store(registration, known, person, letter)
    substitute.registered_by = focal_point
    return _hand_over(registration, substitute, by=by, reason=reason.strip())


def take_over(substitute: Registration) -> Registration:
    """Pass the place to a substitute whose address is proved; the session is locked."""
    assert substitute.replaces_id is not None  # noqa: S101 (for the type checker)
    registrations = Registration.objects.select_for_update(no_key=True)
    registration = registrations.get(pk=substitute.replaces_id)
    registration.session = substitute.session
    if not registration.can_name_a_substitute:
        text = _("The place you were named for is not there any more.")
        raise ValidationError(text, code="not_live")
    if substitute.lacks_letter:  # it was not required yet when the name was given
        raise _no_letter()
    return _hand_over(registration, substitute)


def _find(
    registration: Registration, person: dict[str, Any]
) -> tuple[Registration | None, Registration | None]:
    """Refuse what cannot be; then find what the substitute has for this session."""
    if not registration.is_live or registration.session.is_over:
        text = _("This registration does not stand any more.")
        raise ValidationError(text, code="not_live")
    if not registration.can_name_a_substitute:
        text = _("Only a delegation can send somebody else.")
        raise ValidationError(text, code="not_a_delegate")
    require_going_ahead(registration.session)
    standing, known = find_registrations(
        registration.session,
        person["email"],
        person["family_name"],
        person.get("given_name", ""),
    )
    if standing == registration:
        text = _("This is the person who is registered.")
        raise ValidationError(text, code="same_person")
    return standing, known


def _require_letter(
    registration: Registration, letter: NominationLetter | None, reason: str = ""
) -> None:
    """Refuse a substitute whom no letter nominates: the old one names another."""
    if letter is not None or reason.strip():
        return
    if registration.session.requires_letter(registration.category):
        raise _no_letter()


def _no_letter() -> ValidationError:
    text = _("Send a letter of nomination that names the person who comes.")
    return ValidationError(text, code="no_letter")


def _store(
    registration: Registration,
    known: Registration | None,
    person: dict[str, Any],
    letter: NominationLetter | None,
) -> Registration:
    """Store who comes instead, not proved yet, with the letter."""
    shared = {name: getattr(registration, name) for name in SHARED}
    answers = shared | person | {"replaces": registration}
    substitute = store_unverified(registration.session, known, answers)
    if letter is not None:
        attach(substitute, letter)
    return substitute


def _withdraw_proposals(registration: Registration, keep: Registration | None) -> None:
    """Delete who was named before: one place, one substitute."""
    old = registration.substitutes.filter(status=Status.UNVERIFIED)
    if keep is not None:
        old = old.exclude(pk=keep.pk)
    people = set(old.values_list("participant_id", flat=True))
    old.delete()
    delete_if_unknown(people)


def _hand_over(
    registration: Registration,
    substitute: Registration,
    *,
    by: User | None = None,
    reason: str = "",
) -> Registration:
    status = Status(registration.status)
    seat = {name: getattr(registration, name) for name in SEAT}
    registration.epoch += 1
    registration.code = make_badge_code()
    if by is None:  # the page that was confirmed on says so
        substitute.privacy_version = settings.PRIVACY_NOTICE_VERSION
    move(registration, Status.CANCELLED, Event.REPLACED, by=by)
    for name, value in seat.items():
        setattr(substitute, name, value)
    if status == Status.PENDING and registration.lacks_letter:  # which is here now
        status = next_status(substitute)
        settle(substitute, status, Event.SUBSTITUTE, by=by, reason=reason)
    else:
        move(substitute, status, Event.SUBSTITUTE, by=by, reason=reason)
    return substitute
