"""Every change of a registration's state, without personal values."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sessions.models import Mode

from .registration import Registration
from .status import Status


class Transition(models.Model):
    """One change of state: what, when, by whom."""

    class Event(models.TextChoices):
        REGISTERED = "registered", _("Registered")
        VERIFIED = "verified", _("E-mail address confirmed")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined by staff")
        PROMOTED = "promoted", _("Promoted from the waiting list")
        MEANWHILE = "meanwhile", _("Takes part online while waiting")
        ADMITTED = "admitted", _("Admitted above capacity by staff")
        MODE_CHANGED = "mode_changed", _("Mode of participation changed")
        CHANGED = "changed", _("Answers changed")
        REPLACED = "replaced", _("Replaced by another person")
        SUBSTITUTE = "substitute", _("Took the place of another person")
        LETTER = "letter", _("Letter of nomination received")
        CANCELLED = "cancelled", pgettext_lazy("registration", "Cancelled")

    registration = models.ForeignKey(
        Registration,
        on_delete=models.CASCADE,
        related_name="transitions",
        verbose_name=_("registration"),
    )
    event = models.CharField(_("event"), max_length=12, choices=Event)
    from_status = models.CharField(
        pgettext_lazy("state", "from"), max_length=10, choices=Status, blank=True
    )
    to_status = models.CharField(
        pgettext_lazy("state", "to"), max_length=10, choices=Status
    )
    mode = models.CharField(_("mode of participation"), max_length=10, choices=Mode)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
        help_text=_("Empty: the participant or the system."),
    )
    reason = models.CharField(_("reason of staff"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("change of state")
        verbose_name_plural = _("changes of state")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_event_display()}: {self.get_to_status_display()}"
