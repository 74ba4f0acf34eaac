"""Where a registration stands, and why somebody is there."""

from django.db import models
from django.db.models import Case, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(models.TextChoices):
    """Where a registration stands; docs/architecture.md draws the changes."""

    UNVERIFIED = "unverified", _("E-mail address to be confirmed")
    PENDING = "pending", _("Pending approval")
    CONFIRMED = "confirmed", pgettext_lazy("registration", "Confirmed")
    WAITING = "waiting", _("On the waiting list")
    DECLINED = "declined", pgettext_lazy("registration", "Declined")
    CANCELLED = "cancelled", pgettext_lazy("registration", "Cancelled")


# How somebody takes part: who waits for the room may do so online meanwhile.
ATTENDED_MODE = Case(When(online_meanwhile=True, then=Value("online")), default="mode")

LIVE = [Status.PENDING, Status.CONFIRMED, Status.WAITING]


class Role(models.TextChoices):
    """Why somebody is there; only participants take counted places."""

    PARTICIPANT = "participant", _("Participant")
    SPEAKER = "speaker", _("Speaker")
    PRESS = "press", _("Press")
    INTERPRETER = "interpreter", _("Interpreter")
    STAFF = "staff", _("Staff")
    GUEST = "guest", _("Guest")
