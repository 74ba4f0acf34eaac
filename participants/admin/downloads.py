"""Exports of what a list of registrations shows: columns, formats, files."""

from collections.abc import Sequence
from tempfile import TemporaryFile
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import User
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from .. import exports, services
from ..exports import FORMATS
from ..models import Registration
from ..models.status import LIVE

Facts = list[tuple[str, str]]
RegistrationList = Any  # a changelist of registrations; its class is generic in stubs


class ExportForm(forms.Form):
    """Format and columns, the columns in the order in which they are sent."""

    format = forms.ChoiceField(
        label=gettext_lazy("Format"),
        choices=[(name, found.label) for name, found in FORMATS.items()],
        widget=forms.RadioSelect,
    )
    columns = forms.MultipleChoiceField(
        label=gettext_lazy("Columns"),
        choices=[],
        error_messages={"required": gettext_lazy("Choose one column at least.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        columns = [*exports.COLUMNS, *exports.MORE]
        self.fields["columns"].choices = [(c.key, c.title) for c in columns]  # type: ignore[attr-defined]


def moved(order: list[str], key: str, step: int) -> list[str]:
    """Return the order with one key a place further up or down, where there is one."""
    if key not in order:
        return order
    place = order.index(key)
    other = place + step
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
    return order


def full_order(keys: Sequence[str]) -> list[str]:
    """Return all columns, these first and in this order."""
    everything = [column.key for column in [*exports.COLUMNS, *exports.MORE]]
    known = [key for key in dict.fromkeys(keys) if key in everything]
    return [*known, *(key for key in everything if key not in known)]


class Downloads:
    """Mixin of the list of registrations: what it shows as a file."""

    admin_site: admin.AdminSite
    opts: Any

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Ask for the right to take names away, beside the one to see them."""
        return request.user.has_perms(
            ["participants.view_registration", "participants.export_registration"]
        ) or request.user.has_perms(
            ["participants.change_registration", "participants.export_registration"]
        )

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        name = "participants_registration_export"
        return [
            path("export/", wrap(self.export_view), name=f"{name}_page"),
            path("export/<str:kind>/", wrap(self.export_filtered), name=name),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """Let somebody choose how to export what the list shows under this query."""
        changelist = self._changelist(request)
        rows = changelist.get_queryset(request)
        return self._choose(request, rows, facts_of(changelist))

    def export_filtered(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """Export what the list shows under this query, in the columns chosen last."""
        if kind not in FORMATS:
            raise Http404
        changelist = self._changelist(request)
        rows = changelist.get_queryset(request)
        if rows.order_by()[: settings.EXPORT_ROWS_AT_ONCE + 1].count() > (
            settings.EXPORT_ROWS_AT_ONCE
        ):
            page = reverse("admin:participants_registration_export_page")
            return HttpResponseRedirect(f"{page}?{request.GET.urlencode()}")
        _kind, columns = services.last_choice(_user(request))
        return answer(request, rows, kind, columns, facts_of(changelist))

    @admin.action(description=gettext_lazy("Export"), permissions=["export"])
    def export_ticked(
        self, request: HttpRequest, queryset: QuerySet[Registration]
    ) -> HttpResponseBase:
        """Export the ticked rows, or all that the list shows on all its pages."""
        facts = facts_of(self._changelist(request))
        if request.POST.get("select_across", "0") != "1":
            facts.append((_("Rows"), _("Only those that were ticked")))
        return self._choose(request, queryset, facts)

    def _changelist(self, request: HttpRequest) -> ChangeList:
        if not self.has_export_permission(request):
            raise PermissionDenied
        try:
            changelist: ChangeList = self.get_changelist_instance(request)  # type: ignore[attr-defined]
        except IncorrectLookupParameters as error:
            raise BadRequest from error
        return changelist

    def _choose(
        self, request: HttpRequest, rows: QuerySet[Registration], facts: Facts
    ) -> HttpResponseBase:
        """Show the page of choices, or do what was chosen there."""
        user = _user(request)
        kind, ticked = services.last_choice(user)
        order = full_order(ticked)
        form = ExportForm(initial={"format": kind})
        if "order" in request.POST:
            order = full_order(request.POST.getlist("order"))
            ticked = request.POST.getlist("columns")
            order = moved(order, request.POST.get("up", ""), -1)
            order = moved(order, request.POST.get("down", ""), 1)
        if "order" in request.POST:
            form = ExportForm(request.POST)
            if "export" in request.POST and form.is_valid():
                chosen = [key for key in order if key in form.cleaned_data["columns"]]
                kind = form.cleaned_data["format"]
                services.remember_choice(user, kind, chosen)
                return self._deliver(request, rows, kind, chosen, facts)
        titles = {c.key: c.title for c in [*exports.COLUMNS, *exports.MORE]}
        context = self.admin_site.each_context(request) | {
            "title": _("Export registrations"),
            "opts": self.opts,
            "form": form,
            "is_judged": "export" in request.POST,
            "columns": [(key, titles[key], key in ticked) for key in order],
            "facts": facts,
            "count": rows.count(),
            "gone": rows.order_by().exclude(status__in=LIVE).count(),
            "live_query": _with_live(request),
            "at_once": settings.EXPORT_ROWS_AT_ONCE,
            "hidden": _of_the_action(request),
        }
        return TemplateResponse(request, "admin/participants/export.html", context)

    def _deliver(
        self,
        request: HttpRequest,
        rows: QuerySet[Registration],
        kind: str,
        columns: list[str],
        facts: Facts,
    ) -> HttpResponseBase:
        """Answer with the file, or with the page of the job that makes it."""
        count = rows.count()
        if count <= settings.EXPORT_ROWS_AT_ONCE:
            return answer(request, rows, kind, columns, facts)
        services.log_export(_user(request), kind, count, query_for_log(request))
        facts = [*facts_about(request), *facts]
        job = services.queue_export(
            rows, by=_user(request), kind=kind, columns=columns, facts=facts
        )
        return HttpResponseRedirect(
            reverse("admin:participants_exportjob_change", args=[job.pk])
        )


def _with_live(request: HttpRequest) -> str:
    """Return the query of the list without what does not stand; "" for ticked rows."""
    if "_selected_action" in request.POST:
        return ""
    query = request.GET.copy()
    query["attends"] = "live"
    return query.urlencode()


def _of_the_action(request: HttpRequest) -> list[tuple[str, str]]:
    """List what made this an action on ticked rows, to be sent again."""
    names = ["action", "select_across", "index", "_selected_action"]
    return [(name, v) for name in names for v in request.POST.getlist(name)]


def answer(
    request: HttpRequest,
    rows: QuerySet[Registration],
    kind: str,
    columns: Sequence[str],
    facts: Facts,
) -> HttpResponseBase:
    """Answer with the registrations as a file; the admin's log says who took it."""
    services.log_export(_user(request), kind, rows.count(), query_for_log(request))
    chosen = exports.choose(columns)
    response: HttpResponseBase
    if kind in exports.STREAMED:
        response = StreamingHttpResponse(exports.chunks(kind, rows, chosen))
    else:
        book = TemporaryFile()  # noqa: SIM115 (the response closes it)
        try:
            exports.write(kind, rows, book, chosen, [*facts_about(request), *facts])
        except ValueError as error:
            raise BadRequest from error
        book.seek(0)
        response = FileResponse(book)
    return as_download(response, kind)


def as_download(response: HttpResponseBase, kind: str) -> HttpResponseBase:
    """Name a file by the moment, and keep it out of every cache."""
    ending = FORMATS[kind].ending
    name = f"registrations-{timezone.localtime():%Y%m%d-%H%M}.{ending}"
    response["Content-Type"] = FORMATS[kind].content_type
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def facts_about(request: HttpRequest) -> Facts:
    """Say who exports, and when."""
    user = _user(request)
    now = timezone.localtime()
    language = get_language_info(request.LANGUAGE_CODE)["name_local"]
    return [
        (_("Exported by"), user.get_full_name() or user.get_username()),
        (_("Exported at"), f"{date_format(now, 'Y-m-d H:i')} ({now:%Z}, UTC{now:%z})"),
        (_("Language"), language),
    ]


def facts_of(changelist: ChangeList) -> Facts:
    """Say in words which rows a list shows, and in which order."""
    facts: Facts = []
    for spec in changelist.filter_specs:
        chosen = [
            str(choice["display"])
            for choice in spec.choices(changelist)
            if choice.get("selected") and choice.get("query_string") != "?"
        ]
        used = any(name in changelist.params for name in spec.expected_parameters())
        if used and chosen:
            facts.append((str(spec.title), ", ".join(chosen)))
    if changelist.query:
        facts.append((_("Searched for"), changelist.query))
    if order := _order_of(changelist):
        facts.append((_("Order"), order))
    if not facts:
        facts.append((_("Filter"), _("None: all registrations")))
    return facts


def _order_of(changelist: ChangeList) -> str:
    """Name the columns that the list is sorted by, where somebody chose them."""
    if "o" not in changelist.params:
        return ""
    names = []
    for place, direction in changelist.get_ordering_field_columns().items():
        name = str(changelist.list_display[place])
        found = admin.utils.label_for_field(
            name, changelist.model, model_admin=changelist.model_admin
        )
        names.append(f"{found} {'↓' if direction == 'desc' else '↑'}")
    return ", ".join(names)


def query_for_log(request: HttpRequest) -> str:
    """Return the filter as it may be noted: not what was searched for."""
    query = request.GET.copy()
    if query.pop("q", None):
        query["searched"] = "yes"
    return query.urlencode()


def _user(request: HttpRequest) -> User:
    """Return who asks; the admin lets nobody else in."""
    if not isinstance(request.user, User):
        raise ValidationError(_("Sign in first."), code="anonymous")
    return request.user
