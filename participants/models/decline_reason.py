"""Reasons for declining that staff choose from, with a text in each language."""

from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DeclineReason(models.Model):
    """A ready-made reason; a copy of its text goes to the participant."""

    text = models.CharField(_("text"), max_length=400)
    position = models.PositiveSmallIntegerField(
        pgettext_lazy("order", "position"), default=0
    )

    class Meta:
        verbose_name = _("reason for declining")
        verbose_name_plural = _("reasons for declining")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text

    def text_for(self, language: str) -> str:
        """Return the text in a language, English where it has none."""
        with translation.override(language):
            return self.text
