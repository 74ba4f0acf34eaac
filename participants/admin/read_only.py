"""Rows that services write: staff read them in the admin."""

from typing import Any

from django.http import HttpRequest


class ReadOnly:
    """Mixin of admin classes: look, never write."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
