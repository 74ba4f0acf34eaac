"""Which figures of a session everybody may see."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from sessions.models import Session


class PublicTable(models.Model):
    """One table of statistics that the site shows, with small numbers folded."""

    session = models.ForeignKey(
        Session,
        on_delete=models.CASCADE,
        related_name="public_tables",
        verbose_name=_("session"),
    )
    table = models.CharField(_("table"), max_length=20)

    class Meta:
        verbose_name = _("public table")
        verbose_name_plural = _("public tables")
        permissions = [
            ("view_statistics", "Can see the statistics of participants"),
            ("publish_statistics", "Can show statistics on the site"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "table"], name="table_is_public_once_per_session"
            )
        ]

    def __str__(self) -> str:
        return self.table
