"""Delivering the outbox: leases, batches, retries; no transaction while SMTP talks.

A worker takes due mails by giving them a lease. A worker that dies leaves its lease
to run out, and another takes the mail. Only a death between the server's yes and our
note of it can send a mail twice; the stable Message-ID lets mailboxes see that.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta
from email.mime.text import MIMEText
from email.utils import formatdate
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone

from .. import emails, link_mails, staff_mail
from ..models import EmailMessage

State = EmailMessage.State
BATCH = 20
FULL = 200  # due mails; what one person waits for must not queue behind thousands
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
ATTEMPTS = 24  # more than three days with the waits above

logger = logging.getLogger(__name__)


@dataclass
class Refusal:
    """Why a mail did not go, in the server's words, and whether to try again."""

    answer: str
    is_final: bool


def deliver_due() -> int:
    """Send what is due, one batch; return how many mails were taken."""
    lease = uuid4()
    batch = _claim(lease)
    if not batch:
        return 0
    connection = get_connection()
    try:
        for message in batch:
            if _renew(message, lease):
                _settle(message, lease, _send(message, connection))
    finally:
        connection.close()
    return len(batch)


def is_full() -> bool:
    """Say whether so much is due that who writes to many should wait."""
    return EmailMessage.objects.due(timezone.now())[:FULL].count() == FULL


def retry(messages: list[EmailMessage]) -> int:
    """Queue failed mails again at once; return how many."""
    return EmailMessage.objects.filter(
        pk__in=[message.pk for message in messages], state=State.FAILED
    ).update(state=State.QUEUED, attempts=0, next_try_at=timezone.now())


@transaction.atomic
def _claim(lease: UUID) -> list[EmailMessage]:
    """Take a batch that no other worker holds."""
    now = timezone.now()
    due = EmailMessage.objects.due(now).select_for_update(skip_locked=True)[:BATCH]
    keys = [message.pk for message in due]
    EmailMessage.objects.filter(pk__in=keys).update(
        state=State.LEASED,
        lease=lease,
        next_try_at=now + settings.MAIL_LEASE,
        attempts=F("attempts") + 1,
    )
    return list(
        EmailMessage.objects.filter(pk__in=keys)
        .select_related("registration")
        .order_by("pk")
    )


def _renew(message: EmailMessage, lease: UUID) -> bool:
    """Hold the lease for this one mail; False when another worker has it by now."""
    mine = EmailMessage.objects.filter(pk=message.pk, lease=lease, state=State.LEASED)
    return bool(mine.update(next_try_at=timezone.now() + settings.MAIL_LEASE))


def _send(message: EmailMessage, connection: BaseEmailBackend) -> Refusal | None:
    """Hand one mail to the server; return its refusal, or None when it took it."""
    try:
        _compose(message, connection).send()
    except SMTPRecipientsRefused as refused:
        code, words = next(iter(refused.recipients.values()))
        return _refusal(code, words)
    except SMTPResponseException as refused:
        connection.close()
        return _refusal(refused.smtp_code, refused.smtp_error)
    except (SMTPException, OSError) as error:
        connection.close()
        return Refusal(f"{type(error).__name__}: {error}", is_final=False)
    except DatabaseError:
        raise  # the worker knows what to do
    except Exception as error:  # one mail that breaks must not stop the others
        logger.exception("Mail %s could not be written.", message.pk)
        return Refusal(f"{type(error).__name__}: {error}", is_final=False)
    return None


def _refusal(code: int, words: bytes | str) -> Refusal:
    """Judge by the reply code: 5xx is final, the rest may pass (RFC 5321, 4.2.1)."""
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    return Refusal(f"{code} {text}", is_final=500 <= code < 600)  # noqa: PLR2004


def _compose(
    message: EmailMessage, connection: BaseEmailBackend
) -> EmailMultiAlternatives:
    host = urlsplit(settings.SITE_URL).hostname
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=_filled_in(message.text, message),
        to=[message.to],
        reply_to=[settings.MAIL_REPLY_TO] if settings.MAIL_REPLY_TO else None,
        connection=connection,
        headers={
            "Message-ID": f"<{message.pk}.{message.created_at:%Y%m%d%H%M%S%f}@{host}>",
            "Date": formatdate(message.created_at.timestamp()),
            "Auto-Submitted": "auto-generated",  # RFC 3834: no holiday replies
            "Content-Language": message.language,
        },
    )
    if message.html:
        html = _filled_in(message.html, message, html=True)
        mail.attach_alternative(html, "text/html")
    for entry in message.attachments:
        mail.attach(_calendar_part(**entry))
    return mail


def _calendar_part(name: str, method: str, text: str) -> MIMEText:
    """Make the part that calendars read; as base64, which keeps its line ends."""
    part = MIMEText(text, "calendar", "utf-8")
    part.set_param("method", method)
    part.add_header("Content-Disposition", "attachment", filename=name)
    return part


def _filled_in(body: str, message: EmailMessage, *, html: bool = False) -> str:
    """Put every link where a stored body has a placeholder."""
    body = emails.fill_in(body, message.registration)
    body = link_mails.fill_in(body, message.language, html=html)
    return staff_mail.fill_in(body, message)


def _settle(message: EmailMessage, lease: UUID, refusal: Refusal | None) -> None:
    """Note how it went, if the mail is still ours."""
    now = timezone.now()
    if refusal is None:
        fields = {"state": State.SENT, "sent_at": now, "last_answer": ""}
    elif refusal.is_final or message.attempts >= ATTEMPTS:
        fields = {"state": State.FAILED, "last_answer": refusal.answer[:500]}
        logger.warning("Mail %s failed.", message.pk)
    else:
        fields = {
            "state": State.QUEUED,
            "last_answer": refusal.answer[:500],
            "next_try_at": now + _wait(message.attempts),
        }
    EmailMessage.objects.filter(pk=message.pk, lease=lease).update(lease=None, **fields)


def _wait(attempts: int) -> timedelta:
    """Double the wait with each attempt, up to four hours."""
    return min(FIRST_WAIT * int(2 ** min(attempts - 1, 20)), LONGEST_WAIT)
