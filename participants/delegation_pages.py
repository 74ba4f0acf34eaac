"""The pages of a focal point: a delegation's block, its people, several in one go."""

import csv
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from sessions.models import Session

from . import links, services
from .delegation_forms import People, empty_people, header, read_table, typed_rows
from .exports.list_of_participants import printed_heading
from .forms import LetterForm
from .models import FocalPoint, Registration
from .private import Gone, private
from .services.delegations import category_of
from .substitution_forms import FocalPointSubstituteForm
from .uploads import limit_uploads, too_large

Rank = Registration.Rank
MOVES = {"up": -1, "down": 1}
JUDGING = {"check", "register"}
RANKS = {"head": Rank.HEAD, "deputy": Rank.DEPUTY, "delegate": Rank.DELEGATE}


def _by_token(token: str) -> FocalPoint:
    """Find the focal point of a link: 404 if we never signed it, 410 if it is dead."""
    signed = links.delegations.read(token)
    if signed is None:
        raise Http404
    pk, epoch = signed
    rows = FocalPoint.objects.select_related("delegation")
    focal_point = rows.filter(pk=pk, epoch=epoch, is_active=True).first()
    if focal_point is None:
        raise Gone
    return focal_point


def _sessions() -> list[Session]:
    """List the sessions to come, the next first."""
    upcoming = Session.objects.published().upcoming(timezone.localdate())
    return list(upcoming.exclude(registration_opens_at=None).order_by("number"))


def _session(slug: str) -> Session:
    return get_object_or_404(Session.objects.public(), slug=slug)


def _show(
    request: HttpRequest, page: str, focal_point: FocalPoint, **context: Any
) -> HttpResponse:
    own = {
        "focal_point": focal_point,
        "delegation": focal_point.delegation,
        "heading": printed_heading(focal_point.delegation),
        "token": focal_point.token,
    }
    return render(request, f"participants/delegation/{page}.html", own | context)


@private
@require_safe
def choose(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the session, unless there is but one."""
    focal_point = _by_token(token)
    sessions = _sessions()
    if len(sessions) == 1:
        return redirect("participants:delegation-people", token, sessions[0].slug)
    return _show(request, "choose", focal_point, sessions=sessions)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest, token: str, slug: str) -> HttpResponse:
    """Show the block and its people; order them, name head and deputy."""
    focal_point, session = _by_token(token), _session(slug)
    rows = services.people_of(focal_point.delegation, session)
    if request.method == "POST":
        _act(request, rows)
        return redirect("participants:delegation-people", token, slug)
    found = list(rows.select_related("delegation").prefetch_related("letters"))
    category = category_of(focal_point.delegation)
    return _show(
        request,
        "people",
        focal_point,
        session=session,
        people=found,
        listed=[
            row for row in found if row.status == "confirmed" or row.online_meanwhile
        ],
        wants_letter=session.requires_letter(category),
    )


def _act(request: HttpRequest, rows: Any) -> None:
    """Do what a button says, to a person of this delegation and no other."""
    what, _mark, key = request.POST.get("do", "").partition(":")
    if not key.isascii() or not key.isdigit() or len(key) > 15:  # noqa: PLR2004
        raise Http404
    registration = get_object_or_404(rows, pk=int(key))
    if what in MOVES:
        services.move_person(registration, MOVES[what])
    elif what in RANKS:
        services.name_rank(registration, RANKS[what])
    else:
        raise Http404


@private
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, token: str, slug: str) -> HttpResponse:
    """Take several people: typed or from a table, shown once more, then stored."""
    limit_uploads(request)
    focal_point, session = _by_token(token), _session(slug)
    rows = typed_rows(request.POST)
    context: dict[str, Any] = {"session": session}
    upload = request.FILES.get("table")
    if isinstance(upload, UploadedFile):
        try:
            read, context["unknown"] = read_table(upload)
            rows += read
        except ValidationError as error:
            context["refusal"] = error.messages[0]
    do = request.POST.get("do", "")
    judged = do in JUDGING and "refusal" not in context
    group = People(session, rows, judged=judged)
    if judged and rows:
        if group.are_valid(focal_point.email):
            return _preview(request, focal_point, session, group, do)
        context["has_errors"] = True
    context["people"] = [*group.forms, *empty_people(session, len(group.forms))]
    return _show(request, "register", focal_point, **context)


def _preview(
    request: HttpRequest,
    focal_point: FocalPoint,
    session: Session,
    group: People,
    do: str,
) -> HttpResponse:
    """Show everybody as they will be printed; store them once that was confirmed."""
    context: dict[str, Any] = {"session": session, "people": group.forms}
    context["entries"] = [form.listed_as(focal_point) for form in group.forms]
    if do == "register" and not request.POST.get("informed"):
        return _show(request, "preview", focal_point, not_informed=True, **context)
    if do != "register":
        return _show(request, "preview", focal_point, **context)
    try:
        services.register_people(focal_point, session, group.answers)
    except ValidationError as error:
        if hasattr(error, "error_dict"):
            group.refuse(error.message_dict)
            context["has_errors"] = True
        else:
            context["refusal"] = error.messages[0]
        return _show(request, "register", focal_point, **context)
    return redirect("participants:delegation-people", focal_point.token, session.slug)


@private
@require_safe
def table(request: HttpRequest, token: str, slug: str) -> HttpResponse:
    """Send an empty table with the columns we read."""
    _by_token(token)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="delegation.csv"'
    csv.writer(response).writerow(header())
    return response


@private
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, token: str, slug: str) -> HttpResponse:
    """Take one letter for several people of the delegation."""
    limited = limit_uploads(request)
    focal_point, session = _by_token(token), _session(slug)
    found = list(services.people_of(focal_point.delegation, session))
    covered = [row for row in found if not row.letters.exists()]
    form = LetterForm()
    if request.method == "POST":
        chosen = request.POST.getlist("people")
        covered = [row for row in found if str(row.pk) in chosen]
        form = LetterForm(request.POST, request.FILES)
        if limited.exceeded:
            form.add_error("letter", too_large())
        if not covered:
            form.add_error(None, _("Choose at least one person."))
        if form.is_valid():
            services.add_letter_for(covered, form.cleaned_data["letter"])
            return redirect("participants:delegation-people", token, slug)
    people = [(row, row in covered) for row in found]
    context = {"session": session, "people": people, "form": form}
    return _show(request, "letter", focal_point, **context)


@private
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def substitute(request: HttpRequest, token: str, slug: str, pk: int) -> HttpResponse:
    """Give the place to another person at once: the focal point answers for both."""
    limited = limit_uploads(request)
    focal_point, session = _by_token(token), _session(slug)
    rows = services.people_of(focal_point.delegation, session)
    registration = get_object_or_404(rows, pk=pk)
    form = FocalPointSubstituteForm(
        focal_point,
        registration,
        data=request.POST if request.method == "POST" else None,
        files=request.FILES if request.method == "POST" else None,
        shared=services.shared_letter(rows),
    )
    if limited.exceeded and "letter" in form.fields:
        form.add_error("letter", too_large())
    context = {"session": session, "registration": registration, "form": form}
    if form.is_valid():
        try:
            context["new"] = services.substitute(
                registration,
                focal_point=focal_point,
                letter=form.stored_letter(),
                **form.person(),
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _show(request, "substituted", focal_point, **context)
    return _show(request, "substitute", focal_point, **context)
