"""One decision on more registrations than an answer has time for."""

from array import array

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .job import Job


class DecisionJob(Job):
    """What staff decided on many registrations; the worker does it one by one.

    ``keys`` are the rows in the order in which they are decided on, ``done`` how many
    of them were, ``refused`` the keys of those that were left as they are, by reason.
    """

    class Action(models.TextChoices):
        APPROVE = "approve", _("Approve")
        APPROVE_WITHOUT_LETTER = (
            "approve_without_letter",
            _("Approve without the letter of nomination"),
        )
        DECLINE = "decline", _("Decline")
        PROMOTE = "promote", _("Promote from the waiting list")
        ADMIT = "admit_above_capacity", _("Admit above capacity")
        CANCEL = "cancel", _("Cancel registrations")
        CHANGE_MODE = "change_mode", _("Change the mode of participation")

    action = models.CharField(
        pgettext_lazy("staff", "decision"), max_length=22, choices=Action
    )
    answers = models.JSONField(default=dict, editable=False)
    keys = models.BinaryField(default=bytes)
    refused = models.JSONField(default=dict, editable=False)

    class Meta(Job.Meta):
        verbose_name = _("decision on many registrations")
        verbose_name_plural = _("decisions on many registrations")
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                condition=Q(state__in=["queued", "running"]),
                name="decision_job_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()}, {self.created_at:%Y-%m-%d %H:%M}"

    def row_keys(self) -> "array[int]":
        """Return the primary keys of the rows, in their order."""
        keys = array("q")
        keys.frombytes(bytes(self.keys))
        return keys

    @property
    def refused_count(self) -> int:
        return sum(map(len, self.refused.values()))
