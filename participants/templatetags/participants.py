"""What public pages say of places, for templates of any app."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from sessions.models import Session

from ..services import free_places

register = template.Library()

FEW = 0.1  # share of the places from which on few are left
FEW_AT_LEAST = 5


@register.simple_tag
def registration_places(session: Session) -> list[dict[str, Any]]:
    """Say in coarse words how many places each mode has left."""
    return [
        {
            "mode": mode.value,
            "label": mode.label,
            "words": words,
            "is_waiting": free == 0,
        }
        for mode in session.modes
        for free in [free_places(session, mode)]
        for words in [_words(free, session.capacity(mode))]
    ]


def _words(free: int | None, capacity: int | None) -> str:
    if free is None or capacity is None:
        return _("No limit of places")
    if free == 0:
        return _("Waiting list only")
    if free <= max(FEW_AT_LEAST, capacity * FEW):
        return _("Few places left")
    return _("Places available")
