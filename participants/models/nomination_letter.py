"""Letters in which a State or an organization names who comes for it."""

import secrets

from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from .registration import Registration


def random_name(letter: "NominationLetter", _name: str) -> str:
    """Store under a name that says nothing and that nobody guesses."""
    return f"letters/{secrets.token_hex(16)}.{letter.kind}"


class NominationLetter(models.Model):
    """One letter, for one or several people; no address serves its file directly."""

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        JPEG = "jpg", "JPEG"
        PNG = "png", "PNG"

    CONTENT_TYPES = {
        Kind.PDF: "application/pdf",
        Kind.JPEG: "image/jpeg",
        Kind.PNG: "image/png",
    }

    kind = models.CharField(_("kind"), max_length=3, choices=Kind)
    file = models.FileField(_("file"), upload_to=random_name)
    registrations = models.ManyToManyField(
        Registration,
        blank=True,
        related_name="letters",
        verbose_name=_("registrations"),
    )
    created_at = models.DateTimeField(_("received at"), auto_now_add=True)

    class Meta:
        verbose_name = _("letter of nomination")
        verbose_name_plural = _("letters of nomination")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def remove(self) -> None:
        """Delete the row, and its file once that is certain."""
        name = self.file.name
        self.delete()
        transaction.on_commit(lambda: default_storage.delete(name))
