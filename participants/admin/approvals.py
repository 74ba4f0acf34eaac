"""The queue of registrations that wait for approval, by delegation."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sessions.models import Session

from .. import services
from ..forms import DeclineForm
from ..models import Registration, Status

A_PAGE = 100


def _work(row: Registration) -> str:
    return ", ".join(filter(None, [row.function, row.unit, row.organisation]))


# What the queue shows of a row, beside the name: one line for each column.
COLUMNS: list[tuple[str | Promise, Callable[[Registration], object]]] = [
    (gettext_lazy("function and organization"), _work),
    (gettext_lazy("rank in the delegation"), Registration.get_rank_display),
    (gettext_lazy("category of participant"), Registration.get_category_display),
    (gettext_lazy("mode of participation"), Registration.get_mode_display),
]


class ApprovalQueue(admin.ModelAdmin):
    """A page beside the list of registrations, to decide on the pending ones."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.approval_queue)
        name = "participants_registration_approvals"
        return [path("approvals/", view, name=name), *super().get_urls()]

    def approval_queue(self, request: HttpRequest) -> HttpResponse:
        """Show the queue of one session; approve or decline the ticked rows."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = DeclineForm(
            request.POST if request.POST.get("do") == "decline" else None
        )
        if request.method == "POST" and self._decide(request, form):
            return HttpResponseRedirect(request.get_full_path())
        pending = Registration.objects.filter(status=Status.PENDING)
        sessions = Session.objects.filter(pk__in=pending.values("session"))
        number = request.GET.get("session", "")
        session = sessions.filter(number=number).first() if number.isdecimal() else None
        session = session or sessions.first()
        page = Paginator(_in_order(pending, session), A_PAGE).get_page(
            request.GET.get("p")
        )
        context = self.admin_site.each_context(request) | {
            "title": _("Approval queue"),
            "opts": self.opts,
            "sessions": sessions,
            "session": session,
            "page": page,
            "rows": [
                {"row": row, "cells": [value(row) for _label, value in COLUMNS]}
                for row in page
            ],
            "columns": [label for label, _value in COLUMNS],
            "ticked": request.POST.getlist("row"),
            "form": form,
        }
        template = "admin/participants/registration/approvals.html"
        return TemplateResponse(request, template, context)

    def _decide(self, request: HttpRequest, form: DeclineForm) -> bool:
        """Approve or decline what is ticked; say False when a field is wrong."""
        keys = [key for key in request.POST.getlist("row") if key.isdecimal()]
        rows = Registration.objects.filter(pk__in=[key[:18] for key in keys[:A_PAGE]])
        assert isinstance(request.user, User)  # noqa: S101 (for the type checker)
        by = request.user
        act: Callable[[Registration], object]
        if request.POST.get("do") == "decline":
            if not form.is_valid():
                return False
            data = form.cleaned_data
            act = lambda row: services.decline(row, by=by, **data)  # noqa: E731
        else:
            act = lambda row: services.approve(row, by=by)  # noqa: E731
        if keys:
            each: Any = self._each  # type: ignore[attr-defined]
            each(request, rows, act)
        else:
            self.message_user(request, _("Tick at least one row."), messages.WARNING)
        return True


def _in_order(
    pending: QuerySet[Registration], session: Session | None
) -> QuerySet[Registration]:
    """Sort by delegation, who represents none at the end; first come, first served."""
    rows = pending.filter(session=session).select_related("session", "delegation")
    by_delegation = F("delegation__name_en").asc(nulls_last=True)
    return rows.order_by(by_delegation, "delegation", "queued_at", "pk")
