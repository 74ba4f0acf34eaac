"""Proving an address from the page where one registered: code, resend, correction.

The page knows what its visitor typed, not whether it is known here. So every answer is
the same for a mailbox that has nothing to prove.
"""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from sessions.models import Session

from .. import emails, links
from ..models import Registration, Status
from .answers import answers_of
from .registering import register, require_open
from .states import confirm

TRIES = 5
RESENDS_AN_HOUR = 3


def confirm_by_code(
    session: Session, *, email_key: str, name_key: str, code: str
) -> Registration:
    """Confirm the registration whose mail held this code.

    Five tries for each mail. Raises ValidationError with code ``code``, also when
    there is nothing to confirm, or what ``confirm`` raises.
    """
    row = _unproved(session, email_key, name_key)
    if row is None or not _spend_a_try(row):
        raise _wrong_code()
    if not constant_time_compare(links.make_code(row.pk, row.epoch), code):
        raise _wrong_code()
    return confirm(row)


def _wrong_code() -> ValidationError:
    text = _(
        "The code is not correct. After five tries only the link in the mail works."
    )
    return ValidationError(text, code="code")


def _spend_a_try(row: Registration) -> bool:
    """Count a try before judging it, so that tries at once count each."""
    rows = Registration.objects.filter(pk=row.pk, code_tries__lt=TRIES)
    return bool(rows.update(code_tries=F("code_tries") + 1))


@transaction.atomic
def send_again(session: Session, *, email_key: str, name_key: str) -> None:
    """Mail link and code once more, three times an hour at most."""
    row = _unproved(session, email_key, name_key)
    if row is None:
        return
    hour = timezone.now() - timedelta(hours=1)
    sent = row.emails.filter(kind="verify", created_at__gt=hour).count()
    if sent <= RESENDS_AN_HOUR:
        emails.queue_verification(row, again=str(row.emails.count()))


@transaction.atomic
def correct_address(
    session: Session, *, email_key: str, name_key: str, email: str
) -> None:
    """Register the same answers under another address; the first link dies.

    Raises ValidationError as ``register`` does.
    """
    require_open(session)
    row = _unproved(session, email_key, name_key)
    if row is None or row.email == email:
        return
    answers = answers_of(row)
    row.delete()
    register(session, email=email, language=row.language, **answers)


def _unproved(session: Session, email_key: str, name_key: str) -> Registration | None:
    return Registration.objects.filter(
        session=session,
        status=Status.UNVERIFIED,
        participant__email_key=email_key,
        participant__name_key=name_key,
    ).first()
