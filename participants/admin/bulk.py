"""One decision on many registrations: asked, done in batches, told row by row."""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.forms import ChoiceField, Form
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sessions.models import Mode

from ..models import Registration, Status
from ..models.status import LIVE

MOST = 5_000  # registrations of one action
BATCH = 50  # of one transaction, which holds the lock on the session meanwhile
MOST_MESSAGES = 20  # refusals; more of them get a page of their own
SHOWN = 20

# What an action can change; the rest is refused row by row.
CONCERNS = {
    "approve": [Status.PENDING],
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
        act: Callable[[Registration, dict[str, Any]], object],
    ) -> HttpResponse | None:
        """Ask once more, and what the form asks; then act, which takes its answers."""
        if self._are_too_many(request, queryset):
            return None
        form = form_class(request.POST if "sure" in request.POST else None)
        if form.is_valid():
            data = form.cleaned_data
            return self._each(request, queryset, lambda row: act(row, data))
        context = self.admin_site.each_context(request) | {
            "title": title,
            "form": form,
            "opts": self.opts,
            "rows": queryset.select_related("session")[:SHOWN],
            "selected": request.POST.getlist("_selected_action"),
            "select_across": request.POST.get("select_across", "0"),
            "action": request.POST.get("action"),
            **_consequences(queryset, request.POST.get("action", "")),
        }
        return TemplateResponse(request, "admin/participants/ask.html", context)

    def _each(
        self,
        request: HttpRequest,
        queryset: QuerySet[Registration],
        act: Callable[[Registration], object],
    ) -> HttpResponse | None:
        """Do it to each, the longest registered first; say how many and what failed."""
        if self._are_too_many(request, queryset):
            return None
        done, refused = 0, []
        for batch in _batches(queryset):
            with transaction.atomic():
                for registration in batch:
                    try:
                        act(registration)
                        done += 1
                    except ValidationError as error:
                        refused.append((registration, error.messages[0]))
        return self._tell(request, done, refused)

    def _are_too_many(
        self, request: HttpRequest, queryset: QuerySet[Registration]
    ) -> bool:
        if queryset.order_by()[: MOST + 1].count() <= MOST:
            return False
        text = _("Choose %(n)s registrations at most.") % {"n": f"{MOST:,}"}
        self.message_user(request, text, messages.ERROR)
        return True

    def _tell(
        self,
        request: HttpRequest,
        done: int,
        refused: list[tuple[Registration, str]],
    ) -> HttpResponse | None:
        words = ngettext("%(n)s registration done.", "%(n)s registrations done.", done)
        if len(refused) > MOST_MESSAGES:
            context = self.admin_site.each_context(request) | {
                "title": _("Done in part"),
                "opts": self.opts,
                "done": words % {"n": done},
                "refused": refused,
            }
            template = "admin/participants/refused.html"
            return TemplateResponse(request, template, context)
        for registration, reason in refused:
            self.message_user(request, f"{registration}: {reason}", messages.ERROR)
        if done:
            self.message_user(request, words % {"n": done}, messages.SUCCESS)
        return None


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


def _batches(queryset: QuerySet[Registration]) -> Iterator[list[Registration]]:
    """Yield the rows in batches, each of one session: it holds one lock."""
    keys: dict[int, list[int]] = {}
    rows = queryset.order_by("session_id", "queued_at", "pk")
    for session, key in rows.values_list("session_id", "pk"):
        keys.setdefault(session, []).append(key)
    for ordered in keys.values():
        for begin in range(0, len(ordered), BATCH):
            part = ordered[begin : begin + BATCH]
            found = Registration.objects.select_related("session").in_bulk(part)
            yield [found[key] for key in part if key in found]
