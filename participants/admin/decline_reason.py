"""The reasons for declining that staff choose from."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from sessions.texts_admin import DirectedTexts, other_languages

from ..models import DeclineReason


class PositionForm(forms.ModelForm):
    """A line of the list, whose one input stands far from its reason."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["position"]
        field.widget.attrs["aria-label"] = f"{field.label}: {self.instance}"


@admin.register(DeclineReason)
class DeclineReasonAdmin(DirectedTexts, admin.ModelAdmin):
    list_display = ["text", "position"]
    list_editable = ["position"]
    search_fields = ["text_en"]
    fieldsets = [(None, {"fields": ["text_en", "position"]}), *other_languages("text")]

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_form(request, form=PositionForm, **kwargs)
