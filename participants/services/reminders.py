"""Reminders: some days before a session, once each, to who is confirmed."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from sessions.models import Session

from ..models import Message, Status

FROM_HOUR = time(8)  # at the venue


def queue_reminders() -> int:
    """Claim the reminders that are due as messages; return how many.

    Each is one message to the confirmed of one session, under a key of session, day
    and distance: a second worker cannot claim it. A session that moves is reminded of
    anew. What fell due while no worker ran is caught up until the next one is due.
    """
    if not settings.REMINDER_DAYS:
        return 0
    today = timezone.localdate()
    latest = today + timedelta(days=max(settings.REMINDER_DAYS) + 1)
    coming = Session.objects.published().filter(
        starts_on__range=(today - timedelta(days=1), latest)
    )
    return sum(_claim(session) for session in coming)


def _claim(session: Session) -> int:
    now = timezone.now()
    due = {days: _moment(session, days) for days in settings.REMINDER_DAYS}
    passed = [days for days, at in due.items() if at <= now]
    if not passed or _moment(session, 0) <= now:
        return 0
    days = min(passed)
    key = f"reminder:{session.pk}:{session.starts_on}:{days}"
    if Message.objects.filter(key=key).exists():
        return 0
    segment = {
        "status": [Status.CONFIRMED],
        "created_before": due[days].isoformat(),
    }
    try:
        with transaction.atomic():
            Message.objects.create(
                session=session,
                kind=Message.Kind.REMINDER,
                state=Message.State.WAITING,
                segment=segment,
                key=key,
                send_at=now,
            )
    except IntegrityError:  # another worker was faster
        return 0
    return 1


def _moment(session: Session, days: int) -> datetime:
    """Return the morning at the venue, so many days before the first."""
    assert session.starts_on is not None  # noqa: S101 (the query asks for it)
    day = session.starts_on - timedelta(days=days)
    return datetime.combine(day, FROM_HOUR, tzinfo=session.zone)
