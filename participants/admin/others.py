"""Delegations, people and the mail log."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from sessions.admin_rights import TextRightsOnSave
from sessions.texts_admin import DirectedTexts, other_languages

from .. import services
from ..models import Delegation, EmailMessage, Participant, Registration
from .duplicates import Duplicates
from .read_only import ReadOnly
from .registration import FoldedRelated


@admin.register(Delegation)
class DelegationAdmin(DirectedTexts, TextRightsOnSave):
    list_display = ["name", "kind", "is_accredited", "regional_group", "country"]
    list_filter = ["kind", "is_accredited", "regional_group"]
    search_fields = ["name_en", "name_fr", "name_es", "name_ru", "name_ar"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "name_en",
                    ("kind", "list_section"),
                    "is_accredited",
                    "regional_group",
                    "country",
                ]
            },
        ),
        *other_languages("name"),
    ]


class RegistrationInline(ReadOnly, admin.TabularInline):
    model = Registration
    readonly_fields = (
        "session",
        "family_name",
        "given_name",
        "mode",
        "status",
        "created_at",
    )
    fields = readonly_fields
    extra = 0
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Registration]:
        return super().get_queryset(request).select_related("session")


@admin.register(Participant)
class ParticipantAdmin(Duplicates, ReadOnly, admin.ModelAdmin):
    list_display = ["email", "language", "created_at"]
    search_fields = ["email_key"]
    show_full_result_count = False
    fields = ["email", "language", "created_at"]
    inlines = [RegistrationInline]


@admin.register(EmailMessage)
class EmailMessageAdmin(ReadOnly, admin.ModelAdmin):
    list_display = [
        "subject",
        "to",
        "kind",
        "state",
        "attempts",
        "created_at",
        "sent_at",
    ]
    list_filter = ["state", "kind", "language", ("message", FoldedRelated)]
    search_fields = ["to", "subject"]
    show_full_result_count = False
    actions = ["retry"]
    fields = [
        ("registration", "message"),
        ("to", "language"),
        ("state", "attempts"),
        ("created_at", "sent_at", "next_try_at"),
        "last_answer",
        "subject",
        "text",
    ]

    def has_send_permission(self, request: HttpRequest) -> bool:
        """Ask for the right to change mails: who may only read sends nothing."""
        return request.user.has_perm("participants.change_emailmessage")

    @admin.action(description=_("Send again what failed"), permissions=["send"])
    def retry(self, request: HttpRequest, queryset: QuerySet[EmailMessage]) -> None:
        count = services.retry(list(queryset))
        text = ngettext("%(n)s mail queued.", "%(n)s mails queued.", count)
        self.message_user(request, text % {"n": count}, messages.SUCCESS)
