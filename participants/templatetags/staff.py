"""What pages of the admin say of participants."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.contrib.auth.models import User

from ..dashboard import Dashboard, dashboard, in_words

register = template.Library()

# What staff open every day stands first; the rest follows by its name.
APPS = ["participants", "conversation", "auth"]
MODELS = ["Registration", "Message", "Edition", "Delegation", "Session"]


@register.simple_tag
def staff_dashboard(user: User) -> Dashboard:
    """Gather what somebody of the staff may see."""
    return dashboard(user)


register.filter("in_words", in_words)


@register.filter
def by_use(apps: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put the lists of the admin in the order of their use; Django sorts by name."""
    ordered = sorted(apps, key=lambda app: _rank(APPS, app["app_label"]))
    return [
        app
        | {
            "models": sorted(
                app["models"], key=lambda model: _rank(MODELS, model["object_name"])
            )
        }
        for app in ordered
    ]


def _rank(order: list[str], name: str) -> int:
    return order.index(name) if name in order else len(order)
