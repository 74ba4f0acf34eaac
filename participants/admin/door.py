"""The door: scan a badge, type its code or look up a name; check in, undo."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sessions.models import Mode, Session

from .. import services
from ..models import CheckIn, DoorAssignment, Registration, Status
from .read_only import ReadOnly

PERMISSION = "participants.check_in_registration"
CODE = re.compile(r"[A-Za-z0-9_-]{22}")  # what a badge says
LONGEST = 100  # of what somebody types
MOST_FOUND = 20
ADMITTED = (Status.CONFIRMED, Mode.IN_PERSON)


@dataclass
class Answer:
    """What the door says, in big words: of one person, or of several to choose from."""

    tone: str  # good, known, bad, choose
    words: str
    registration: Registration | None = None
    check_in: CheckIn | None = None
    found: list[Registration] = field(default_factory=list)


@admin.register(CheckIn)
class CheckInAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["registration", "day", "mode", "at", "minutes_online", "by"]
    list_filter = ["mode", "day", "registration__session"]
    list_select_related = ["registration", "by"]
    search_fields = ["registration__search_key"]
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    ordering = ["-pk"]
    change_list_template = "admin/participants/checkin/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("door/", wrap(self.doors), name="participants_doors"),
            path("door/<int:number>/", wrap(self.door), name="participants_door"),
            path(
                "door/<int:number>/counts/",
                wrap(self.counts),
                name="participants_door_counts",
            ),
            *super().get_urls(),
        ]

    def doors(self, request: HttpRequest) -> HttpResponse:
        """Lead to the session of today; name the nearest ones where there is none."""
        user = _require_permission(request)
        yesterday = timezone.now().date() - timedelta(days=1)
        mine = DoorAssignment.objects.all().sessions_of(user)
        coming = mine.filter(status=Session.Status.PUBLISHED, ends_on__gte=yesterday)
        sessions = [s for s in coming.order_by("starts_on") if not s.is_over]
        today = [s for s in sessions if s.today in s.days()]
        if len(today) == 1:
            url = reverse("admin:participants_door", args=[today[0].number])
            return HttpResponseRedirect(url)
        context = self._context(request) | {"sessions": sessions, "today": today}
        return TemplateResponse(request, "admin/participants/doors.html", context)

    def door(self, request: HttpRequest, number: int) -> HttpResponse:
        """Take what was scanned, typed or chosen; answer in big words."""
        user = _require_permission(request)
        session = _session(user, number)
        answer = None
        if request.method == "POST":
            answer = self._answer(request, session, user)
        context = self._context(request) | _counts(session) | {"answer": answer}
        template = "admin/participants/door.html"
        if "part" in request.POST:  # asked by the script, which keeps the camera on
            template = "admin/participants/_door_answer.html"
        return TemplateResponse(request, template, context)

    def counts(self, request: HttpRequest, number: int) -> HttpResponse:
        session = _session(_require_permission(request), number)
        template = "admin/participants/_door_counts.html"
        return TemplateResponse(request, template, _counts(session))

    def _answer(self, request: HttpRequest, session: Session, user: User) -> Answer:
        key = request.POST.get("undo") or request.POST.get("registration") or ""
        if key:
            rows = Registration.objects.filter(session=session)
            chosen = rows.filter(pk=int(key)) if _is_key(key) else rows.none()
            row = chosen.select_related("session", "delegation").first()
            if row is None:
                return Answer("bad", _("Unknown badge"))
            if "undo" in request.POST:
                return self._undo(request, row, session)
            return _check_in(row, session, user)
        typed = request.POST.get("typed", "")[:LONGEST].replace("\x00", "").strip()
        if not typed:
            return Answer("bad", _("Scan a badge, or type a code or a name."))
        return _look_up(typed, session, user)

    def _undo(
        self, request: HttpRequest, row: Registration, session: Session
    ) -> Answer:
        if not services.undo_check_in(row, session):
            return Answer("bad", _("Not checked in today"), row)
        self.log_change(request, row, "Check-in taken back.")
        return Answer("known", _("Check-in taken back"), row)

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        return self.admin_site.each_context(request) | {
            "title": _("Door"),
            "opts": self.opts,
        }


def _require_permission(request: HttpRequest) -> User:
    if not isinstance(request.user, User) or not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    return request.user


def _session(user: User, number: int) -> Session:
    """Find the session whose door this is; a helper's own sessions alone."""
    mine = DoorAssignment.objects.all().sessions_of(user)
    return get_object_or_404(mine.distinct(), number=number)


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19  # noqa: PLR2004 (bigint)


def _look_up(typed: str, session: Session, user: User) -> Answer:
    """Take a code for what it is; anything else is a name."""
    if CODE.fullmatch(typed):
        row = (
            Registration.objects.filter(code=typed)
            .select_related("session", "delegation")
            .first()
        )
        if row is not None:
            return _check_in(row, session, user)
        if " " not in typed and not _named(typed, session):
            return Answer("bad", _("Unknown badge"))
    found = list(_named(typed, session)[:MOST_FOUND])
    found.sort(key=lambda row: (row.status, row.mode) != ADMITTED)
    if not found:
        return Answer("bad", _("Nobody of this name is registered for this session."))
    here = set(_present(session).values_list("registration_id", flat=True))
    for row in found:
        vars(row)["is_here"] = row.pk in here
    return Answer("choose", _("Who is it?"), found=found)


def _named(words: str, session: Session) -> QuerySet[Registration]:
    rows = Registration.objects.filter(session=session).matching(words)
    return rows.select_related("delegation", "session").order_by(
        "family_name", "given_name", "pk"
    )


def _check_in(row: Registration, session: Session, user: User) -> Answer:
    try:
        check_in, is_new = services.check_in(row, session, by=user)
    except ValidationError as refusal:
        return Answer("bad", refusal.messages[0], row)
    if is_new:
        return Answer("good", _("Welcome"), row, check_in)
    at = check_in.at.astimezone(session.zone) if check_in.at else None
    time = f"{at:%H:%M}" if at else "–"
    words = _("Already checked in at %(time)s") % {"time": f"\u2068{time}\u2069"}
    return Answer("known", words, row, check_in)


def _present(session: Session) -> QuerySet[CheckIn]:
    return CheckIn.objects.in_person().filter(
        registration__session=session, day=session.today
    )


def _counts(session: Session) -> dict[str, Any]:
    """Count who is here today, of whom is expected."""
    expected = session.registrations.confirmed().filter(mode=Mode.IN_PERSON)
    return {
        "session": session,
        "is_today": session.today in session.days(),
        "here": _present(session).count(),
        "expected": expected.count(),
    }
