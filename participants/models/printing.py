"""What was printed for whom, so that the next morning only the rest is printed."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sessions.models import Session

from .registration import Registration


class PrintRun(models.Model):
    """One file of badges of a session, made to be printed."""

    session = models.ForeignKey(
        Session,
        on_delete=models.PROTECT,
        related_name="print_runs",
        verbose_name=_("session"),
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )

    class Meta:
        verbose_name = _("print run of badges")
        verbose_name_plural = _("print runs of badges")
        ordering = ["-pk"]
        permissions = [("print_badge", "Can print badges and name plates")]

    def __str__(self) -> str:
        return f"{self.session.number}: {self.at:%Y-%m-%d %H:%M}"


class PrintedBadge(models.Model):
    """What stood on one badge. An erasure empties the face and leaves the code."""

    print_run = models.ForeignKey(
        PrintRun,
        on_delete=models.CASCADE,
        related_name="badges",
        verbose_name=_("print run of badges"),
    )
    registration = models.ForeignKey(
        Registration,
        on_delete=models.CASCADE,
        related_name="printed_badges",
        verbose_name=_("registration"),
    )
    code = models.CharField(_("badge code"), max_length=22)
    face = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("printed badge")
        verbose_name_plural = _("printed badges")
        constraints = [
            models.UniqueConstraint(
                fields=["print_run", "registration"],
                name="one_badge_of_a_registration_in_a_run",
            )
        ]

    def __str__(self) -> str:
        return str(self.face.get("name", "—"))
