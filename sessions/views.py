"""Public pages of the sessions."""

from django.db.models import Q
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from . import ornaments
from .models import Document, Session, programme_by_day


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    sessions = list(Session.objects.public())
    past = [s for s in sessions if s.is_over]
    coming = [s for s in reversed(sessions) if not s.is_over]
    dated = [s for s in coming if s.starts_on]
    featured = next(
        (s for s in [*dated, *past] if s.status == Session.Status.PUBLISHED), None
    )
    context = {
        "featured": featured,
        "is_next": featured in coming,
        "later": [s for s in coming if s != featured],
        "series": [s for s in reversed(past) if not s.is_demonstration],
        "recent": [s for s in past if s != featured][:3],
    }
    return render(request, "sessions/home.html", context)


@require_safe
def session_list(request: HttpRequest) -> HttpResponse:
    sessions = list(Session.objects.public())
    context = {
        "upcoming": [s for s in reversed(sessions) if not s.is_over],
        "past": [s for s in sessions if s.is_over],
    }
    return render(request, "sessions/list.html", context)


@require_safe
def session_detail(request: HttpRequest, slug: str) -> HttpResponse:
    visible = (
        Session.objects.all() if _may_preview(request) else Session.objects.public()
    )
    session = get_object_or_404(visible, slug=slug)
    items = list(session.agenda_items.as_programme())
    context = {
        "session": session,
        "state": session.registration_state(),
        "themes": session.themes.all(),
        "topics": session.topics.all(),
        "people": session.appearances.podium(),
        "programme": programme_by_day(session, items),
        "documents": session.documents.select_related("agenda_item"),
        "sources": session.sources.all(),
        "reported": session.reported_attendances.all(),
        "neighbours": Session.objects.public()
        .filter(Q(number=session.number - 1) | Q(number=session.number + 1))
        .order_by("number"),
    }
    return render(request, "sessions/detail.html", context)


def _may_preview(request: HttpRequest) -> bool:
    """Let staff who edit sessions see drafts; ask nothing of anybody else."""
    if "preview" not in request.GET:
        return False
    return request.user.has_perm("conversation.change_session")


@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponseBase:
    paper = get_object_or_404(Document.objects.public(), pk=pk)
    if paper.url:
        return redirect(paper.url)
    try:
        contents = paper.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(contents, as_attachment=True, filename=paper.download_name)


@require_safe
@cache_control(public=True, max_age=31536000, immutable=True)
def ornament(request: HttpRequest, number: int, *, cover: bool = False) -> HttpResponse:
    """Draw the ornament of a session; it depends on the number alone."""
    if not 1 <= number <= ornaments.LARGEST_NUMBER:
        raise Http404
    draw = ornaments.cover_svg if cover else ornaments.stamp_svg
    return HttpResponse(draw(number), content_type="image/svg+xml")
