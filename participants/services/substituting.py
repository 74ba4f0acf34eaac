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
from ..models import Registration, Status, Transition
from ..models.keys import make_badge_code
from .housekeeping import delete_if_unknown
from .places import lock_registration, move
from .registering import find_registrations, store_unverified

Event = Transition.Event

# What belongs to the place and not to the person.
SEAT = [
    *("mode", "category", "delegation_id", "rank", "position", "role"),
    *("takes_place", "queued_at", "online_meanwhile"),
]
# What colleagues have in common, and the substitute may change later.
SHARED = ["mode", "category", "delegation", "rank", "organisation", "country", "city"]


@transaction.atomic
def propose_substitute(registration: Registration, **person: Any) -> None:
    """Mail a colleague whom the registered person names; the place stays until then.

    It passes once the colleague confirms by the mailed link, so that nobody can be
    registered, or an address be used, without its owner. Another proposal replaces
    the first, whose link dies. The caller shows the same page whatever happens here:
    somebody who is registered already gets a mail that says so, and nothing else.

    ``person`` is e-mail address, language, names, form of address and function. Raises
    ValidationError with code ``not_live``, ``not_a_delegate``, ``same_person``.
    """
    registration = lock_registration(registration)
    standing, known = _find(registration, person)
    _withdraw_proposals(registration, known)
    if standing is not None:
        emails.queue_already_registered(standing)
        return
    shared = {name: getattr(registration, name) for name in SHARED}
    answers = shared | person | {"replaces": registration}
    substitute = store_unverified(registration.session, known, answers)
    emails.queue_verification(substitute)


@transaction.atomic
def substitute(registration: Registration, *, by: User, **person: Any) -> Registration:
    """Give the place to another person at once, as staff were notified.

    Raises ValidationError as ``propose_substitute`` does, and with code ``known`` when
    the substitute is registered already.
    """
    registration = lock_registration(registration)
    standing, known = _find(registration, person)
    if standing is not None:
        text = _("This person already has a registration for this session.")
        raise ValidationError(text, code="known")
    _withdraw_proposals(registration, known)
    shared = {name: getattr(registration, name) for name in SHARED}
    answers = shared | person | {"replaces": registration}
    substitute = store_unverified(registration.session, known, answers)
    return _hand_over(registration, substitute, by=by)


def take_over(substitute: Registration) -> Registration:
    """Pass the place to a substitute whose address is proved; the session is locked."""
    assert substitute.replaces_id is not None  # noqa: S101 (for the type checker)
    registrations = Registration.objects.select_for_update(no_key=True)
    registration = registrations.get(pk=substitute.replaces_id)
    registration.session = substitute.session
    if not registration.can_name_a_substitute:
        text = _("The place you were named for is not there any more.")
        raise ValidationError(text, code="not_live")
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


def _withdraw_proposals(registration: Registration, keep: Registration | None) -> None:
    """Delete who was named before: one place, one substitute."""
    old = registration.substitutes.filter(status=Status.UNVERIFIED)
    if keep is not None:
        old = old.exclude(pk=keep.pk)
    people = set(old.values_list("participant_id", flat=True))
    old.delete()
    delete_if_unknown(people)


def _hand_over(
    registration: Registration, substitute: Registration, *, by: User | None = None
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
    move(substitute, status, Event.SUBSTITUTE, by=by)
    return substitute
