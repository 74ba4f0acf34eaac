"""Work for the worker: a row is its place in the queue, its lease and its progress."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class JobState(models.TextChoices):
    """Where a job stands; what is ``open`` waits for a person, not for the worker."""

    OPEN = "open", pgettext_lazy("job", "Open")
    QUEUED = "queued", pgettext_lazy("job", "Waits to begin")
    RUNNING = "running", pgettext_lazy("job", "Under way")
    DONE = "done", pgettext_lazy("job", "Done")
    FAILED = "failed", pgettext_lazy("job", "Broken off")


class JobQuerySet(models.QuerySet):
    def due(self, now: datetime) -> Self:
        """Keep what a worker may take: queued, or left behind by a dead one."""
        return self.filter(
            state__in=[JobState.QUEUED, JobState.RUNNING], next_try_at__lte=now
        ).order_by("next_try_at", "pk")

    def at_rest(self) -> Self:
        """Keep what no worker has to do any more, or not before a person says so."""
        return self.exclude(state__in=[JobState.QUEUED, JobState.RUNNING])


class Job(models.Model):
    """Something that takes longer than an answer may.

    ``by`` is empty for what a command does. ``next_try_at`` of a running job is the
    end of its lease.
    """

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    state = models.CharField(
        _("state"), max_length=7, choices=JobState, default=JobState.QUEUED
    )
    total = models.PositiveIntegerField(_("rows"), default=0)
    done = models.PositiveIntegerField(pgettext_lazy("rows", "done"), default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next try at"), default=timezone.now)
    lease = models.UUIDField(null=True, blank=True, editable=False)
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default="en"
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-pk"]

    @property
    def is_under_way(self) -> bool:
        return self.state in {JobState.QUEUED, JobState.RUNNING}

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0
