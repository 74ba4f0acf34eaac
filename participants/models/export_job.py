"""Large exports, which the worker writes, and what everybody chose last."""

from array import array

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .job import Job

KEY_BYTES = 8


def pack_keys(keys: "array[int]") -> bytes:
    """Write primary keys one behind the other, in the order of the rows."""
    return keys.tobytes()


class ExportJob(Job):
    """A file of chosen registrations for the one person who asked for it.

    ``keys`` are the rows as the list showed them when it was asked for, in its order;
    ``facts`` are what the file says of itself. The file goes after a day.
    """

    format = models.CharField(_("format"), max_length=13)
    columns = models.JSONField(_("columns"), default=list)
    facts = models.JSONField(default=list, editable=False)
    keys = models.BinaryField(default=bytes)
    file = models.FileField(_("file"), upload_to="exports/", blank=True)
    expires_at = models.DateTimeField(pgettext_lazy("file", "kept until"), null=True)

    class Meta(Job.Meta):
        verbose_name = _("prepared export")
        verbose_name_plural = _("prepared exports")
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                condition=Q(state__in=["queued", "running"]),
                name="export_job_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.format} {self.created_at:%Y-%m-%d %H:%M}"

    def row_keys(self) -> "array[int]":
        """Return the primary keys of the rows, eight bytes each."""
        keys = array("q")
        keys.frombytes(bytes(self.keys))
        return keys


class ExportChoice(models.Model):
    """Columns and format somebody took last."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    columns = models.JSONField(default=list)
    format = models.CharField(max_length=13, default="xlsx")

    def __str__(self) -> str:
        return self.format
