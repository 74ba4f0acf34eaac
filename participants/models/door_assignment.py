"""Who checks in at which session."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sessions.models import Session


class DoorAssignmentQuerySet(models.QuerySet["DoorAssignment"]):
    def sessions_of(self, user: Any) -> models.QuerySet[Session]:
        """Return the sessions at whose door this person may check people in.

        Who may read registrations anyway may do so at every session; a helper, who may
        not, at those assigned and nowhere else.
        """
        if not user.has_perm("participants.check_in_registration"):
            return Session.objects.none()
        if user.has_perm("participants.view_registration"):
            return Session.objects.all()
        return Session.objects.filter(door_assignments__user=user)


class DoorAssignment(models.Model):
    """One helper at the door of one session."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="door_assignments",
        verbose_name=_("helper"),
    )
    session = models.ForeignKey(
        Session,
        on_delete=models.CASCADE,
        related_name="door_assignments",
        verbose_name=_("session"),
    )

    objects = DoorAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("helper at the door")
        verbose_name_plural = _("helpers at the door")
        ordering = ["-session__number", "user__username"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "session"],
                name="one_assignment_per_helper_and_session",
                violation_error_message=_("This helper is assigned already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.session}"
