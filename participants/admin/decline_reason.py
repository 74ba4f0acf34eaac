"""The reasons for declining that staff choose from."""

from django.contrib import admin

from sessions.texts_admin import DirectedTexts, other_languages

from ..models import DeclineReason


@admin.register(DeclineReason)
class DeclineReasonAdmin(DirectedTexts, admin.ModelAdmin):
    list_display = ["text", "position"]
    list_editable = ["position"]
    search_fields = ["text_en"]
    fieldsets = [(None, {"fields": ["text_en", "position"]}), *other_languages("text")]
