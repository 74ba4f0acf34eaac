"""Which state of the public content this is: by it kept pages know they are old."""

from typing import Any

from django.db import models, transaction
from django.db.models import F

THE_ROW = 1


class ContentVersionQuerySet(models.QuerySet["ContentVersion"]):
    def current(self) -> int:
        number = self.filter(pk=THE_ROW).values_list("number", flat=True).first()
        return number or 0

    @transaction.atomic
    def raise_it(self) -> None:
        """Say in the running transaction that public pages show something else now.

        ``save()`` and ``delete()`` of every model of this app do so by themselves;
        ``QuerySet.update()`` and ``bulk_create()`` do not, so their callers call this.
        """
        row = self.filter(pk=THE_ROW)
        if not row.update(number=F("number") + 1):  # a table that was just emptied
            self.get_or_create(pk=THE_ROW)
            row.update(number=F("number") + 1)


class ContentVersion(models.Model):
    """One row, raised by every write that a public page shows; by no registration."""

    number = models.PositiveBigIntegerField(default=0)

    objects = ContentVersionQuerySet.as_manager()

    class Meta:
        default_permissions = ()  # nobody edits it, in the admin or elsewhere

    def __str__(self) -> str:
        return str(self.number)


def raise_content_version(**signal: Any) -> None:
    """Raise the version after a row was saved or deleted, or themes were chosen."""
    if signal.get("action", "post_").startswith("post_"):
        ContentVersion.objects.raise_it()
