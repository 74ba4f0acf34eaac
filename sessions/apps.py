"""The conversation itself."""

from django.apps import AppConfig
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.utils.translation import gettext_lazy as _


class SessionsConfig(AppConfig):
    """Conversation sessions, not web sessions.

    The label is ``conversation`` because ``django.contrib.sessions`` already
    owns ``sessions``. Labels name tables, permissions, admin URLs and
    migrations; the package name names imports, URLs and templates.
    """

    name = "sessions"
    label = "conversation"
    verbose_name = _("Conversation")

    def ready(self) -> None:
        """Let every write to our own tables raise the version of the content."""
        from .models.content_version import (  # noqa: PLC0415 (now that models are)
            ContentVersion,
            raise_content_version,
        )

        for model in self.get_models(include_auto_created=True):
            if model is not ContentVersion:
                for signal in [post_save, post_delete, m2m_changed]:
                    signal.connect(raise_content_version, sender=model)
