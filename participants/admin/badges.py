"""Badges, name plates and the morning sheet: for the rows of a list or a session."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth.models import User
from django.core.exceptions import BadRequest, ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sessions.models import Mode, Session

from ..exports.badges import (
    plates_of,
    plates_of_speakers,
    plates_pdf,
    sizes,
)
from ..models import PrintRun, Registration, Status
from ..services.printing import MOST, morning_sheet, print_badges, to_print
from .paper import file_answer, log, require
from .read_only import ReadOnly


class BadgeForm(forms.Form):
    """How badges are printed."""

    title = gettext_lazy("Print badges")

    size = forms.ChoiceField(label=gettext_lazy("Size in millimetres"))
    layout = forms.ChoiceField(
        label=gettext_lazy("Printer"),
        choices=[
            ("sheet", gettext_lazy("A4 sheets with lines to cut along")),
            ("card", gettext_lazy("Card printer: a page for each badge")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["size"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (for the type checker)
        field.choices = [
            (name, f"{size.width} × {size.height}") for name, size in sizes().items()
        ]


class PlateForm(forms.Form):
    """How name plates are printed."""

    title = gettext_lazy("Print name plates")

    paper = forms.ChoiceField(
        label=gettext_lazy("Paper"),
        choices=[
            ("a4", gettext_lazy("A4, folded once")),
            ("a5", gettext_lazy("A5, folded once")),
        ],
    )


class SessionForm(forms.Form):
    session = forms.ModelChoiceField(
        Session.objects.all(), label=gettext_lazy("Session")
    )


class SpeakerPlateForm(PlateForm, SessionForm):
    field_order = ["session", "paper"]


class BadgePrinting(admin.ModelAdmin):
    """What the list of registrations offers: badges and plates of what it shows."""

    def has_print_badge_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("participants.print_badge")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.badges_filtered)
        name = "participants_registration_badges"
        return [path("badges/", view, name=name), *super().get_urls()]

    def badges_filtered(self, request: HttpRequest) -> HttpResponse:
        """Print badges of exactly what the list shows under the same query string."""
        require(request, "view_registration", "print_badge")
        try:
            changelist = self.get_changelist_instance(request)
        except IncorrectLookupParameters as error:
            raise BadRequest from error
        return self._ask_for_paper(request, changelist.get_queryset(request), BadgeForm)

    @admin.action(description=BadgeForm.title, permissions=["print_badge"])
    def print_badges(
        self, request: HttpRequest, queryset: QuerySet[Registration]
    ) -> HttpResponse:
        return self._ask_for_paper(request, queryset, BadgeForm)

    @admin.action(description=PlateForm.title, permissions=["print_badge"])
    def print_plates(
        self, request: HttpRequest, queryset: QuerySet[Registration]
    ) -> HttpResponse:
        return self._ask_for_paper(request, queryset, PlateForm)

    def _ask_for_paper(
        self,
        request: HttpRequest,
        queryset: QuerySet[Registration],
        form_class: type[BadgeForm] | type[PlateForm],
    ) -> HttpResponse:
        """Ask for size or paper; then answer with the file."""
        rows = _for_paper(queryset)
        form = form_class(request.POST if "sure" in request.POST else None)
        if form.is_valid():
            try:
                if isinstance(form, BadgeForm):
                    return badge_answer(request, list(rows[: MOST + 1]), form)
                return _plates_of_rows(request, list(rows[: MOST + 1]), form)
            except ValidationError as error:
                form.add_error(None, error)
        context = self.admin_site.each_context(request) | {
            "title": _("Print badges")
            if form_class is BadgeForm
            else _("Print name plates"),
            "form": form,
            "opts": self.opts,
            "count": rows.count(),
            "selected": request.POST.getlist("_selected_action"),
            "select_across": request.POST.get("select_across", "0"),
            "action": request.POST.get("action", ""),
        }
        return TemplateResponse(request, "admin/participants/print.html", context)


def _for_paper(queryset: QuerySet[Registration]) -> QuerySet[Registration]:
    """Keep who is confirmed for the room, in the order of a desk."""
    rows = queryset.filter(
        status=Status.CONFIRMED, mode=Mode.IN_PERSON, erased_at__isnull=True
    )
    return rows.select_related("session", "delegation").order_by(
        "family_name", "given_name", "pk"
    )


def badge_answer(
    request: HttpRequest, rows: Sequence[Registration], form: BadgeForm
) -> HttpResponse:
    """Answer with badges; the run and the admin's log are kept."""
    size, layout = form.cleaned_data["size"], form.cleaned_data["layout"]
    assert isinstance(request.user, User)  # noqa: S101 (for the type checker)
    pdf = print_badges(rows, size=sizes()[size], layout=layout, by=request.user)
    log(request, PrintRun, "badges printed", f"{len(rows)} badges, {size}, {layout}")
    return file_answer(pdf, f"badges-{timezone.localtime():%Y%m%d-%H%M}.pdf")


def _plates_of_rows(
    request: HttpRequest, rows: Sequence[Registration], form: PlateForm
) -> HttpResponse:
    return _plates_answer(request, plates_of(rows), form.cleaned_data["paper"])


def _plates_answer(
    request: HttpRequest, plates: Sequence[Any], paper: str
) -> HttpResponse:
    if not plates:
        raise ValidationError(_("No name plate is to be printed."), code="none")
    if len(plates) > MOST:
        text = _("One file holds %(most)s name plates at most. Choose fewer.")
        raise ValidationError(text, code="too_many", params={"most": MOST})
    log(request, PrintRun, "name plates printed", f"{len(plates)} name plates, {paper}")
    return file_answer(plates_pdf(plates, paper=paper), "name-plates.pdf")


@admin.register(PrintRun)
class PrintRunAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["at", "session_number", "count", "by"]
    list_filter = ["session"]
    search_fields = ["session__title_en", "session__meeting_code"]
    list_select_related = ["session", "by"]
    readonly_fields = ("session", "at", "by")
    fields = readonly_fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[PrintRun]:
        runs: QuerySet[PrintRun] = super().get_queryset(request)
        return runs.annotate(badge_count=Count("badges"))

    @admin.display(description=gettext_lazy("session"), ordering="session__number")
    def session_number(self, run: PrintRun) -> int:
        return run.session.number

    @admin.display(description=gettext_lazy("badges"))
    def count(self, run: Any) -> int:
        return int(run.badge_count)

    def get_urls(self) -> list[URLPattern]:
        own, name = self.admin_site.admin_view, "participants_printrun_"
        return [
            path("morning/", own(self.morning), name=f"{name}morning"),
            path("plates/", own(self.plates), name=f"{name}plates"),
            *super().get_urls(),
        ]

    def morning(self, request: HttpRequest) -> HttpResponse:
        """Show what changed since badges were printed; a POST prints these alone."""
        require(request, "view_registration", "print_badge")
        form = SessionForm(request.GET or None)
        badges = BadgeForm(request.POST if request.method == "POST" else None)
        context: dict[str, Any] = {"form": form, "badges": badges}
        if form.is_valid():
            session = form.cleaned_data["session"]
            found = morning_sheet(session)
            rows = to_print(found)
            if badges.is_valid():
                try:
                    return badge_answer(request, rows, badges)
                except ValidationError as error:
                    badges.add_error(None, error)
            last = session.print_runs.first()
            context |= {
                "changes": found,
                "session": session,
                "last": last,
                "rows": rows,
            }
        return self._page(request, "morning", _("Morning sheet"), context)

    def plates(self, request: HttpRequest) -> HttpResponse:
        """Print name plates of who stands in the programme of a session."""
        require(request, "print_badge")
        form = SpeakerPlateForm(request.POST or None)
        if form.is_valid():
            plates = plates_of_speakers(form.cleaned_data["session"])
            try:
                return _plates_answer(request, plates, form.cleaned_data["paper"])
            except ValidationError as error:
                form.add_error(None, error)
        title = _("Name plates of speakers")
        return self._page(request, "plates", title, {"form": form})

    def _page(
        self, request: HttpRequest, name: str, title: str, context: dict[str, Any]
    ) -> HttpResponse:
        shared = self.admin_site.each_context(request)
        context = shared | {"title": title, "opts": self.opts} | context
        template = f"admin/participants/printrun/{name}.html"
        return TemplateResponse(request, template, context)
