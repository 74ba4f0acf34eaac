"""What sessions are about."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .translated import Translated


class Theme(Translated):
    """A subject that one or more sessions took up."""

    slug = models.SlugField(_("slug"), unique=True)
    name = models.CharField(_("name"), max_length=200, unique=True)

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
