"""Accounts and roles of staff, and the log, which nobody changes."""

from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from auditlog.models import LogEntry
from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.exceptions import NotRegistered
from django.contrib.auth.admin import GroupAdmin as StockGroupAdmin
from django.contrib.auth.admin import UserAdmin as StockUserAdmin
from django.contrib.auth.forms import UserChangeForm, UsernameField
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import (
    gettext,
    gettext_lazy,
    gettext_noop,
    ngettext,
    pgettext_lazy,
)

from participants.admin.read_only import ReadOnly
from sessions.models.translated import TARGETS

from .audit import LOGGED, note
from .roles import ROLES

# What others register: none of it is edited by hand, some holds secrets.
for model in [EmailAddress, EmailConfirmation, Authenticator, LogEntry, User, Group]:
    try:
        admin.site.unregister(model)
    except NotRegistered:
        continue


class RolesField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return gettext(obj.name) if obj.name in ROLES else str(obj.name)


class StaffForm(UserChangeForm):
    """An account; the languages of a translator as boxes to tick."""

    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Translates into"),
        help_text=gettext_lazy("For the role of translator; other texts stay closed."),
        choices=TARGETS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    groups = RolesField(
        label=gettext_lazy("Roles"),
        queryset=Group.objects.order_by("name"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = User
        field_classes = {"username": UsernameField}
        fields = [
            *("username", "password", "first_name", "last_name", "email"),
            *("is_active", "is_staff", "is_superuser", "groups"),
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "languages" in self.fields and self.instance.pk:
            own = set(self.instance.user_permissions.values_list("codename", flat=True))
            self.initial["languages"] = [
                code for code, _name in TARGETS if _codename(code) in own
            ]


def _codename(language: str) -> str:
    return f"translate_{language.replace('-', '_')}"


@admin.register(User)
class StaffAdmin(StockUserAdmin):
    form = StaffForm
    list_display = ["username", "roles", "translates", "second_factor", "is_active"]
    list_filter = ["is_active", "is_superuser", "groups"]
    search_fields = ["username", "first_name", "last_name"]
    filter_horizontal = []
    actions = ["take_away_second_factor"]
    readonly_fields = ["last_login", "date_joined", "second_factor"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "username",
                    "password",
                    ("first_name", "last_name"),
                    "email",
                    "second_factor",
                ]
            },
        ),
        (
            gettext_lazy("Rights"),
            {
                "fields": [
                    "is_active",
                    "is_staff",
                    "is_superuser",
                    "groups",
                    "languages",
                ]
            },
        ),
        (gettext_lazy("Important dates"), {"fields": [("last_login", "date_joined")]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        rows = super().get_queryset(request)
        return rows.prefetch_related("groups", "authenticator_set", "user_permissions")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # one takes the tick of "active" away; the log keeps who it was

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: bool
    ) -> None:
        """Turn the ticked languages into permissions."""
        super().save_related(request, form, formsets, change)
        if "languages" not in form.cleaned_data:
            return
        wanted = {_codename(code) for code in form.cleaned_data["languages"]}
        for permission in Permission.objects.filter(
            content_type__app_label="conversation",
            codename__in=[_codename(code) for code, _name in TARGETS],
        ):
            change_one = (
                form.instance.user_permissions.add
                if permission.codename in wanted
                else form.instance.user_permissions.remove
            )
            change_one(permission)

    @admin.display(description=gettext_lazy("roles"))
    def roles(self, user: User) -> str:
        names = [group.name for group in user.groups.all()]
        return ", ".join(gettext(name) if name in ROLES else name for name in names)

    @admin.display(description=gettext_lazy("translates into"))
    def translates(self, user: User) -> str:
        own = {permission.codename for permission in user.user_permissions.all()}
        return " · ".join(name for code, name in TARGETS if _codename(code) in own)

    @admin.display(description=gettext_lazy("second factor"), boolean=True)
    def second_factor(self, user: User) -> bool:
        return any(
            a.type != Authenticator.Type.RECOVERY_CODES
            for a in user.authenticator_set.all()  # type: ignore[attr-defined]
        )

    @admin.action(
        description=gettext_lazy("Take away the second factor (lost telephone)"),
        permissions=["change"],
    )
    def take_away_second_factor(
        self, request: HttpRequest, queryset: QuerySet[User]
    ) -> None:
        count = 0
        for user in queryset:
            taken, _each = Authenticator.objects.filter(user=user).delete()
            if taken:
                note(user, "second factor taken away by staff")
                count += 1
        text = ngettext(
            "%(n)s account sets up a new second factor at the next sign-in.",
            "%(n)s accounts set up a new second factor at the next sign-in.",
            count,
        )
        self.message_user(request, text % {"n": count}, messages.SUCCESS)


@admin.register(Group)
class RoleAdmin(StockGroupAdmin):
    """Groups; those that are our roles follow the table and stay as they are."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and obj.name in ROLES:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and obj.name in ROLES:
            return False
        return super().has_delete_permission(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Group]) -> None:
        super().delete_queryset(request, queryset.exclude(name__in=ROLES))


EVENTS = {
    "signed in": gettext_lazy("signed in"),
    "signed out": gettext_lazy("signed out"),
    "sign-in failed": gettext_lazy("sign-in failed"),
    "password changed": gettext_lazy("password changed"),
    "password reset by mail": gettext_lazy("password reset by mail"),
    "second factor added": gettext_lazy("second factor added"),
    "second factor removed": gettext_lazy("second factor removed"),
    "second factor taken away by staff": gettext_lazy(
        "second factor taken away by staff"
    ),
    "recovery codes renewed": gettext_lazy("recovery codes renewed"),
    "wrong second factor": gettext_lazy("wrong second factor"),
}


class KindFilter(admin.SimpleListFilter):
    """Keep the entries about one kind of row, among those that are logged."""

    title = gettext_lazy("content type")
    parameter_name = "kind"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[str, str]]:
        labels = [*LOGGED, "participants.Registration"]
        models = [apps.get_model(label) for label in labels]
        kinds = [(m._meta.label_lower, str(m._meta.verbose_name)) for m in models]  # noqa: SLF001
        return sorted(kinds, key=lambda kind: kind[1])

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[LogEntry]
    ) -> QuerySet[LogEntry]:
        app, _dot, model = (self.value() or "").partition(".")
        if not model:
            return queryset
        return queryset.filter(content_type__app_label=app, content_type__model=model)


@admin.register(LogEntry)
class LogAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["timestamp", "who", "what", "row", "changed"]
    list_display_links = ["timestamp"]
    list_filter = ["action", KindFilter]
    list_select_related = ["content_type", "actor"]
    search_fields = ["object_repr", "actor__username"]
    date_hierarchy = "timestamp"
    show_full_result_count = False
    actions = None
    readonly_fields = ("timestamp", "who", "what", "row", "values")
    fields = readonly_fields

    @admin.display(description=pgettext_lazy("log", "who"), ordering="actor")
    def who(self, entry: LogEntry) -> str:
        return entry.actor.get_username() if entry.actor else gettext("the system")

    @admin.display(description=pgettext_lazy("log", "what"), ordering="action")
    def what(self, entry: LogEntry) -> str:
        event = (entry.additional_data or {}).get("event", "")
        return str(EVENTS.get(event, event)) or str(entry.get_action_display())

    @admin.display(description=pgettext_lazy("log", "row"))
    def row(self, entry: LogEntry) -> str:
        return f"{entry.content_type}: {entry.object_repr}"

    @admin.display(description=pgettext_lazy("log", "changed"))
    def changed(self, entry: LogEntry) -> str:
        """Name the fields of a change, or what was exported."""
        if entry.action == LogEntry.Action.UPDATE:
            return ", ".join(_label(entry, name) for name in entry.changes_dict)
        return str((entry.additional_data or {}).get("what", ""))

    @admin.display(description=pgettext_lazy("log", "values"))
    def values(self, entry: LogEntry) -> str:
        """List what was and what is, as plain text."""
        if not entry.changes_dict:
            return self.changed(entry)
        return format_html_join(
            "\n",
            "<p><b>{}</b>: <bdi>{}</bdi> → <bdi>{}</bdi></p>",
            [
                (_label(entry, name), *_two(change))
                for name, change in entry.changes_dict.items()
            ],
        )


def _label(entry: LogEntry, name: str) -> str:
    """Name a field as the form does; a field that is gone keeps its column's name."""
    model = entry.content_type.model_class()
    try:
        return str(getattr(model._meta.get_field(name), "verbose_name", name))  # noqa: SLF001
    except (AttributeError, FieldDoesNotExist):
        return name


def _two(change: Any) -> tuple[str, str]:
    """Return a value before and after; of a list, what was taken out and put in."""
    if not isinstance(change, dict):
        return str(change[0]), str(change[1])
    rows = ", ".join(change["objects"])
    return ("", rows) if change["operation"] == "add" else (rows, "")


# Words of django-auditlog that it has in few of our languages; ours hold for both.
WORDS = [
    gettext_noop("create"),
    gettext_noop("update"),
    gettext_noop("delete"),
    gettext_noop("access"),
    gettext_noop("Audit log"),
    gettext_noop("log entry"),
    gettext_noop("log entries"),
    gettext_noop("action"),
    gettext_noop("timestamp"),
    gettext_noop("content type"),
]
