"""Staff: the last app of all, since it looks after what the others bring."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    name = "wipoconv.staff"
    label = "staff"
    verbose_name = _("Staff")

    def ready(self) -> None:
        from . import audit, checks, roles  # noqa: F401, PLC0415 (now that models are)

        post_migrate.connect(roles.match_groups, sender=self)
        audit.begin()
