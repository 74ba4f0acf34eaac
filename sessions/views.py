"""Public pages of the sessions."""

from pathlib import PurePosixPath

from django.core.files import File
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.fields.files import FieldFile
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
from .models import PICTURE_TYPES, Document, Session, Speaker, programme_by_day


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
    session = get_object_or_404(_visible_sessions(request), slug=slug)
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
        "preview": "preview&" if session.status == Session.Status.DRAFT else "",
        "neighbours": Session.objects.public()
        .filter(Q(number=session.number - 1) | Q(number=session.number + 1))
        .order_by("number"),
    }
    return render(request, "sessions/detail.html", context)


def _visible_sessions(request: HttpRequest) -> QuerySet[Session]:
    """Let staff who edit sessions see drafts; ask nothing of anybody else."""
    if "preview" in request.GET and request.user.has_perm(
        "conversation.change_session"
    ):
        return Session.objects.all()
    return Session.objects.public()


@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponseBase:
    paper = get_object_or_404(Document.objects.public(), pk=pk)
    if paper.url:
        return redirect(paper.url)
    return FileResponse(
        _open(paper.file), as_attachment=True, filename=paper.download_name
    )


@require_safe
def cover(request: HttpRequest, pk: int) -> HttpResponseBase:
    sessions = _visible_sessions(request)
    return _picture(request, get_object_or_404(sessions.only("cover"), pk=pk).cover)


@require_safe
def photo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send the photo of a speaker; who is in drafts alone is not public yet."""
    sessions = _visible_sessions(request)
    speakers = Speaker.objects.filter(
        Exists(sessions.filter(appearances__speaker=OuterRef("pk")))
    )
    return _picture(request, get_object_or_404(speakers.only("photo"), pk=pk).photo)


def _picture(request: HttpRequest, file: FieldFile) -> HttpResponseBase:
    """Send a picture; pages name its file in the query, so a new one shows at once."""
    content_type = PICTURE_TYPES.get(PurePosixPath(file.name or "").suffix[1:].lower())
    if content_type is None:
        raise Http404
    response = FileResponse(_open(file), content_type=content_type)
    response["Cache-Control"] = (
        "private, no-store" if "preview" in request.GET else "public, max-age=86400"
    )
    return response


def _open(file: FieldFile) -> File:
    """Open a stored file; answer 404 if the storage has lost it."""
    try:
        return file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error


@require_safe
@cache_control(public=True, max_age=31536000, immutable=True)
def ornament(request: HttpRequest, number: int, *, cover: bool = False) -> HttpResponse:
    """Draw the ornament of a session; it depends on the number alone."""
    if not 1 <= number <= ornaments.LARGEST_NUMBER:
        raise Http404
    draw = ornaments.cover_svg if cover else ornaments.stamp_svg
    return HttpResponse(draw(number), content_type="image/svg+xml")
