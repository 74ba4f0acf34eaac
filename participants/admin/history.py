"""Everything that happened to one registration, on one page, in the order of time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from itertools import chain
from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ..models import CheckIn, EmailMessage, Registration, Transition


@dataclass(frozen=True)
class Happening:
    """One line of the history: when, of what kind, in words, by whom."""

    at: datetime
    kind: str
    words: str
    detail: str = ""
    by: str = ""
    url: str = ""


class WithHistory(admin.ModelAdmin):
    """The history of a registration instead of Django's, which knows edits alone."""

    def history_view(
        self,
        request: HttpRequest,
        object_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        registration = self.get_object(request, object_id)
        if registration is None:
            raise Http404
        if not self.has_view_or_change_permission(request, registration):
            raise PermissionDenied
        mails = request.user.has_perm("participants.view_emailmessage")
        context = self.admin_site.each_context(request) | {
            "title": _("History"),
            "opts": self.opts,
            "registration": registration,
            "happenings": history_of(registration, with_links=mails),
            **(extra_context or {}),
        }
        template = "admin/participants/history.html"
        return TemplateResponse(request, template, context)


def history_of(registration: Registration, *, with_links: bool) -> list[Happening]:
    """Gather changes of state, mails, check-ins and edits, the oldest first."""
    found = chain(
        _transitions(registration),
        _mails(registration, with_links=with_links),
        _check_ins(registration),
        _edits(registration),
    )
    return sorted(found, key=lambda happening: happening.at)


def _transitions(registration: Registration) -> Iterator[Happening]:
    rows = registration.transitions.select_related("by")
    for row in rows:
        states = [row.get_from_status_display(), row.get_to_status_display()]
        moved = row.from_status and row.from_status != row.to_status
        words = " → ".join(map(str, states)) if moved else str(states[1])
        detail = " · ".join(filter(None, [words, str(row.get_mode_display())]))
        yield Happening(
            row.at,
            str(Transition._meta.verbose_name),  # noqa: SLF001 (Django's own public name)
            row.get_event_display(),
            f"{detail} · {row.reason}" if row.reason else detail,
            row.by.get_username() if row.by else "",
        )


def _mails(registration: Registration, *, with_links: bool) -> Iterator[Happening]:
    rows = registration.emails.only(
        "created_at", "subject", "state", "sent_at", "last_answer"
    )
    for row in rows:
        url = reverse("admin:participants_emailmessage_change", args=[row.pk])
        yield Happening(
            row.created_at,
            str(EmailMessage._meta.verbose_name),  # noqa: SLF001
            row.subject,
            " · ".join(filter(None, [row.get_state_display(), row.last_answer])),
            url=url if with_links else "",
        )


def _check_ins(registration: Registration) -> Iterator[Happening]:
    zone = registration.session.zone
    for row in registration.check_ins.select_related("by"):
        noon = datetime.combine(row.day, time(12), zone)
        minutes = row.minutes_online
        online = _("%(n)s minutes online") % {"n": minutes} if minutes else ""
        yield Happening(
            row.at or noon,
            str(CheckIn._meta.verbose_name),  # noqa: SLF001
            row.get_mode_display(),
            " · ".join(filter(None, [f"{row.day:%Y-%m-%d}", online])),
            row.by.get_username() if row.by else "",
        )


def _edits(registration: Registration) -> Iterator[Happening]:
    content_type = ContentType.objects.get_for_model(Registration)
    rows = LogEntry.objects.filter(
        content_type=content_type, object_id=str(registration.pk)
    ).select_related("user")
    for row in rows:
        yield Happening(
            row.action_time,
            _("Edit"),
            row.get_change_message(),
            by=str(row.user),
        )
