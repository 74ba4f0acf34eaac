"""What hangs on one session: topics, sources, reported attendance."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .session import Session
from .translated import Translated


class Topic(Translated):
    """One question that a session took up."""

    session = models.ForeignKey(
        Session,
        on_delete=models.CASCADE,
        related_name="topics",
        verbose_name=_("session"),
    )
    text = models.CharField(_("text"), max_length=250)
    position = models.PositiveSmallIntegerField(
        pgettext_lazy("order", "position"), default=0
    )

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text


class Source(models.Model):
    """An official or press page that says what we say.

    An unaffiliated copy of a page is no source, whatever it says.
    """

    session = models.ForeignKey(
        Session,
        on_delete=models.CASCADE,
        related_name="sources",
        verbose_name=_("session"),
    )
    title = models.CharField(_("title"), max_length=250)
    url = models.URLField(_("address"), max_length=500)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "url"], name="source_stands_once_per_session"
            )
        ]

    def __str__(self) -> str:
        return self.title


class ReportedAttendance(models.Model):
    """A figure of attendance as a source reports it; figures are never added up."""

    session = models.ForeignKey(
        Session,
        on_delete=models.CASCADE,
        related_name="reported_attendances",
        verbose_name=_("session"),
    )
    count = models.PositiveIntegerField(pgettext_lazy("how many", "number"))
    qualifier = models.CharField(
        _("qualifier"),
        max_length=30,
        blank=True,
        help_text=_("In English, for example: more than."),
    )
    kind = models.CharField(
        _("kind"), max_length=60, help_text=_("In English, for example: registrants.")
    )
    countries = models.PositiveSmallIntegerField(_("countries"), null=True, blank=True)
    countries_qualifier = models.CharField(
        _("qualifier of the countries"), max_length=30, blank=True
    )
    source_url = models.URLField(_("source"), max_length=500)

    class Meta:
        verbose_name = _("reported attendance")
        verbose_name_plural = _("reported attendances")
        ordering = ["pk"]

    def __str__(self) -> str:
        parts: list[Any] = [self.qualifier, self.count, self.kind]
        return " ".join(str(part) for part in parts if part)
