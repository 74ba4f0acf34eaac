"""Places: counted under a lock on the session, given in the order of the queue.

Every service here locks the session row first, so no two of them can wait for each
other; on SQLite the transaction itself is the lock (``BEGIN IMMEDIATE``).
"""

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from sessions.models import Mode, Session

from .. import emails
from ..models import Registration, Status, Transition

Event = Transition.Event


def lock_session(pk: int) -> Session:
    """Reread a session under a row lock that foreign keys may still point at."""
    return Session.objects.select_for_update(no_key=True).get(pk=pk)


def lock_registration(registration: Registration) -> Registration:
    """Lock the session, then reread the registration under its own lock."""
    session = lock_session(registration.session_id)
    fresh = Registration.objects.select_for_update(no_key=True).get(pk=registration.pk)
    fresh.session = session
    return fresh


def free_places(session: Session, mode: str) -> int | None:
    """Count the places nobody holds; None means there is no limit."""
    capacity = session.capacity(mode)
    if capacity is None:
        return None
    return max(0, capacity - session.registrations.holding_places(mode).count())


def place(registration: Registration) -> Status:
    """Say where a registration that needs no decision goes; the session is locked.

    Whoever waits longer comes first, so a free place with a queue before it is
    not free for somebody new.
    """
    session, mode = registration.session, registration.mode
    if not registration.takes_place:
        return Status.CONFIRMED
    if not session.promotes_from_waiting_list(mode):
        return Status.WAITING
    free = free_places(session, mode)
    if free is None:
        return Status.CONFIRMED
    others = session.registrations.waiting_list(mode).exclude(pk=registration.pk)
    return Status.WAITING if free == 0 or others.exists() else Status.CONFIRMED


def move(
    registration: Registration,
    to: Status,
    event: Event,
    *,
    by: User | None = None,
    reason: str = "",
) -> None:
    """Store a state, its transition and its mail; the session is locked."""
    transition = Transition.objects.create(
        registration=registration,
        event=event,
        from_status=registration.status,
        to_status=to,
        mode=registration.mode,
        by=by,
        reason=reason,
    )
    registration.status = to
    registration.sequence += 1
    registration.save()
    emails.queue_status(registration, transition)


@transaction.atomic
def fill_free_places(session: Session) -> int:
    """Give free places to the waiting list, first come, first served.

    Return how many were given. Does nothing after the access deadline of the room,
    when staff decide.
    """
    session = lock_session(session.pk)
    given = 0
    for mode in Mode:
        if not session.promotes_from_waiting_list(mode):
            continue
        free = free_places(session, mode)
        for registration in session.registrations.waiting_list(mode)[:free]:
            registration.session = session
            move(registration, Status.CONFIRMED, Event.PROMOTED)
            given += 1
    return given


def fill_waiting_sessions() -> int:
    """Fill places that became free by themselves: a larger room, a time that came.

    The worker calls it each round; return how many places were given.
    """
    queues = Registration.objects.filter(status=Status.WAITING).values("session")
    return sum(
        fill_free_places(session)
        for session in Session.objects.published().filter(pk__in=queues)
        if any(_somebody_waits_idly(session, mode) for mode in Mode)
    )


def _somebody_waits_idly(session: Session, mode: Mode) -> bool:
    """Look without a lock whether filling has something to do."""
    return (
        session.promotes_from_waiting_list(mode)
        and session.registrations.waiting_list(mode).exists()
        and free_places(session, mode) != 0
    )


@transaction.atomic
def promote(registration: Registration, *, by: User) -> Registration:
    """Give a free place to somebody on the waiting list, ahead of the others.

    Raises ValidationError with code ``not_waiting`` or ``full``.
    """
    registration = _lock_waiting(registration)
    if free_places(registration.session, registration.mode) == 0:
        raise ValidationError(_("There is no free place."), code="full")
    move(registration, Status.CONFIRMED, Event.PROMOTED, by=by)
    return registration


@transaction.atomic
def admit_above_capacity(
    registration: Registration, *, by: User, reason: str
) -> Registration:
    """Confirm somebody who waits and raise the capacity by one if it is reached.

    Raises ValidationError with code ``not_waiting`` or ``reason`` (none given).
    """
    if not reason.strip():
        raise ValidationError(_("Give the reason."), code="reason")
    registration = _lock_waiting(registration)
    session = registration.session
    if free_places(session, registration.mode) == 0:
        field = f"capacity_{registration.mode}"
        held = session.registrations.holding_places(registration.mode).count()
        setattr(session, field, held + 1)
        session.save(update_fields=[field, "updated_at"])
    move(registration, Status.CONFIRMED, Event.ADMITTED, by=by, reason=reason.strip())
    return registration


def _lock_waiting(registration: Registration) -> Registration:
    registration = lock_registration(registration)
    if registration.status != Status.WAITING:
        raise ValidationError(
            _("This registration is not on the waiting list."), code="not_waiting"
        )
    return registration
