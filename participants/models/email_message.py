"""The outbox, which is the mail log too."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .message import Message
from .registration import Registration


class EmailMessageQuerySet(models.QuerySet["EmailMessage"]):
    def due(self, now: datetime) -> Self:
        """Keep what a worker may take: queued and due, or left behind by a dead one."""
        return self.filter(
            state__in=[EmailMessage.State.QUEUED, EmailMessage.State.LEASED],
            next_try_at__lte=now,
        ).order_by("next_try_at", "pk")


class EmailMessage(models.Model):
    """One mail to one address. A fact is mailed once: ``dedupe_key`` names the fact.

    The bodies hold a placeholder where the personal link goes; it is filled in at
    delivery, so no link lies in the database. ``next_try_at`` of a leased message is
    the end of the lease.
    """

    class State(models.TextChoices):
        QUEUED = "queued", pgettext_lazy("mail", "Queued")
        LEASED = "leased", pgettext_lazy("mail", "Being sent")
        SENT = "sent", pgettext_lazy("mail", "Sent")
        FAILED = "failed", pgettext_lazy("mail", "Failed")

    registration = models.ForeignKey(
        Registration,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="emails",
        verbose_name=_("registration"),
    )
    message = models.ForeignKey(
        Message,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="emails",
        verbose_name=_("message"),
    )
    to = models.EmailField(pgettext_lazy("mail", "to"))
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES
    )
    kind = models.CharField(_("kind"), max_length=20)
    subject = models.CharField(_("subject"), max_length=250)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"), blank=True)
    attachments = models.JSONField(_("attachments"), default=list, blank=True)
    dedupe_key = models.CharField(_("fact"), max_length=100, unique=True)
    state = models.CharField(
        _("state"), max_length=6, choices=State, default=State.QUEUED
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next try at"), default=timezone.now)
    lease = models.UUIDField(null=True, blank=True, editable=False)
    last_answer = models.CharField(
        _("last answer of the mail server"), max_length=500, blank=True
    )
    created_at = models.DateTimeField(_("queued at"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    objects = EmailMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                condition=Q(state__in=["queued", "leased"]),
                name="email_due",
            ),
            models.Index(
                fields=["id"], condition=Q(state="failed"), name="email_failed"
            ),
            models.Index(fields=["kind", "created_at"], name="email_kind_age"),
        ]

    def __str__(self) -> str:
        return self.subject
