"""Names of organizations that the form suggests."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Organisation(models.Model):
    """A name as its organization spells it; staff keep the list, nobody must use it."""

    name = models.CharField(_("name"), max_length=200, unique=True)

    class Meta:
        verbose_name = _("suggested organization")
        verbose_name_plural = _("suggested organizations")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
