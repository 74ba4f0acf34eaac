"""What the worker clears away."""

from datetime import timedelta

from auditlog.models import LogEntry
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from .. import link_mails
from ..models import EmailMessage, Participant, Registration, Status

UNVERIFIED_FOR = timedelta(hours=48)
LINK_MAILS_FOR = timedelta(days=30)


@transaction.atomic
def delete_unverified() -> int:
    """Delete registrations whose address was not proved in 48 hours; return how many.

    Who proves it at this very moment has the row: it is left alone. Their participants
    go too if nothing else is known of them.
    """
    old = Registration.objects.filter(
        status=Status.UNVERIFIED, created_at__lt=timezone.now() - UNVERIFIED_FOR
    )
    rows = old.select_for_update(skip_locked=True).values_list("pk", "participant_id")
    keys = dict(rows)
    if not keys:
        return 0
    Registration.objects.filter(pk__in=keys).delete()
    delete_if_unknown(set(keys.values()))
    return len(keys)


def delete_if_unknown(people: set[int]) -> None:
    """Delete participants without any registration.

    Who is registering at this very moment has the row: it is left alone.
    """
    rows = Participant.objects.select_for_update(skip_locked=True).filter(pk__in=people)
    keys = [row.pk for row in rows.order_by("pk")]
    Participant.objects.filter(pk__in=keys, registrations__isnull=True).delete()


def delete_old_link_mails() -> int:
    """Delete mails with links that nobody needs any more; return how many.

    They belong to no registration, so the retention of none takes them along, and
    anybody's address may have been typed to get one.
    """
    until = timezone.now() - LINK_MAILS_FOR
    mails = EmailMessage.objects.filter(kind=link_mails.LINKS, created_at__lt=until)
    total: int
    total, _each = mails.delete()
    return total


def delete_old_log() -> int:
    """Delete what the log has kept longer than the settings say; return how many."""
    if not settings.AUDIT_MONTHS:
        return 0
    until = timezone.now() - timedelta(days=settings.AUDIT_MONTHS * 365 / 12)
    total: int
    total, _each = LogEntry.objects.filter(timestamp__lt=until).delete()
    return total
