"""Changes of a whole session: stored in one transaction with the mail about them."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from sessions.models import Session

from ..emails.mailing import remember
from ..models import Message
from .messages import let_wait
from .places import lock_session

Kind, State = Message.Kind, Message.State
UNDER_WAY = [State.WAITING, State.SENDING]
POSTPONED = {
    "starts_on": None,
    "ends_on": None,
    "registration_opens_at": None,
    "access_deadline_at": None,
}


@transaction.atomic
def change_session(
    message: Message, *, by: User, expected: int, **fields: Any
) -> Message:
    """Change a session and let its message to all live registrations wait.

    ``message`` is new: its session, its kind and what staff say beside it. ``fields``
    are the new days or the new venue. Items of the programme move with the first day,
    keeping their hours at the venue.

    Raises ValidationError with code ``cancelled``, ``count`` (the number of recipients
    is another by now), ``sending`` (an earlier change is being mailed), or what the
    session's own rules refuse.
    """
    session = lock_session(message.session_id)
    if session.status == Session.Status.CANCELLED:
        raise ValidationError(_("The session is cancelled already."), code="cancelled")
    message.session = session
    message.before = _supersede(session) or remember(session)
    count = message.recipients().count()
    if count != expected:
        text = _("The number of recipients has changed. Look at it again.")
        raise ValidationError(text, code="count")
    apply(message, fields)
    session.validate_constraints()
    session.save()
    if message.kind == Kind.MOVED:
        _move_programme(session)
    let_wait(message, by=by, count=count)
    return message


def _supersede(session: Session) -> dict[str, Any]:
    """Stop what nobody was told yet; return how the session was before that.

    Raises ValidationError with code ``sending`` while an earlier mail goes out.
    """
    earlier = Message.objects.filter(session=session).exclude(kind=Kind.MESSAGE)
    earlier.filter(kind=Kind.REMINDER, state__in=UNDER_WAY).update(state=State.STOPPED)
    told = earlier.exclude(kind=Kind.REMINDER).filter(state__in=UNDER_WAY)
    rows = list(told.select_for_update().order_by("pk"))
    if any(row.state == State.SENDING for row in rows):
        text = _("A mail on an earlier change is being sent. Stop it, or wait for it.")
        raise ValidationError(text, code="sending")
    told.update(state=State.STOPPED)
    before: dict[str, Any] = rows[0].before if rows else {}
    return before


def apply(message: Message, fields: dict[str, Any]) -> None:
    """Set on the session of a message what its kind changes, without storing it."""
    if message.kind == Kind.POSTPONED:
        fields = POSTPONED
    elif message.kind == Kind.CANCELLED:
        fields = {"status": Session.Status.CANCELLED}
    for name, value in fields.items():
        setattr(message.session, name, value)


def _move_programme(session: Session) -> None:
    """Let the programme begin on the new first day, by the clock at the venue."""
    items = list(session.agenda_items.order_by("starts_at"))
    if not items:
        return
    begins = items[0].starts_at
    if moved(begins, session, begins) == begins:
        return
    for item in items:
        item.starts_at = moved(item.starts_at, session, begins)
        item.ends_at = moved(item.ends_at, session, begins)
        item.save(update_fields=["starts_at", "ends_at"])


def moved(at: datetime, session: Session, begins: datetime) -> datetime:
    """Return a moment of the programme when it begins on the session's first day.

    ``begins`` is when it begins now. The clock at the venue stays, summer or winter.
    """
    if session.starts_on is None:
        return at
    first = begins.astimezone(session.zone).date()
    days = timedelta(days=(session.starts_on - first).days)
    return at.astimezone(session.zone) + days
