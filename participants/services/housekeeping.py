"""What the worker clears away."""

from datetime import timedelta

from auditlog.models import LogEntry
from django.conf import settings
from django.utils import timezone

from ..models import Participant, Registration, Status

UNVERIFIED_FOR = timedelta(hours=48)


def delete_unverified() -> int:
    """Delete registrations whose address was not proved in 48 hours; return how many.

    Their participants go too if nothing else is known of them.
    """
    old = Registration.objects.filter(
        status=Status.UNVERIFIED, created_at__lt=timezone.now() - UNVERIFIED_FOR
    )
    people = set(old.values_list("participant_id", flat=True))
    _total, deleted = old.delete()
    Participant.objects.filter(pk__in=people, registrations__isnull=True).delete()
    return deleted.get("participants.Registration", 0)


def delete_old_log() -> int:
    """Delete what the log has kept longer than the settings say; return how many."""
    if not settings.AUDIT_MONTHS:
        return 0
    until = timezone.now() - timedelta(days=settings.AUDIT_MONTHS * 365 / 12)
    total: int
    total, _each = LogEntry.objects.filter(timestamp__lt=until).delete()
    return total
