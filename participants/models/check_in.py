"""Proof of presence, a row for each day."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sessions.models import Mode

from .registration import Registration


class CheckInQuerySet(models.QuerySet["CheckIn"]):
    def in_person(self) -> Self:
        return self.filter(mode=Mode.IN_PERSON)

    def online(self) -> Self:
        return self.filter(mode=Mode.ONLINE)


class CheckIn(models.Model):
    """Somebody registered was there on one day: seen at the door, or online.

    ``day`` is the calendar day at the venue. What a report of another system says
    has no ``by``; where it gives no moment, ``at`` is empty.
    """

    registration = models.ForeignKey(
        Registration,
        on_delete=models.CASCADE,
        related_name="check_ins",
        verbose_name=_("registration"),
    )
    day = models.DateField(_("day"))
    mode = models.CharField(
        _("mode of participation"), max_length=10, choices=Mode, default=Mode.IN_PERSON
    )
    at = models.DateTimeField(_("at"), null=True, blank=True)
    minutes_online = models.PositiveIntegerField(
        _("minutes online"), null=True, blank=True
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )

    objects = CheckInQuerySet.as_manager()

    class Meta:
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        ordering = ["-day", "-pk"]
        permissions = [("check_in_registration", "Can check people in at the door")]
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "day", "mode"],
                name="one_check_in_a_day_and_mode",
                violation_error_message=_("This person has been checked in already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"
