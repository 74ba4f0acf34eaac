"""The addresses of the API."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from ninja import Path, Query
from ninja.errors import ValidationError

from ..figures import Series
from ..models import (
    AgendaItem,
    Appearance,
    Document,
    Session,
    Speaker,
    Theme,
)
from ..search import UNSTATED, Search
from . import rows, schemas
from .public import OwnDocs, PublicAPI, Renderer
from .rows import Object

DESCRIPTION = """\
The sessions of the Conversation, their programmes, themes, speakers and reported
figures: what the pages of this site show. Read only, without a key, also for scripts
of other sites. Times are ISO 8601 with their offset. Parameters that are not described
here are ignored. Answers have an ETag: send it back in If-None-Match, and what has not
changed is answered by 304 without a body. New fields may come at any time; a change
that could break a script comes under another address than v1."""

api = PublicAPI(
    title="WIPO Conversation",
    version="1",
    description=DESCRIPTION,
    docs=OwnDocs(),
    servers=[{"url": settings.SITE_URL}],
    urls_namespace="api",
    renderer=Renderer(),
)

Number = Annotated[int, Path(ge=1, le=schemas.LARGEST_NUMBER, example=9)]
UNREADABLE = {400: schemas.Problem, 422: schemas.Problem}
NOT_FOUND = {404: schemas.Problem}


@api.exception_handler(ValidationError)
def refuse(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Say in one sentence a parameter what is wrong with it."""
    problems = [f"{problem['loc'][-1]}: {problem['msg']}" for problem in error.errors]
    return api.create_response(request, {"detail": "; ".join(problems)}, status=422)


@api.get("/", include_in_schema=False)
def start(request: HttpRequest) -> HttpResponse:
    """Lead to the description."""
    return redirect("sessions:api")


@api.get("/sessions", response={200: schemas.Sessions} | UNREADABLE, tags=["Sessions"])
def sessions(request: HttpRequest, asked: Query[schemas.AskedSessions]) -> Object:
    """List sessions, the newest first. Cancelled ones are there and say so."""
    public = Session.objects.public().prefetch_related("themes")
    filters = asked.dict(include={"q", "theme", "year", "mode"}, exclude_none=True)
    search = Search([*public], {name: str(value) for name, value in filters.items()})
    return {"lang": asked.lang} | _page(search.results(), asked, rows.session_brief)


@api.get(
    "/sessions/{number}",
    response={200: schemas.SessionAnswer} | UNREADABLE | NOT_FOUND,
    tags=["Sessions"],
)
def session(
    request: HttpRequest, number: Number, asked: Query[schemas.Asked]
) -> Object:
    """Give one session with topics, podium, documents and sources."""
    found = get_object_or_404(_with_parts(Session.objects.public()), number=number)
    return {"lang": asked.lang, "session": rows.session_full(found)}


def _with_parts(sessions: QuerySet[Session]) -> QuerySet[Session]:
    documents = Prefetch("documents", queryset=Document.objects.released())
    return sessions.prefetch_related("themes", "topics", documents, "sources")


@api.get(
    "/sessions/{number}/programme",
    response={200: schemas.Programme} | UNREADABLE | NOT_FOUND,
    tags=["Sessions"],
)
def programme(
    request: HttpRequest, number: Number, asked: Query[schemas.Asked]
) -> Object:
    """Give the whole programme of one session; it may be empty."""
    found = get_object_or_404(Session.objects.public(), number=number)
    items = AgendaItem.objects.filter(session=found).as_programme()
    return {
        "lang": asked.lang,
        "session": found.number,
        "time_zone": found.time_zone,
        "items": [rows.programme_item(item, found.zone) for item in items],
    }


@api.get("/themes", response={200: schemas.Themes} | UNREADABLE, tags=["Series"])
def themes(request: HttpRequest, asked: Query[schemas.AskedList]) -> Object:
    """List the themes that sessions took up, by their slug."""
    public = Session.objects.public()
    found = (
        Theme.objects.filter(Exists(public.filter(themes=OuterRef("pk"))))
        .prefetch_related(Prefetch("sessions", public))
        .order_by("slug")
    )
    return {"lang": asked.lang} | _page(found, asked, rows.theme_of_sessions)


@api.get("/speakers", response={200: schemas.Speakers} | UNREADABLE, tags=["Series"])
def speakers(request: HttpRequest, asked: Query[schemas.AskedList]) -> Object:
    """List who appeared at sessions, by name, with every appearance."""
    public = Appearance.objects.in_public()
    found = (
        Speaker.objects.filter(Exists(public.filter(speaker=OuterRef("pk"))))
        .prefetch_related(Prefetch("appearances", public))
        .order_by("name", "pk")
    )
    return {"lang": asked.lang} | _page(found, asked, rows.speaker_object)


@api.get("/figures", response={200: schemas.Figures} | UNREADABLE, tags=["Series"])
def figures(request: HttpRequest, asked: Query[schemas.AskedPage]) -> Object:
    """List figures of attendance as sources report them; they cannot be added up."""
    public = Session.objects.public().prefetch_related("reported_attendances")
    series = Series(public)
    reported = [
        figure for one in series.sessions for figure in one.reported_attendances.all()
    ]
    modes = {mode or UNSTATED: count for mode, count in series.modes.items()}
    held = {"sessions": len(series.sessions), "since": series.since, "modes": modes}
    return {"held": held} | _page(reported, asked, rows.figure)


def _page(
    found: Sequence[Any] | QuerySet[Any],
    asked: schemas.AskedPage,
    read: Callable[[Any], Object],
) -> Object:
    end = asked.offset + asked.limit
    return {
        "total": found.count() if isinstance(found, QuerySet) else len(found),
        "limit": asked.limit,
        "offset": asked.offset,
        "items": [read(row) for row in found[asked.offset : end]],
    }
