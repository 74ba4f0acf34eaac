"""Statistics for staff: pictures and tables of a session, people over a period."""

import csv
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sessions.models import ContentVersion, Session

from .. import pictures, stats
from ..exports import BOM
from ..exports.csv import inert
from ..models import PublicTable

VIEW = "participants.view_statistics"
PUBLISH = "participants.publish_statistics"
LISTS = "participants.view_registration"
OVER_TIME, ATTENDANCE = "time", "attendance"
FIRST = ["mode", "category", "region"]  # what is shown where no table is asked for


def _day_input() -> forms.DateInput:
    """Let the browser offer its own calendar."""
    return forms.DateInput({"type": "date"}, "%Y-%m-%d")


class PeriodForm(forms.Form):
    """From which to which day people and countries are counted."""

    first = forms.DateField(label=gettext_lazy("From"), widget=_day_input())
    last = forms.DateField(label=gettext_lazy("To"), widget=_day_input())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", _("The period ends before it begins."))
        return data


class WithStatistics(admin.ModelAdmin):
    """Pages of statistics below the list of registrations."""

    def lookup_allowed(
        self, lookup: str, value: str, request: HttpRequest | None = None
    ) -> bool:
        """Let figures by regional group lead to the list that they count."""
        if lookup == "delegation__regional_group__exact":
            return True
        return super().lookup_allowed(lookup, value, request)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        pages: list[tuple[str, Any, str]] = [
            ("", self.statistics, ""),
            ("<int:number>/", self.session_statistics, "_session"),
            ("<int:number>/sheet/", self.sheet, "_sheet"),
            ("<int:number>/<slug:name>.csv", self.table_csv, "_csv"),
            ("<int:number>/<slug:name>/public/", require_POST(self.publish), "_public"),
        ]
        return [
            *(
                path(
                    f"statistics/{where}",
                    wrap(view),
                    name=f"participants_statistics{name}",
                )
                for where, view, name in pages
            ),
            *super().get_urls(),
        ]

    def statistics(self, request: HttpRequest) -> HttpResponse:
        """List the sessions; count people and countries over a period."""
        _require(request, VIEW)
        form = PeriodForm(request.GET if "first" in request.GET else None)
        context = self._context(request, _("Statistics")) | {
            "sessions": Session.objects.order_by("-number"),
            "form": form,
        }
        if form.is_valid():
            first, last = form.cleaned_data["first"], form.cleaned_data["last"]
            context["period"] = stats.period(first, last)
            context["reported"] = stats.reported(first, last)
        template = "admin/participants/statistics.html"
        return TemplateResponse(request, template, context)

    def session_statistics(self, request: HttpRequest, number: int) -> HttpResponse:
        """Show the tables asked for, and no other: each costs a query."""
        _require(request, VIEW)
        session = get_object_or_404(Session, number=number)
        asked = [n for n in request.GET.getlist("table") if n in _names()]
        names = list(dict.fromkeys(asked)) or [OVER_TIME, *FIRST]
        context = self._context(request, _("Statistics")) | {
            "session": session,
            "names": _names(),
            "asked": names,
            "tables": [
                pictures.table_picture(
                    stats.make_table(name, session), with_links=_links(request)
                )
                for name in names
                if name in stats.TABLES
            ],
            "public": list(session.public_tables.values_list("table", flat=True)),
            "may_publish": request.user.has_perm(PUBLISH),
        }
        if OVER_TIME in names:
            curves = stats.curves(session)
            context["curves"] = pictures.curve_pictures(curves)
            context["marks"] = pictures.marks(curves)
        if ATTENDANCE in names:
            context["attendance"] = stats.attendance(session)
        template = "admin/participants/session_statistics.html"
        return TemplateResponse(request, template, context)

    def sheet(self, request: HttpRequest, number: int) -> HttpResponse:
        """Show what a Director General asks for on one page of paper."""
        _require(request, VIEW)
        session = get_object_or_404(Session, number=number)
        tables = {n: stats.make_table(n, session) for n in SHEET}
        today = timezone.localdate()
        context = self._context(request, _("Figures on one page")) | {
            "session": session,
            "now": timezone.now(),
            "facts": pictures.facts(tables, with_links=_links(request)),
            "tables": [
                pictures.table_picture(tables[n], with_links=_links(request), most=8)
                for n in ("category", "region", "country")
            ],
            "attendance": stats.attendance(session),
            "period": stats.period(date(today.year, 1, 1), today),
            "reported": session.reported_attendances.all(),
        }
        return TemplateResponse(request, "admin/participants/sheet.html", context)

    def table_csv(self, request: HttpRequest, number: int, name: str) -> HttpResponse:
        """Send one table as CSV, in the language of the page."""
        _require(request, VIEW)
        session = get_object_or_404(Session, number=number)
        if name not in _names():
            raise Http404
        response = HttpResponse(BOM, content_type="text/csv; charset=utf-8")
        filename = f"session-{session.number}-{name}.csv"
        response["Content-Disposition"] = f'attachment; filename="{filename}"'
        response["Cache-Control"] = "no-store"
        csv.writer(response).writerows(_rows(session, name))
        return response

    def publish(self, request: HttpRequest, number: int, name: str) -> HttpResponse:
        """Show a table on the site, or take it off."""
        _require(request, PUBLISH)
        session = get_object_or_404(Session, number=number)
        if name not in stats.TABLES:
            raise Http404
        with transaction.atomic():
            if "show" in request.POST:
                PublicTable.objects.get_or_create(session=session, table=name)
            else:
                session.public_tables.filter(table=name).delete()
            ContentVersion.objects.raise_it()
        url = reverse("admin:participants_statistics_session", args=[number])
        return HttpResponseRedirect(f"{url}?table={name}")

    def _context(self, request: HttpRequest, title: str) -> dict[str, Any]:
        return self.admin_site.each_context(request) | {
            "title": title,
            "opts": self.opts,
            "threshold": settings.SMALL_NUMBERS_BELOW,
        }


SHEET = ["mode", "category", "region", "country", "delegation", "gender", "returning"]


def _require(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def _links(request: HttpRequest) -> bool:
    """Say whether the lists behind the figures are open to this person."""
    return request.user.has_perm(LISTS)


def _names() -> dict[str, str]:
    titles = {name: str(title) for name, (title, _make) in stats.TABLES.items()}
    return {
        OVER_TIME: _("Registrations over time"),
        **titles,
        ATTENDANCE: _("Attendance by day"),
    }


def _rows(session: Session, name: str) -> list[list[Any]]:
    """Return a table as rows of a file, with its headings."""
    if name == OVER_TIME:
        head = [_("Session"), _("Days before the session"), _("Registrations")]
        return [
            head,
            *(
                [curve.session.number, before, n]
                for curve in stats.curves(session)
                for before, n in curve.points
            ),
        ]
    if name == ATTENDANCE:
        days = stats.attendance(session)
        rows = [[f"{d.day:%Y-%m-%d}", d.in_person, d.online] for d in days]
        return [[_("Day"), _("In person"), _("Online")], *rows]
    table = stats.make_table(name, session)
    lines = [[inert(line.label), line.count] for line in table.lines]
    return [[inert(table.title), _("Registrations")], *lines]
