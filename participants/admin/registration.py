"""Registrations: find, correct, decide, export. States change by services alone."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.forms import Form, ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from sessions.models import Mode

from .. import services
from ..forms import AdmitForm, CorrectionForm, DeclineForm
from ..models import EmailMessage, Registration, Transition
from ..models.registration import RegistrationQuerySet
from .approvals import ApprovalQueue
from .badges import BadgePrinting
from .bulk import ModeForm
from .downloads import Downloads
from .history import WithHistory
from .letters import ApprovesWithoutLetter
from .needs import NeedsForThoseWhoHelp
from .on_behalf import OnBehalf
from .read_only import ReadOnly
from .statistics import WithStatistics
from .substitution import Substitution

COUNT_UP_TO = 10_000


class CappedPaginator(Paginator):
    """Count no further than anybody pages: a full count reads the whole table."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        assert isinstance(rows, QuerySet)  # noqa: S101 (for the type checker)
        return rows.order_by()[:COUNT_UP_TO].count()


class FoldedRelated(admin.RelatedFieldListFilter):
    template = "admin/folded_filter.html"


class FoldedChoices(admin.ChoicesFieldListFilter):
    template = "admin/folded_filter.html"


class Attending(admin.SimpleListFilter):
    """Who takes part, and how: also online while waiting for the room."""

    title = gettext_lazy("takes part")
    parameter_name = "attends"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[str, str]]:
        modes = [(mode.value, str(mode.label)) for mode in Mode]
        stands = ("live", _("Pending, confirmed or waiting"))
        return [("yes", _("In the room or online")), *modes, stands]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Registration]
    ) -> QuerySet[Registration]:
        assert isinstance(queryset, RegistrationQuerySet)  # noqa: S101 (for the types)
        if self.value() in Mode.values:
            return queryset.attending(str(self.value()))
        if self.value() == "live":
            return queryset.live()
        return queryset.taking_part() if self.value() else queryset


class TransitionInline(ReadOnly, admin.TabularInline):
    model = Transition
    readonly_fields = (
        "at",
        "event",
        "from_status",
        "to_status",
        "mode",
        "by",
        "reason",
    )
    fields = readonly_fields
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Transition]:
        return super().get_queryset(request).select_related("by")


class EmailInline(ReadOnly, admin.TabularInline):
    model = EmailMessage
    readonly_fields = ("created_at", "subject", "to", "state", "sent_at", "last_answer")
    fields = readonly_fields
    extra = 0
    show_change_link = True


@admin.register(Registration)
class RegistrationAdmin(
    Downloads,
    ApprovalQueue,
    Substitution,
    BadgePrinting,
    WithHistory,
    WithStatistics,
    OnBehalf,
    ApprovesWithoutLetter,
    NeedsForThoseWhoHelp,
    admin.ModelAdmin,
):
    form = CorrectionForm
    list_display = [
        "full_name",
        "status",
        "represents",
        "category",
        "mode",
        "country_name",
        "created_at",
        "session_number",
    ]
    list_filter = [
        "session",
        "status",
        "mode",
        Attending,
        "category",
        ("delegation", FoldedRelated),
        ("country", FoldedChoices),
    ]
    list_select_related = ["session", "delegation"]
    list_per_page = 50
    show_full_result_count = False
    view_on_site = False  # the address of that page is the participant's key
    show_facets = admin.ShowFacets.NEVER
    paginator = CappedPaginator
    ordering = ["-pk"]
    search_fields = ["search_key"]
    search_help_text = gettext_lazy("Name, organization or e-mail address")
    autocomplete_fields = ["delegation"]
    inlines = [TransitionInline, EmailInline]
    actions = [
        "approve",
        "approve_without_letter",
        "decline",
        "promote",
        "admit_above_capacity",
        "cancel",
        "change_mode",
        "export_ticked",
        "print_badges",
        "print_plates",
    ]
    readonly_fields = [
        "session",
        "status",
        "role",
        "mode",
        "online_meanwhile",
        "queued_at",
        "created_at",
        "decline_reason",
        "listed_as",
        "language",
        "privacy_version",
    ]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("session", "status"),
                    ("mode", "role", "online_meanwhile"),
                    ("created_at", "queued_at"),
                    "decline_reason",
                    "listed_as",
                ]
            },
        ),
        (
            gettext_lazy("Person"),
            {
                "fields": [
                    "form_of_address",
                    ("family_name", "given_name"),
                    ("badge_name", "own_script_name"),
                    "listed_name",
                    "passport_name",
                    "email",
                    ("country", "city"),
                    "gender",
                ]
            },
        ),
        (
            gettext_lazy("Whom the person represents"),
            {
                "fields": [
                    "category",
                    ("delegation", "rank", "position"),
                    ("organisation", "unit"),
                    "function",
                ]
            },
        ),
        (
            gettext_lazy("On the days"),
            {
                "fields": [
                    "interpretation_language",
                    ("wishes_to_speak", "speaking_subject"),
                    "accessibility_needs",
                    "needs_visa_letter",
                ]
            },
        ),
        (
            gettext_lazy("Consent and notes"),
            {
                "fields": [
                    "visibility",
                    "no_photographs",
                    ("language", "privacy_version"),
                    "staff_note",
                ]
            },
        ),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # the form on the site knows about places and mails

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # one cancels; the history stays

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Registration], search_term: str
    ) -> tuple[QuerySet[Registration], bool]:
        assert isinstance(queryset, RegistrationQuerySet)  # noqa: S101 (for the types)
        return queryset.matching(search_term), False

    def save_model(
        self, request: HttpRequest, obj: Registration, form: ModelForm, change: Any
    ) -> None:
        """Hand the corrected fields to the service; it may refuse them by name."""
        corrected = {name: form.cleaned_data[name] for name in form.changed_data}
        try:
            services.correct(obj, by=_by(request), **corrected)
        except ValidationError as error:
            self.message_user(request, error.messages[0], messages.ERROR)

    @admin.display(description=pgettext_lazy("person", "name"), ordering="family_name")
    def full_name(self, registration: Registration) -> str:
        return str(registration)

    @admin.display(description=gettext_lazy("delegation or organization"))
    def represents(self, registration: Registration) -> str:
        return str(registration.delegation or registration.organisation)

    @admin.display(description=gettext_lazy("country or territory"), ordering="country")
    def country_name(self, registration: Registration) -> str:
        return registration.country_name

    @admin.display(description=gettext_lazy("session"), ordering="session__number")
    def session_number(self, registration: Registration) -> int:
        return registration.session.number

    @admin.display(description=gettext_lazy("entry of the list of participants"))
    def listed_as(self, registration: Registration) -> str:
        return registration.listed_as

    # Changes of state ---------------------------------------------------------

    @admin.action(description=gettext_lazy("Approve"), permissions=["change"])
    def approve(
        self, request: HttpRequest, queryset: QuerySet[Registration]
    ) -> HttpResponse | None:
        return self._ask(request, queryset, Form, _("Approve"))

    @admin.action(
        description=gettext_lazy("Change the mode of participation"),
        permissions=["change"],
    )
    def change_mode(
        self, request: HttpRequest, queryset: QuerySet[Registration]
    ) -> HttpResponse | None:
        title = _("Change the mode of participation")
        return self._ask(request, queryset, ModeForm, title)

    @admin.action(
        description=gettext_lazy("Promote from the waiting list"),
        permissions=["change"],
    )
    def promote(
        self, request: HttpRequest, queryset: QuerySet[Registration]
    ) -> HttpResponse | None:
        return self._act_on(request, queryset, "promote", {})

    @admin.action(
        description=gettext_lazy("Cancel registrations"), permissions=["change"]
    )
    def cancel(
        self, request: HttpRequest, queryset: QuerySet[Registration]
    ) -> HttpResponse | None:
        return self._ask(request, queryset, Form, _("Cancel registrations"))

    @admin.action(description=gettext_lazy("Decline"), permissions=["change"])
    def decline(
        self, request: HttpRequest, queryset: QuerySet[Registration]
    ) -> HttpResponse | None:
        return self._ask(request, queryset, DeclineForm, _("Decline"))

    @admin.action(
        description=gettext_lazy("Admit above capacity"), permissions=["change"]
    )
    def admit_above_capacity(
        self, request: HttpRequest, queryset: QuerySet[Registration]
    ) -> HttpResponse | None:
        return self._ask(request, queryset, AdmitForm, _("Admit above capacity"))


def _by(request: HttpRequest) -> User:
    """Return who acts; the admin lets nobody else in."""
    assert isinstance(request.user, User)  # noqa: S101 (for the type checker)
    return request.user
