"""Which helper stands at the door of which session."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db import models
from django.forms import ModelChoiceField
from django.http import HttpRequest

from ..models import DoorAssignment


@admin.register(DoorAssignment)
class DoorAssignmentAdmin(admin.ModelAdmin):
    list_display = ["user", "session"]
    list_filter = ["session"]
    search_fields = ["user__username"]
    list_select_related = ["user", "session"]
    fields = ["user", "session"]

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField | None:
        """Offer the people of the door; whoever assigns them needs to see no others."""
        if db_field.name == "user":
            people = User.objects.filter(is_active=True, groups__name="Door")
            kwargs["queryset"] = people.distinct().order_by("username")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
