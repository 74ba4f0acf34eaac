"""Jobs of the worker: taken by a lease that progress renews, as mails are.

A worker that dies leaves its lease to run out, and another begins again, or goes on
where the rows say how far it got.
"""

import logging
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ..models import DecisionJob, ExportJob, ImportJob, JobState

ATTEMPTS = 3
TELL_EVERY = timedelta(seconds=0.5)

logger = logging.getLogger(__name__)

AnyJob = TypeVar("AnyJob", DecisionJob, ExportJob, ImportJob)
SomeJob = DecisionJob | ExportJob | ImportJob


class LostLeaseError(Exception):
    """Another worker has the job by now, or somebody stopped it."""


@transaction.atomic
def claim(model: type[AnyJob]) -> AnyJob | None:
    """Take the job that waits longest and no other worker holds."""
    now = timezone.now()
    due = model.objects.due(now).select_for_update(skip_locked=True)
    job: AnyJob | None = due.first()
    if job is None:
        return None
    if job.attempts >= ATTEMPTS:
        model.objects.filter(pk=job.pk).update(
            state=JobState.FAILED, lease=None, finished_at=now
        )
        logger.warning("%s %s failed.", model.__name__, job.pk)
        return None
    job.lease = uuid4()
    job.state, job.attempts = JobState.RUNNING, job.attempts + 1
    job.next_try_at = now + settings.JOB_LEASE
    job.save(update_fields=["lease", "state", "attempts", "next_try_at"])
    return job


def renew(job: SomeJob, done: int, **fields: object) -> None:
    """Note progress and hold the lease.

    Raises LostLeaseError when the job is another worker's, or gone.
    """
    mine = type(job).objects.filter(pk=job.pk, lease=job.lease, state=JobState.RUNNING)
    fresh = {"done": done, "next_try_at": timezone.now() + settings.JOB_LEASE}
    if not mine.update(**fresh | fields):
        raise LostLeaseError


class Progress:
    """Tells how far a job is, twice a second at most: each telling is a write."""

    def __init__(self, job: SomeJob) -> None:
        self.job = job
        self.told_at: datetime = timezone.now()

    def __call__(self, done: int) -> None:
        now = timezone.now()
        if now - self.told_at >= TELL_EVERY:
            renew(self.job, done)
            self.told_at = now


def settle(job: SomeJob, state: JobState, **fields: object) -> None:
    """End a job that is still ours.

    Raises LostLeaseError otherwise.
    """
    mine = type(job).objects.filter(pk=job.pk, lease=job.lease, state=JobState.RUNNING)
    ended = {"state": state, "lease": None, "finished_at": timezone.now()}
    if not mine.update(**ended | fields):
        raise LostLeaseError


def put_back(job: SomeJob) -> None:
    """Let a job that broke be tried again in a while; three times in all."""
    mine = type(job).objects.filter(pk=job.pk, lease=job.lease)
    mine.update(
        state=JobState.QUEUED,
        lease=None,
        next_try_at=timezone.now() + timedelta(seconds=10 * job.attempts),
    )
