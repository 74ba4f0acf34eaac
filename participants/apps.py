"""Participants of the Conversation."""

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _


class ParticipantsConfig(AppConfig):
    name = "participants"
    verbose_name = _("Participants")

    def ready(self) -> None:
        """Keep forms that offer delegations fresh; say who must be told of a change."""
        from sessions import told  # noqa: PLC0415 (now that models are)
        from sessions.models.content_version import (  # noqa: PLC0415
            raise_content_version,
        )

        from .models import Delegation  # noqa: PLC0415
        from .session_people import TELLER  # noqa: PLC0415

        for signal in [post_save, post_delete]:
            signal.connect(raise_content_version, sender=Delegation)
        told.tellers.append(TELLER)
