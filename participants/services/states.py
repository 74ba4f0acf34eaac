"""Changes of state: each writes a transition and its mail, each is safe to repeat."""

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from sessions.models import Session

from ..models import DeclineReason, Registration, Status, Transition
from .places import fill_free_places, lock_registration, move, place, settle

Event = Transition.Event


@transaction.atomic
def approve(registration: Registration, *, by: User, reason: str = "") -> Registration:
    """Approve a pending registration: a place, or the waiting list by ``queued_at``.

    Where the letter of nomination is missing, only with a reason. Raises
    ValidationError with code ``not_pending`` or ``no_letter``.
    """
    registration = lock_registration(registration)
    if registration.status != Status.PENDING:
        raise ValidationError(
            _("This registration is not pending approval."), code="not_pending"
        )
    require_letter(registration, reason)
    settle(
        registration, place(registration), Event.APPROVED, by=by, reason=reason.strip()
    )
    return registration


@transaction.atomic
def decline(
    registration: Registration,
    *,
    by: User,
    reason: str = "",
    ready_made: DeclineReason | None = None,
) -> Registration:
    """Decline a live registration; the person cannot register again alone.

    A ready-made reason is mailed in the person's language, ``reason`` as it is.
    Raises ValidationError with code ``not_live``.
    """
    registration = lock_registration(registration)
    if registration.status == Status.DECLINED:
        return registration
    require_live(registration)
    parts = [reason.strip()]
    if ready_made is not None:
        parts.insert(0, ready_made.text_for(registration.language))
    registration.decline_reason = "\n\n".join(filter(None, parts))
    move(registration, Status.DECLINED, Event.DECLINED, by=by)
    fill_free_places(registration.session)
    return registration


@transaction.atomic
def cancel(registration: Registration, *, by: User | None = None) -> Registration:
    """Cancel a registration and pass its place on in the same transaction.

    Safe to repeat. Raises ValidationError with code ``not_live`` once declined.
    """
    registration = lock_registration(registration)
    if registration.status == Status.CANCELLED:
        return registration
    if registration.status != Status.UNVERIFIED:
        require_live(registration)
    move(registration, Status.CANCELLED, Event.CANCELLED, by=by)
    fill_free_places(registration.session)
    return registration


def next_status(registration: Registration) -> Status:
    """Say where a proved registration goes: approval first, where it is needed."""
    if registration.session.needs_approval(registration.mode):
        return Status.PENDING
    if registration.lacks_letter:
        return Status.PENDING
    return place(registration)


def require_letter(registration: Registration, reason: str) -> None:
    """Refuse to approve without the letter of nomination unless a reason is given."""
    if registration.lacks_letter and not reason.strip():
        text = _(
            "The letter of nomination is missing. Approve without it only with a "
            "reason."
        )
        raise ValidationError(text, code="no_letter")


def require_live(registration: Registration) -> None:
    """Refuse what is cancelled, declined or not proved yet."""
    if not registration.is_live:
        raise ValidationError(
            _("This registration does not stand any more."), code="not_live"
        )


def require_going_ahead(session: Session) -> None:
    """Refuse when the session is cancelled, taken off the site or over."""
    if session.status != Session.Status.PUBLISHED:
        raise ValidationError(_("The session does not take place."), code="cancelled")
    if session.is_over:
        raise ValidationError(_("The session is over."), code="over")
