"""Who speaks for a delegation when its people register."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .. import links
from .delegation import Delegation


class FocalPoint(models.Model):
    """A mailbox that registers and orders the people of one delegation.

    Its link is made of primary key and epoch and stored nowhere; raising the epoch
    kills every link mailed before, and so does ``is_active`` while it is off.
    """

    delegation = models.ForeignKey(
        Delegation,
        on_delete=models.CASCADE,
        related_name="focal_points",
        verbose_name=_("delegation"),
    )
    email = models.EmailField(_("e-mail address"))
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default="en"
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Off: the mailed links do not work.")
    )
    epoch = models.PositiveSmallIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("focal point")
        verbose_name_plural = _("focal points")
        ordering = ["delegation__name", "email"]
        constraints = [
            models.UniqueConstraint(
                fields=["delegation", "email"],
                name="one_focal_point_per_address_and_delegation",
                violation_error_message=_(
                    "This address is a focal point of this delegation already."
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.delegation} · {self.email}"

    def get_absolute_url(self) -> str:
        """Return the delegation's page; the address is a key, never log or store it."""
        return reverse("participants:delegation", args=[self.token])

    @property
    def token(self) -> str:
        return links.delegations.make(self.pk, self.epoch)
