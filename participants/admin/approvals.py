"""The queue of registrations that wait for approval, by delegation."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
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
from ..text import validate_line
from .bulk import BulkActions

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


class ApproveForm(forms.Form):
    """Why somebody is approved whose letter is missing; the others need no reason."""

    letter_reason = forms.CharField(
        label=gettext_lazy("Reason, for the record"),
        help_text=gettext_lazy(
            "Needed only where the letter of nomination is missing."
        ),
        max_length=200,
        required=False,
        validators=[validate_line],
    )


class ApprovalQueue(BulkActions):
    """A page beside the list of registrations, to decide on the pending ones."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.approval_queue)
        name = "participants_registration_approvals"
        return [path("approvals/", view, name=name), *super().get_urls()]

    def approval_queue(self, request: HttpRequest) -> HttpResponse:
        """Show the queue of one session; approve or decline the ticked rows."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        do = request.POST.get("do")
        form = DeclineForm(request.POST if do == "decline" else None)
        approving = ApproveForm(request.POST if do == "approve" else None)
        if request.method == "POST":
            decided = self._decide(request, form, approving)
            if decided:
                return decided
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
            "wants_letters": bool(session and session.letter_categories),
            "opens_letters": request.user.has_perm(
                "participants.view_nominationletter"
            ),
            "ticked": request.POST.getlist("row"),
            "form": form,
            "approving": approving,
        }
        template = "admin/participants/registration/approvals.html"
        return TemplateResponse(request, template, context)

    def _decide(
        self, request: HttpRequest, form: DeclineForm, approving: ApproveForm
    ) -> HttpResponse | None:
        """Approve or decline what is ticked; return nothing when a field is wrong."""
        keys = [key for key in request.POST.getlist("row") if key.isdecimal()]
        rows = Registration.objects.filter(pk__in=[key[:18] for key in keys[:A_PAGE]])
        assert isinstance(request.user, User)  # noqa: S101 (for the type checker)
        by = request.user
        act: Callable[[Registration], object]
        if request.POST.get("do") == "decline":
            if not form.is_valid():
                return None
            data = form.cleaned_data
            act = lambda row: services.decline(row, by=by, **data)  # noqa: E731
        else:
            if not _has_a_reason(approving, rows):
                return None
            act = lambda row: _approve(row, by, approving)  # noqa: E731
        again = HttpResponseRedirect(request.get_full_path())
        if keys:
            found = services.keys_of(rows)
            refused = services.decide_each(found, act)
            services.log_decision(by, request.POST["do"], len(found), refused)
            return self._tell(request, len(found), refused) or again
        self.message_user(request, _("Tick at least one row."), messages.WARNING)
        return again


def _has_a_reason(form: ApproveForm, rows: QuerySet[Registration]) -> bool:
    """Want a reason as soon as one letter is missing: nobody is approved before."""
    if not form.is_valid():
        return not form.is_bound
    pending = rows.filter(status=Status.PENDING)
    asked = pending.select_related("session").prefetch_related("letters")
    if form.cleaned_data["letter_reason"] or not any(r.lacks_letter for r in asked):
        return True
    text = _(
        "The letter of nomination is missing. Approve without it only with a reason."
    )
    form.add_error("letter_reason", ValidationError(text, code="no_letter"))
    return False


def _approve(row: Registration, by: User, form: ApproveForm) -> Registration:
    """Approve; the reason goes on record for those whose letter is missing."""
    reason = form.cleaned_data["letter_reason"] if row.lacks_letter else ""
    return services.approve(row, by=by, reason=reason)


def _in_order(
    pending: QuerySet[Registration], session: Session | None
) -> QuerySet[Registration]:
    """Sort by delegation, who represents none at the end; first come, first served."""
    rows = pending.filter(session=session).select_related("session", "delegation")
    rows = rows.prefetch_related("letters")
    by_delegation = F("delegation__name_en").asc(nulls_last=True)
    return rows.order_by(by_delegation, "delegation", "queued_at", "pk")
