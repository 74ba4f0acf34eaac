"""Places: counted under a lock on the session, given in the order of the queue.

Every service locks the session row first, then registrations, then participants: so
no two of them can wait for each other. On SQLite the transaction itself is the lock
(``BEGIN IMMEDIATE``).
"""

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.utils import label_for_field
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from sessions.models import Mode, Session

from .. import emails
from ..models import Registration, Status, Transition
from .counting import Places, count_places

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


def place(registration: Registration) -> Status:
    """Say where a registration that needs no decision goes; the session is locked.

    Whoever waits longer comes first, so a free place with a queue before it is
    not free for somebody new; who cannot have that place, since it is kept for
    another category, does not stand before anybody.
    """
    session, mode = registration.session, registration.mode
    if not registration.takes_place:
        return Status.CONFIRMED
    if not session.promotes_from_waiting_list(mode):
        return Status.WAITING
    places = count_places(session, mode)
    if places.capacity is None:
        return Status.CONFIRMED
    if places.free(registration.category) == 0:
        return Status.WAITING
    others = session.registrations.waiting_list(mode).exclude(pk=registration.pk)
    before = others.filter(category__in=places.open_to())
    return Status.WAITING if before.exists() else Status.CONFIRMED


def settle(
    registration: Registration,
    to: Status,
    event: Event,
    *,
    by: User | None = None,
    reason: str = "",
) -> None:
    """Store where ``place`` sends a registration; the session is locked.

    Who has to wait for the room takes part online meanwhile, if a place is free there;
    a place that was idle goes to the first of the queue at once.
    """
    session, mode = registration.session, registration.mode
    if to == Status.WAITING:
        registration.online_meanwhile = _finds_a_place_online(registration)
    move(registration, to, event, by=by, reason=reason)
    if to == Status.WAITING and _somebody_waits_idly(session, Mode(mode)):
        fill_free_places(session)
        registration.refresh_from_db()


def _finds_a_place_online(registration: Registration) -> bool:
    """Say whether who waits for the room may take part online until then."""
    session = registration.session
    if registration.mode != Mode.IN_PERSON or Mode.ONLINE not in session.modes:
        return False
    if not session.promotes_from_waiting_list(Mode.ONLINE):
        return False
    places = count_places(session, Mode.ONLINE)
    if places.free(registration.category) == 0:
        return False
    before = _next_in_line(session, Mode.ONLINE, places)
    return before is None or before.pk == registration.pk


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
    if to != Status.WAITING:
        registration.online_meanwhile = False
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
    # The room first: who is promoted into it frees a place online.
    return sum(
        _fill(session, mode)
        for mode in [Mode.IN_PERSON, Mode.ONLINE]
        if session.promotes_from_waiting_list(mode)
    )


def _fill(session: Session, mode: Mode) -> int:
    places = count_places(session, mode)
    given = 0
    while row := _next_in_line(session, mode, places):
        row.session = session
        if row.mode == mode:
            move(row, Status.CONFIRMED, Event.PROMOTED)
        else:
            row.online_meanwhile = True
            move(row, Status.WAITING, Event.MEANWHILE)
        places.held[row.category] += 1
        given += 1
    return given


def _next_in_line(session: Session, mode: Mode, places: Places) -> Registration | None:
    """Find who gets the next free place of a mode.

    Online, those who asked for it come before those who wait for the room.
    """
    open_to = places.open_to()
    if not open_to:
        return None
    rows = session.registrations.filter(category__in=open_to)
    first = rows.waiting_list(mode).first()
    if first is None and mode == Mode.ONLINE and Mode.ONLINE in session.modes:
        room = rows.waiting_list(Mode.IN_PERSON)
        first = room.filter(online_meanwhile=False).first()
    return first


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
    """Say whether filling has something to do."""
    return (
        session.promotes_from_waiting_list(mode)
        and _next_in_line(session, mode, count_places(session, mode)) is not None
    )


@transaction.atomic
def promote(registration: Registration, *, by: User) -> Registration:
    """Give a free place to somebody on the waiting list, ahead of the others.

    Raises ValidationError with code ``not_waiting`` or ``full``.
    """
    registration = _lock_waiting(registration)
    places = count_places(registration.session, registration.mode)
    if places.free(registration.category) == 0:
        raise ValidationError(_("There is no free place."), code="full")
    return _confirm_waiting(registration, Event.PROMOTED, by=by)


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
    places = count_places(registration.session, registration.mode)
    if places.capacity is not None and places.free(registration.category) == 0:
        more = max(places.held.total(), places.capacity) + 1
        _raise_capacity(registration.session, registration.mode, more, by=by)
    return _confirm_waiting(registration, Event.ADMITTED, by=by, reason=reason.strip())


def _raise_capacity(session: Session, mode: str, capacity: int, *, by: User) -> None:
    """Store more places, and in the session's history who made them of how many."""
    name = f"capacity_{mode}"
    label = label_for_field(name, Session)
    before = getattr(session, name)
    setattr(session, name, capacity)
    session.save(update_fields=[name, "updated_at"])
    LogEntry.objects.log_actions(
        user_id=by.pk,
        queryset=Session.objects.filter(pk=session.pk),
        action_flag=CHANGE,
        change_message=f"{label}: {before} → {capacity}",
    )


def _confirm_waiting(
    registration: Registration, event: Event, *, by: User, reason: str = ""
) -> Registration:
    held_online = registration.online_meanwhile
    move(registration, Status.CONFIRMED, event, by=by, reason=reason)
    if held_online:
        fill_free_places(registration.session)
    return registration


def _lock_waiting(registration: Registration) -> Registration:
    registration = lock_registration(registration)
    if registration.status != Status.WAITING:
        raise ValidationError(
            _("This registration is not on the waiting list."), code="not_waiting"
        )
    return registration
