"""The conversation itself."""

from django.apps import AppConfig
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
