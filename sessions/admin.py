"""Back office of the sessions: dates, themes, programme, people, papers."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db import models
from django.db.models import QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from . import told
from .admin_rights import TextRightsOnSave
from .conflicts import VersionedForm, lock
from .draft_admin import DraftAdmin
from .editing_admin import EditingAdmin
from .models import (
    AgendaItem,
    Appearance,
    Category,
    Document,
    ReportedAttendance,
    Session,
    Source,
    Speaker,
    Theme,
    Topic,
)
from .preview import revoke, shared_url
from .reserved_admin import ReservedPlacesInline
from .texts_admin import DirectedTexts, other_languages
from .translation_admin import (
    IncompleteFilter,
    TranslatedAdmin,
    TranslatedForm,
    TranslatorsAdmin,
)


class KnownSelect(AutocompleteSelect):
    """Autocomplete that is told its selected row, where Django's asks for each."""

    known: models.Model | None = None

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        known = self.known
        if known is None or [str(v) for v in value] != [str(known.pk)]:
            return super().optgroups(name, value, attr)
        option = self.create_option(name, known.pk, str(known), True, 0)
        return [(None, [option], 0)]


class AppearanceForm(TranslatedForm):
    """One appearance; its speaker came with the row."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.speaker_id and "speaker" in self.fields:
            select = self.fields["speaker"].widget
            vars(getattr(select, "widget", select))["known"] = self.instance.speaker


class SessionForm(VersionedForm):
    """A session; its lists of categories and languages as boxes to tick."""

    in_person_categories = forms.MultipleChoiceField(
        label=_("Categories admitted to the room"),
        help_text=_("None chosen: all of them."),
        choices=Category,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    letter_categories = forms.MultipleChoiceField(
        label=_("Categories that need a letter of nomination"),
        help_text=_("Without the letter a registration stays pending."),
        choices=Category,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    interpretation_languages = forms.MultipleChoiceField(
        label=_("Interpretation languages"),
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Session
        exclude: list[str] = []

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if self.instance.pk and self.changed_data:
            stored = lock(self.instance.pk)
            for name, errors in told.refusals(stored, self.cleaned_data).items():
                for error in errors:
                    self.add_error(name, error)
        return data


class TopicInline(DirectedTexts, admin.StackedInline):
    model = Topic
    form = TranslatedForm
    extra = 0
    classes = ["collapse"]
    fieldsets = [(None, {"fields": ["text_en", "position"]}), *other_languages("text")]


class SourceInline(admin.TabularInline):
    model = Source
    extra = 0
    classes = ["collapse"]


class ReportedAttendanceInline(admin.TabularInline):
    model = ReportedAttendance
    extra = 0
    classes = ["collapse"]


class AgendaItemInline(DirectedTexts, admin.StackedInline):
    model = AgendaItem
    form = TranslatedForm
    extra = 0
    classes = ["collapse"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("kind", "room_en"),
                    "title_en",
                    ("starts_at", "ends_at"),
                    "abstract_en",
                ]
            },
        ),
        *other_languages("title", "abstract", "room"),
    ]


class OfSessionInline(DirectedTexts):
    """Rows that may name an item of the programme, which is read once for all."""

    parent: Session | None = None

    def get_formset(
        self, request: HttpRequest, obj: Session | None = None, **kwargs: Any
    ) -> type[BaseInlineFormSet]:
        self.parent = obj
        return super().get_formset(request, obj, **kwargs)  # type: ignore[misc, no-any-return]

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField | None:
        field: forms.ModelChoiceField | None = super().formfield_for_foreignkey(
            db_field, request, **kwargs
        )
        if field is not None and db_field.name == "agenda_item":
            items = AgendaItem.objects.filter(session=self.parent)
            field.queryset = items
            field.choices = [("", "—"), *((item.pk, str(item)) for item in items)]
        return field


class AppearanceInline(OfSessionInline, admin.StackedInline):
    model = Appearance
    form = AppearanceForm
    extra = 0
    classes = ["collapse"]
    autocomplete_fields = ["speaker"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("speaker", "role"),
                    "agenda_item",
                    ("function_en", "position"),
                ]
            },
        ),
        *other_languages("function"),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Appearance]:
        return super().get_queryset(request).select_related("speaker")

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField | None:
        if db_field.name == "speaker":
            kwargs["widget"] = KnownSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class DocumentInline(OfSessionInline, admin.StackedInline):
    model = Document
    form = TranslatedForm
    extra = 0
    classes = ["collapse"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("kind", "language"),
                    "title_en",
                    ("file", "url"),
                    "public_from",
                    "agenda_item",
                ]
            },
        ),
        *other_languages("title"),
    ]


@admin.register(Session)
class SessionAdmin(
    DirectedTexts, TranslatorsAdmin, EditingAdmin, DraftAdmin, TextRightsOnSave
):
    form = SessionForm
    list_display = [
        "number",
        "title",
        "starts_on",
        "ends_on",
        "mode",
        "status",
        "registration",
        "translations",
    ]
    list_display_links = ["number", "title"]
    list_filter = ["status", "mode", "themes", "is_demonstration", IncompleteFilter]
    search_fields = ["=number", "title_en", "title_fr", "title_es", "meeting_code"]
    prepopulated_fields = {"slug": ["number", "title_en"]}
    formfield_overrides = {
        models.ManyToManyField: {"widget": forms.CheckboxSelectMultiple}
    }
    save_on_top = True
    actions = ["publish", "unpublish", "revoke_links"]
    readonly_fields = ["shared_link"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "version",
                    ("number", "status", "is_demonstration"),
                    "shared_link",
                    "slug",
                    "themes",
                ]
            },
        ),
        (
            "English",
            {
                "fields": [
                    "title_en",
                    "summary_en",
                    "description_en",
                    "venue_en",
                    "city_en",
                    "join_instructions_en",
                ]
            },
        ),
        *other_languages(
            "title", "summary", "description", "venue", "city", "join_instructions"
        ),
        (
            _("When and where"),
            {
                "fields": [
                    ("starts_on", "ends_on"),
                    ("held_year", "held_month"),
                    ("time_zone", "hours"),
                    "mode",
                    "meeting_code",
                    "interpretation_languages",
                ]
            },
        ),
        (
            _("Registration"),
            {
                "description": _("Times are those of the clock in Geneva."),
                "fields": [
                    "registration_opens_at",
                    "registration_closes_at",
                    "access_deadline_at",
                    ("capacity_in_person", "capacity_online"),
                    "in_person_categories",
                    "letter_categories",
                    "approval",
                ],
            },
        ),
        (
            _("Online"),
            {
                "classes": ["collapse"],
                "fields": [
                    "webcast_url",
                    "recording_url",
                    "cover",
                ],
            },
        ),
    ]
    inlines = [
        ReservedPlacesInline,
        TopicInline,
        AgendaItemInline,
        AppearanceInline,
        DocumentInline,
        SourceInline,
        ReportedAttendanceInline,
    ]

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: Any
    ) -> None:
        """Save items of the programme last: others may name one that is deleted."""
        formsets = sorted(formsets, key=lambda rows: rows.model is AgendaItem)
        super().save_related(request, form, formsets, change)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("conversation.publish_session")

    @admin.display(description=_("registration"))
    def registration(self, session: Session) -> str:
        return str(session.registration_state().label)

    def view_on_site(self, session: Session) -> str:
        """Link to the page; a draft's opens for staff alone."""
        draft = session.status == Session.Status.DRAFT
        return session.get_absolute_url() + ("?preview" if draft else "")

    @admin.display(description=_("link to the draft"))
    def shared_link(self, session: Session | None) -> str:
        """Give approvers without an account a link that opens this draft alone."""
        if session is None or not session.pk or session.status != Session.Status.DRAFT:
            return str(_("Only a stored draft has one."))
        words = _("Opens the draft without signing in, for 14 days:")
        return format_html("{}<br><code>{}</code>", words, shared_url(session))

    @admin.action(
        description=_("Revoke the links to the draft"), permissions=["change"]
    )
    def revoke_links(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        for session in queryset:
            revoke(session)
        self.message_user(request, _("No link made before opens a draft any more."))

    @admin.action(description=_("Publish"), permissions=["publish"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        self._set_status(queryset, Session.Status.PUBLISHED)

    @admin.action(description=_("Take off the site (draft)"), permissions=["publish"])
    def unpublish(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        self._set_status(queryset, Session.Status.DRAFT)

    def _set_status(self, queryset: QuerySet[Session], status: str) -> None:
        for session in queryset:
            session.status = status
            session.save(update_fields=["status", "updated_at"])


@admin.register(Speaker)
class SpeakerAdmin(DirectedTexts, TranslatedAdmin, TextRightsOnSave):
    form = TranslatedForm
    list_display = ["name", "affiliation", "country", "translations"]
    list_filter = [IncompleteFilter]
    search_fields = ["name", "affiliation_en"]
    fieldsets = [
        (
            None,
            {"fields": ["name", "affiliation_en", "biography_en", "country", "photo"]},
        ),
        *other_languages("affiliation", "biography"),
    ]


@admin.register(Theme)
class ThemeAdmin(DirectedTexts, TranslatedAdmin, TextRightsOnSave):
    form = TranslatedForm
    list_display = ["name", "slug", "translations"]
    list_filter = [IncompleteFilter]
    search_fields = ["name_en"]
    prepopulated_fields = {"slug": ["name_en"]}
    fieldsets = [(None, {"fields": ["name_en", "slug"]}), *other_languages("name")]
