"""Public pages of the sessions."""

from collections.abc import Mapping
from datetime import date
from itertools import groupby
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from django.core.files import File
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.fields.files import FieldFile
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from . import ornaments
from .figures import Series
from .models import (
    PICTURE_TYPES,
    Appearance,
    Document,
    Session,
    Speaker,
    Theme,
)
from .preview import shared_with
from .public_page import PREVIEW, public_page
from .search import LONGEST_QUESTION, UNSTATED, Search, by_name, find_people, themes_of
from .session_page import (
    appearances_of,
    nearby,
    parts_of,
    programme_of,
    reported_of,
    visible_session,
)


@require_safe
@public_page()
def home(request: HttpRequest) -> HttpResponse:
    sessions = list(Session.objects.public().prefetch_related("reported_attendances"))
    past = [s for s in sessions if s.is_over]
    coming = [s for s in reversed(sessions) if not s.is_over]
    dated = sorted((s for s in coming if s.starts_on), key=_first_day)
    featured = next(
        (s for s in [*dated, *past] if s.status == Session.Status.PUBLISHED), None
    )
    undated = [s for s in coming if not s.starts_on]
    context = {
        "featured": featured,
        "is_next": featured in coming,
        "later": [s for s in [*dated, *undated] if s != featured],
        "series": [s for s in reversed(past) if not s.is_demonstration],
        "recent": [s for s in past if s != featured][:3],
        "figures": Series(sessions),
    }
    return render(request, "sessions/home.html", context)


def _first_day(session: Session) -> date:
    return session.starts_on or date.max


@require_safe
@public_page("q", "theme", "year", "mode")
def session_list(request: HttpRequest) -> HttpResponse:
    sessions = list(Session.objects.public().prefetch_related("themes"))
    search = Search(sessions, request.GET.dict())
    found = search.results()
    coming = [s for s in reversed(found) if not s.is_over]
    context = {
        "search": search,
        "filters": _filters(search, themes_of(sessions)),
        "found": found,
        "longest_question": LONGEST_QUESTION,
        "upcoming": sorted(coming, key=_first_day),
        "past": [s for s in found if s.is_over],
    }
    return render(request, "sessions/list.html", context)


def _filters(search: Search, themes: dict[str, Theme]) -> list[dict[str, Any]]:
    """Say how the filters and their values read, and in which order."""
    years = {choice.value: choice.value for choice in search.choices("year")}
    modes = dict(Session.Mode.choices) | {UNSTATED: _("Not stated")}
    return [
        _filter(search, "theme", _("Theme"), themes),
        _filter(search, "year", _("Year"), years),
        _filter(search, "mode", _("Mode of participation"), modes),
    ]


def _filter(
    search: Search, name: str, label: str, values: Mapping[str, Any]
) -> dict[str, Any]:
    left = {choice.value: choice for choice in search.choices(name)}
    choices = [(left[value], text) for value, text in values.items() if value in left]
    return {
        "name": name,
        "label": label,
        "all": search.without(name),
        "choices": choices,
    }


@require_safe
@public_page()
def theme_list(request: HttpRequest) -> HttpResponse:
    public = Prefetch("sessions", Session.objects.public(), to_attr="public")
    themes = [t for t in Theme.objects.prefetch_related(public) if t.public]
    context = {"themes": sorted(themes, key=by_name)}
    return render(request, "sessions/themes.html", context)


@require_safe
@public_page()
def theme_detail(request: HttpRequest, slug: str) -> HttpResponse:
    theme = get_object_or_404(Theme, slug=slug)
    sessions = list(Session.objects.public().filter(themes=theme))
    if not sessions:
        raise Http404
    context = {"theme": theme, "sessions": sessions}
    return render(request, "sessions/theme.html", context)


@require_safe
@public_page("q")
def speaker_list(request: HttpRequest) -> HttpResponse:
    """List who stood on the podium of a public session, by name as it is typed."""
    words = request.GET.get("q", "").strip()[:LONGEST_QUESTION]
    people = find_people(Appearance.objects.in_public(), words)
    context = {
        "words": words,
        "people": people,
        "longest_question": LONGEST_QUESTION,
    }
    return render(request, "sessions/speakers.html", context)


@require_safe
@public_page()
def speaker_detail(request: HttpRequest, pk: int) -> HttpResponse:
    people = Speaker.objects.filter(pk=pk)  # which knows numbers beyond any column
    appearances = list(
        Appearance.objects.in_public()
        .filter(speaker__in=people)
        .select_related("agenda_item")
    )
    if not appearances:
        raise Http404
    by_session = groupby(appearances, key=lambda appearance: appearance.session)
    context = {
        "speaker": appearances[0].speaker,
        "latest": appearances[0],
        "sessions": [(session, list(group)) for session, group in by_session],
    }
    return render(request, "sessions/speaker.html", context)


@require_safe
@public_page()
def figures(request: HttpRequest) -> HttpResponse:
    sessions = list(Session.objects.public().prefetch_related("reported_attendances"))
    series = Series(sessions)
    modes = dict(Session.Mode.choices) | {"": _("Not stated")}
    context = {
        "figures": series,
        "modes": [(modes[m], series.modes[m]) for m in modes if m in series.modes],
        "sessions": sessions,
    }
    return render(request, "sessions/figures.html", context)


@require_safe
@public_page()
def session_detail(request: HttpRequest, slug: str) -> HttpResponse:
    session = visible_session(slug, drafts=_opens_draft(request, slug))
    if session is None:
        raise Http404
    parts = parts_of(session)
    appearances = appearances_of(session)
    neighbours, related = nearby(session)
    is_draft = session.status == Session.Status.DRAFT
    context = {
        "session": session,
        "state": session.registration_state(),
        "parts": parts,
        "appearances": appearances,
        "people": appearances.get(None),
        "programme": programme_of(session),
        "reported": reported_of(parts),
        "is_public": not is_draft,
        "preview": f"{_preview(request)}&" if is_draft else "",
        "papers": f"?{_preview(request)}" if is_draft else "",
        "is_shared": bool(request.GET.get(PREVIEW)),
        "neighbours": neighbours,
        "related": related,
    }
    return render(request, "sessions/detail.html", context)


def _preview(request: HttpRequest) -> str:
    """Return the query that opens what hangs on a draft as it opened the draft."""
    token = request.GET.get(PREVIEW, "")
    return f"{PREVIEW}={quote(token)}" if token else PREVIEW


def _sees_drafts(request: HttpRequest) -> bool:
    """Tell whether staff who edit sessions look; ask nothing of anybody else."""
    return PREVIEW in request.GET and request.user.has_perm(
        "conversation.change_session"
    )


def _visible_sessions(request: HttpRequest) -> QuerySet[Session]:
    """Add drafts to the public sessions: all for staff, one for who has its link."""
    if _sees_drafts(request):
        return Session.objects.all()
    shared = shared_with(request.GET.get(PREVIEW, ""))
    if shared is None:
        return Session.objects.public()
    return Session.objects.filter(~Q(status=Session.Status.DRAFT) | shared)


def _opens_draft(request: HttpRequest, slug: str) -> bool:
    return (
        PREVIEW in request.GET
        and _visible_sessions(request)
        .filter(slug=slug, status=Session.Status.DRAFT)
        .exists()
    )


@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponseBase:
    papers = Document.objects.filter(session__in=_visible_sessions(request))
    if not _sees_drafts(request):
        papers = papers.released()
    paper = get_object_or_404(papers, pk=pk)
    if paper.url:
        return redirect(paper.url)
    response = FileResponse(
        _open(paper.file), as_attachment=True, filename=paper.download_name
    )
    if PREVIEW in request.GET:
        response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def cover(request: HttpRequest, pk: int) -> HttpResponseBase:
    sessions = _visible_sessions(request)
    return _picture(request, get_object_or_404(sessions.only("cover"), pk=pk).cover)


@require_safe
def photo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send the photo of a speaker; who is in drafts alone is not public yet."""
    speakers = Speaker.objects.all()
    if not _sees_drafts(request):
        sessions = _visible_sessions(request).filter(
            appearances__speaker=OuterRef("pk")
        )
        speakers = speakers.filter(Exists(sessions))
    return _picture(request, get_object_or_404(speakers.only("photo"), pk=pk).photo)


def _picture(request: HttpRequest, file: FieldFile) -> HttpResponseBase:
    """Send a picture; pages name its file in the query, so a new one shows at once."""
    content_type = PICTURE_TYPES.get(PurePosixPath(file.name or "").suffix[1:].lower())
    if content_type is None:
        raise Http404
    response = FileResponse(_open(file), content_type=content_type)
    response["Cache-Control"] = (
        "private, no-store" if PREVIEW in request.GET else "public, max-age=86400"
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
    if number < 1:
        raise Http404
    draw = ornaments.cover_svg if cover else ornaments.stamp_svg
    return HttpResponse(draw(number), content_type="image/svg+xml")
