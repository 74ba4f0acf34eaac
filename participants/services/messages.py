"""Messages to many: they wait, can be stopped, and are written batch by batch.

A batch is composed without a lock; then one short transaction checks that nobody it
is for has changed meanwhile, stores the mails and moves the cursor. So each of twenty
thousand people is written to once, whatever dies in between, and memory stays flat.
"""

from datetime import timedelta

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from ..emails.mailing import Mailing
from ..models import EmailMessage, Message, Registration
from . import outbox
from .places import lock_session

State = Message.State
DELAY = timedelta(minutes=10)
BATCH = 200


def send_message(message: Message, *, by: User, expected: int) -> None:
    """Let a draft go: it waits ten minutes for a change of mind.

    ``expected`` is the number of recipients that was shown. Raises ValidationError
    with code ``not_draft``, ``nobody`` or ``count`` (their number is another by now).
    """
    with transaction.atomic():
        row = Message.objects.select_for_update().get(pk=message.pk)
        if row.state != State.DRAFT:
            raise ValidationError(_("This message is no draft."), code="not_draft")
        count = row.recipients().count()
        if not count:
            raise ValidationError(_("Nobody would get this message."), code="nobody")
        if count != expected:
            text = _("The number of recipients has changed. Look at it again.")
            raise ValidationError(text, code="count")
        let_wait(row, by=by, count=count)


def let_wait(message: Message, *, by: User | None, count: int) -> None:
    """Store a message as one that waits for its ten minutes to pass."""
    message.state = State.WAITING
    message.by = by
    message.recipients_expected = count
    message.send_at = timezone.now() + DELAY
    message.save()


@transaction.atomic
def stop_message(message: Message) -> int:
    """Stop a message, also half-way; return how many mails had gone out.

    Mails that no worker has tried yet are taken back. Raises ValidationError with code
    ``too_late``.
    """
    row = Message.objects.select_for_update().get(pk=message.pk)
    if not row.can_be_stopped:
        raise ValidationError(_("This message cannot be stopped."), code="too_late")
    row.emails.filter(state=EmailMessage.State.QUEUED, attempts=0).delete()
    row.state = State.STOPPED
    row.save(update_fields=["state"])
    return row.emails.count()


def write_due_messages() -> int:
    """Write the next batch of the message that is due; return how many mails."""
    now = timezone.now()
    due = Message.objects.filter(
        state__in=[State.WAITING, State.SENDING], send_at__lte=now
    )
    message = due.select_related("session").order_by("send_at", "pk").first()
    if message is None or outbox.is_full():
        return 0
    if message.state == State.WAITING:
        return _begin(message)
    return _write_batch(message)


def _begin(message: Message) -> int:
    """Fix who is meant: nobody who registers from now on."""
    last = Registration.objects.order_by("pk").values_list("pk", flat=True).last()
    Message.objects.filter(pk=message.pk, state=State.WAITING).update(
        state=State.SENDING, last=last or 0
    )
    message.refresh_from_db(fields=["state", "last"])
    return _write_batch(message) if message.state == State.SENDING else 0


def _write_batch(message: Message) -> int:
    rows = list(
        message.recipients()
        .filter(pk__gt=message.cursor, pk__lte=message.last)
        .select_related("delegation")
        .order_by("pk")[:BATCH]
    )
    seen = {row.pk: _version(row) for row in rows}
    mailing = Mailing(message)
    mails = [mailing.mail(row) for row in rows]
    return len(mails) if _store(message, mails, seen) else 0


Version = tuple[object, ...]
VERSIONED = ("pk", "status", "sequence", "epoch", "email", "mode", "family_name")


def _version(row: Registration) -> Version:
    return tuple(getattr(row, name) for name in VERSIONED)


@transaction.atomic
def _store(
    message: Message, mails: list[EmailMessage], seen: dict[int, Version]
) -> bool:
    """Store a batch, unless it was stopped, written or overtaken meanwhile."""
    lock_session(message.session_id)
    row = Message.objects.select_for_update().get(pk=message.pk)
    if (row.state, row.cursor) != (State.SENDING, message.cursor):
        return False
    fresh = Registration.objects.filter(pk__in=seen).select_for_update(no_key=True)
    if {_version(registration) for registration in fresh} != set(seen.values()):
        return False  # the next round composes it anew
    EmailMessage.objects.bulk_create(mails, ignore_conflicts=True)
    if row.carries_calendar:
        Registration.objects.filter(pk__in=seen).update(sequence=F("sequence") + 1)
    row.written += len(mails)
    if len(mails) < BATCH:
        row.state = State.SENT
    row.cursor = max(seen, default=row.cursor)
    row.save(update_fields=["written", "state", "cursor"])
    return True
