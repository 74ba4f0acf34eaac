"""What of a registration not everybody who reads it needs to know."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import flatten
from django.http import HttpRequest

FIELDS = {"accessibility_needs", "gender", "staff_note"}


class NeedsForThoseWhoHelp(admin.ModelAdmin):
    """Show what is sensitive to those who act on it, by a permission of its own."""

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if request.user.has_perm("participants.view_needs_registration"):
            return fieldsets
        return [
            (name, options | {"fields": _without(options["fields"])})
            for name, options in fieldsets
        ]


def _without(fields: Any) -> list[Any]:
    lines = [flatten([line]) for line in fields]
    kept = [[name for name in line if name not in FIELDS] for line in lines]
    return [tuple(line) if len(line) > 1 else line[0] for line in kept if line]
