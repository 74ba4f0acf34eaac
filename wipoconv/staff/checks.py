"""What must hold before staff may sign in from elsewhere."""

from typing import Any

from django.conf import settings
from django.core import checks

GUARD = "wipoconv.staff.second_factor.require_second_factor"


@checks.register(checks.Tags.security)
def second_factor_is_asked(app_configs: Any, **_options: Any) -> list[checks.Error]:
    """Refuse a site that others can reach and that lets staff in by password alone."""
    if not settings.STAFF_SECOND_FACTOR or GUARD in settings.MIDDLEWARE:
        return []
    text = f"Staff need a second factor here; put {GUARD} into MIDDLEWARE."
    return [checks.Error(text, id="staff.E001")]
