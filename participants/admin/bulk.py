"""One decision on many registrations: asked, done or handed to the worker, told."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import Count, Q, QuerySet
from django.forms import ChoiceField, Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sessions.models import Mode

from .. import services
from ..models import Registration, Status
from ..models.status import LIVE

MOST = 20_000  # registrations of one action
AT_ONCE = 300  # done while one waits for the answer; more of them by the worker
MOST_MESSAGES = 20  # refusals; more of them get a page of their own
SHOWN = 20

# What an action can change; the rest is refused row by row.
CONCERNS = {
    "approve": [Status.PENDING],
    "approve_without_letter": [Status.PENDING],
    "promote": [Status.WAITING],
    "admit_above_capacity": [Status.WAITING],
    "decline": LIVE,
    "change_mode": LIVE,
    "cancel": [Status.UNVERIFIED, *LIVE],
}


class ModeForm(Form):
    """The mode that the registrations change to."""

    mode = ChoiceField(
        label=gettext_lazy("New mode of participation"), choices=Mode.choices
    )


class BulkActions(admin.ModelAdmin):
    """Ask once more before an action, then do it to each row by its service."""

    def _ask(
        self,
        request: HttpRequest,
        queryset: QuerySet[Registration],
        form_class: type[Form],
        title: str,
    ) -> HttpResponse | None:
        """Ask once more, and what the form asks; then do what the list was told."""
        count = self._counted(request, queryset)
        if count is None:
            return None
        action = request.POST.get("action", "")
        is_sure = "sure" in request.POST
        form = form_class(request.POST if is_sure else None)
        has_changed = is_sure and request.POST.get("expected", str(count)) != str(count)
        if has_changed:
            text = _("The number of registrations has changed. Look at it again.")
            self.message_user(request, text, messages.WARNING)
        elif form.is_valid():
            return self._act_on(request, queryset, action, form.cleaned_data)
        context = self.admin_site.each_context(request) | {
            "title": title,
            "form": form,
            "opts": self.opts,
            "rows": queryset.select_related("session")[:SHOWN],
            "selected": request.POST.getlist("_selected_action"),
            "select_across": request.POST.get("select_across", "0"),
            "action": action,
            "takes_long": count > AT_ONCE,
            **_consequences(queryset, action),
        }
        return TemplateResponse(request, "admin/participants/ask.html", context)

    def _act_on(
        self,
        request: HttpRequest,
        queryset: QuerySet[Registration],
        action: str,
        answers: dict[str, Any],
    ) -> HttpResponse | None:
        """Decide at once and say how it went, or show how far the worker is."""
        count = self._counted(request, queryset)
        if count is None:
            return None
        assert isinstance(request.user, User)  # noqa: S101 (for the type checker)
        if count > AT_ONCE:
            queue = services.queue_decision
            job = queue(queryset, action, by=request.user, **answers)
            url = reverse("admin:participants_decisionjob_change", args=[job.pk])
            return HttpResponseRedirect(url)
        keys = services.keys_of(queryset)
        refused = services.decide(keys, action, by=request.user, **answers)
        return self._tell(request, len(keys), refused)

    def _counted(
        self, request: HttpRequest, queryset: QuerySet[Registration]
    ) -> int | None:
        """Count the rows; None, and a message, if they are too many."""
        count = queryset.order_by()[: MOST + 1].count()
        if count <= MOST:
            return count
        text = _("Choose %(n)s registrations at most.") % {"n": f"{MOST:,}"}
        self.message_user(request, text, messages.ERROR)
        return None

    def _tell(
        self, request: HttpRequest, total: int, refused: dict[str, list[int]]
    ) -> HttpResponse | None:
        rows = refused_rows(refused)
        done = total - len(rows)
        words = ngettext("%(n)s registration done.", "%(n)s registrations done.", done)
        if len(rows) > MOST_MESSAGES:
            context = self.admin_site.each_context(request) | {
                "title": _("Done in part"),
                "opts": self.opts,
                "done": words % {"n": done},
                "refused": rows,
            }
            template = "admin/participants/refused.html"
            return TemplateResponse(request, template, context)
        for _key, name, reason in rows:
            self.message_user(request, f"{name}: {reason}", messages.ERROR)
        if done:
            self.message_user(request, words % {"n": done}, messages.SUCCESS)
        return None


def refused_rows(
    refused: dict[str, list[int]], most: int | None = None
) -> list[tuple[int, str, str]]:
    """Return key, name and reason of those refused; a row that is gone has no name."""
    reasons = [(key, reason) for reason, keys in refused.items() for key in keys]
    shown = reasons[:most]
    found = Registration.objects.in_bulk([key for key, _reason in shown])
    return [(key, str(found.get(key, f"#{key}")), reason) for key, reason in shown]


def _consequences(queryset: QuerySet[Registration], action: str) -> dict[str, Any]:
    """Count who is concerned, by state, who is refused and how many mails go out."""
    states = list(
        queryset.order_by()
        .values_list("status")
        .annotate(n=Count("pk"), mails=Count("pk", filter=~Q(email="")))
    )
    concerned = CONCERNS.get(action, list(Status))
    labels = dict(Status.choices)
    return {
        "count": sum(n for _status, n, _mails in states),
        "states": [
            (labels[status], n, status in concerned) for status, n, _m in states
        ],
        "mails": sum(mails for status, _n, mails in states if status in concerned),
    }
