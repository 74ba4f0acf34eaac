"""Places of a session kept for one category until a set time."""

from datetime import datetime
from typing import Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .session import Category, Mode, Session


class ReservedPlacesQuerySet(models.QuerySet["ReservedPlaces"]):
    def kept(self, now: datetime) -> Self:
        """Keep reservations that are not released yet."""
        return self.filter(released_at__gt=now)


class ReservedPlaces(models.Model):
    """So many places of a mode that only this category takes before the release.

    A reservation is filled by whoever of the category holds a place; what is not
    filled at the release goes to the waiting list.
    """

    session = models.ForeignKey(
        Session,
        on_delete=models.CASCADE,
        related_name="reserved_places",
        verbose_name=_("session"),
    )
    category = models.CharField(
        _("category of participant"), max_length=15, choices=Category
    )
    mode = models.CharField(
        _("mode of participation"), max_length=10, choices=Mode, default=Mode.IN_PERSON
    )
    places = models.PositiveIntegerField(
        _("places kept"), validators=[MinValueValidator(1)]
    )
    released_at = models.DateTimeField(
        _("released at"),
        help_text=_("From then on the places not taken go to everybody who waits."),
    )

    objects = ReservedPlacesQuerySet.as_manager()

    class Meta:
        verbose_name = _("reserved places")
        verbose_name_plural = _("reserved places")
        ordering = ["mode", "category"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "mode", "category"],
                name="one_reservation_per_category_and_mode",
                violation_error_message=_(
                    "There is a reservation for this category already."
                ),
            ),
            models.CheckConstraint(
                condition=Q(places__gte=1), name="a_reservation_keeps_a_place"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_category_display()}: {self.places}"
