"""The list of participants of a session as it was issued."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sessions.models import Session


class Edition(models.Model):
    """One issue of a list of participants, frozen: not even an erasure rewrites it.

    ``content`` holds every printed word and nothing that leads to a registration; DOCX
    and PDF are made from it again whenever they are asked for.
    """

    class Kind(models.TextChoices):
        PROVISIONAL = "provisional", _("Provisional edition")
        FINAL = "final", _("Final edition")

    session = models.ForeignKey(
        Session,
        on_delete=models.PROTECT,
        related_name="editions",
        verbose_name=_("session"),
    )
    number = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=11, choices=Kind)
    issued_at = models.DateTimeField(_("issued at"), default=timezone.now)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("issued by"),
    )
    content = models.JSONField(editable=False)

    class Meta:
        verbose_name = _("edition of the list of participants")
        verbose_name_plural = _("editions of the list of participants")
        ordering = ["-session__number", "-number"]
        permissions = [("issue_edition", "Can issue an edition of the list")]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "number"], name="one_edition_of_a_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.session.number}/{self.number} {self.get_kind_display()}"
