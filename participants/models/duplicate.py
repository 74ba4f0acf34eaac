"""Pairs of participants that somebody looked at: two people, not one."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .participant import Participant


class NotTheSame(models.Model):
    """Two participants who look alike and are two people; the lower key is first."""

    first = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"], name="one_judgement_per_pair"
            ),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")), name="lower_key_stands_first"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id}, {self.second_id}"
