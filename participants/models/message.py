"""What is written to many: messages, reminders, news of a changed session."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sessions.models import Session
from sessions.models.translated import SOURCE_LANGUAGE, column

from .registration import Registration, RegistrationQuerySet
from .status import LIVE, Status

# Who never proved an address is not written to.
STATES_TO_WRITE_TO = [s for s in Status if s != Status.UNVERIFIED]
SEGMENT_FIELDS = ["status", "mode", "category", "delegation", "country", "language"]


class Message(models.Model):
    """One text for a segment of a session's registrations.

    It waits until ``send_at``, so that it can be stopped; then the worker writes the
    mails in batches in the order of the registrations: ``cursor`` is the last of them.
    ``before`` is how a changed session was; ``key`` names what is sent only once.
    """

    class Kind(models.TextChoices):
        MESSAGE = "message", _("Message")
        POSTPONED = "postponed", _("Session postponed")
        MOVED = "moved", _("Session moved to other days")
        VENUE = "venue", _("Change of venue")
        CANCELLED = "cancelled", _("Session cancelled")
        REMINDER = "reminder", _("Reminder")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        WAITING = "waiting", pgettext_lazy("message", "Waiting to be sent")
        SENDING = "sending", pgettext_lazy("mail", "Being sent")
        SENT = "sent", pgettext_lazy("mail", "Sent")
        STOPPED = "stopped", pgettext_lazy("message", "Stopped")

    session = models.ForeignKey(
        Session,
        on_delete=models.PROTECT,
        related_name="messages",
        verbose_name=_("session"),
    )
    kind = models.CharField(
        _("kind"), max_length=9, choices=Kind, default=Kind.MESSAGE, editable=False
    )
    state = models.CharField(
        _("state"), max_length=7, choices=State, default=State.DRAFT, editable=False
    )
    segment = models.JSONField(_("recipients"), default=dict, blank=True)
    subject = models.CharField(_("subject"), max_length=150, blank=True)
    body = models.TextField(_("text"), blank=True, help_text=_("Markdown."))
    before = models.JSONField(default=dict, blank=True, editable=False)
    key = models.CharField(
        max_length=60, unique=True, null=True, blank=True, editable=False
    )
    send_at = models.DateTimeField(_("sent from"), null=True, editable=False)
    last = models.PositiveBigIntegerField(null=True, editable=False)
    cursor = models.PositiveBigIntegerField(default=0, editable=False)
    recipients_expected = models.PositiveIntegerField(
        _("recipients"), default=0, editable=False
    )
    written = models.PositiveIntegerField(_("mails written"), default=0, editable=False)
    created_at = models.DateTimeField(
        _("written on"), default=timezone.now, editable=False
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("by"),
    )

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-pk"]
        permissions = [
            ("send_message", "Can send messages to participants"),
            ("reschedule_session", "Can postpone, move and cancel sessions"),
        ]
        indexes = [
            models.Index(
                fields=["send_at"],
                condition=Q(state__in=["waiting", "sending"]),
                name="message_due",
            )
        ]

    def __str__(self) -> str:
        return self.subject or str(self.get_kind_display())

    def recipients(self) -> RegistrationQuerySet:
        """Keep the registrations of the segment that can be written to."""
        return in_segment(self.session_id, self.segment)

    def texts(self, language: str) -> tuple[str, str, str]:
        """Return subject, body and their language: English where one is missing."""
        if self.is_written_in(language):
            return *self._texts_in(language), language
        return *self._texts_in(SOURCE_LANGUAGE), SOURCE_LANGUAGE

    def is_written_in(self, language: str) -> bool:
        """Say whether nothing falls back to English; only messages need a subject."""
        subject, body = self._texts_in(language)
        return bool(body and (subject or self.kind != Message.Kind.MESSAGE))

    def _texts_in(self, language: str) -> tuple[str, str]:
        subject, body = (column(name, language) for name in ("subject", "body"))
        return getattr(self, subject) or "", getattr(self, body) or ""

    @property
    def carries_calendar(self) -> bool:
        """Say whether its mails bring the calendars of their readers up to date."""
        return self.kind not in {Message.Kind.MESSAGE, Message.Kind.REMINDER}

    @property
    def can_be_stopped(self) -> bool:
        return self.state in {Message.State.WAITING, Message.State.SENDING}


def in_segment(session_id: int, segment: dict[str, Any]) -> RegistrationQuerySet:
    """Keep whom a segment names; where it names no value, all are meant.

    Without a state those are the live registrations.
    """
    rows = Registration.objects.filter(session=session_id, erased_at=None)
    rows = rows.exclude(email="").filter(status__in=segment.get("status") or LIVE)
    if created_before := segment.get("created_before"):
        rows = rows.filter(created_at__lt=created_before)
    for field in SEGMENT_FIELDS[1:]:
        if values := segment.get(field):
            rows = rows.filter(**{f"{field}__in": values})
    return rows
