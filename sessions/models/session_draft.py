"""An edit of a session that waits to go live as a whole."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .session import Session


class SessionDraftQuerySet(models.QuerySet["SessionDraft"]):
    def due(self, now: datetime) -> Self:
        """Keep what goes live by itself now; what failed once waits for staff."""
        return self.filter(publish_at__lte=now, problem="").order_by("publish_at")


class SessionDraft(models.Model):
    """What the form of the session would post: every field and every row.

    Publishing sends it through the same form again, in one transaction, with the
    rights of who saved it.
    """

    session = models.OneToOneField(
        Session,
        on_delete=models.CASCADE,
        related_name="draft",
        verbose_name=_("session"),
    )
    data = models.JSONField(_("fields of the form"))
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("saved by"),
    )
    saved_at = models.DateTimeField(_("saved at"), auto_now=True)
    publish_at = models.DateTimeField(_("goes live at"), null=True, blank=True)
    problem = models.TextField(_("why it did not go live"), blank=True)

    objects = SessionDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft of a session")
        verbose_name_plural = _("drafts of sessions")

    def __str__(self) -> str:
        return str(self.session)
