"""What belongs to the site as a whole: the root, health, notices, sitemap, errors."""

import sys
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import (
    get_language,
    get_language_from_request,
    override,
)
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sessions.models import Appearance, Session, Theme
from sessions.public_page import public_page

from .privacy_notice import own_notice

RETRY_AFTER = "30"  # seconds until the database may be there again


@require_safe
@never_cache
def choose_language(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(f"/{get_language_from_request(request)}/")


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer while the process can; asks nothing of anybody."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database is there and its migrations are complete."""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return HttpResponse("no database", status=503, content_type="text/plain")
    if missing:
        return HttpResponse("migrations missing", status=503, content_type="text/plain")
    return HttpResponse("ready", content_type="text/plain")


@require_safe
@public_page()
def privacy(request: HttpRequest) -> HttpResponse:
    notice = own_notice(get_language() or "")
    context = {
        "notice": notice,
        "is_fallback": notice and notice.language != get_language(),
        "version": settings.PRIVACY_NOTICE_VERSION,
        "contact": settings.PRIVACY_CONTACT,
        "months": settings.RETENTION_MONTHS,
    }
    return render(request, "privacy.html", context)


@require_safe
@public_page()
def accessibility(request: HttpRequest) -> HttpResponse:
    context = {"contact": settings.PRIVACY_CONTACT}
    return render(request, "accessibility.html", context)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Keep robots out of the admin and of what is somebody's own."""
    closed = [
        "/account/",
        "/admin/",
        *(f"/{code}/registrations/" for code, _n in settings.LANGUAGES),
    ]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    lines += ["", f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """List every public page, each beside its other languages; nothing invented."""
    names = list(_public_pages())
    in_language = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            in_language[code] = [
                settings.SITE_URL + reverse(name, args=args) for name, *args in names
            ]
    pages = [
        dict(zip(in_language, urls, strict=True))
        for urls in zip(*in_language.values(), strict=True)
    ]
    return render(
        request, "sitemap.xml", {"pages": pages}, content_type="application/xml"
    )


def _public_pages() -> Iterator[tuple[Any, ...]]:
    """Yield the name and the arguments of the pages that a sitemap holds."""
    for name in ["home", "list", "themes", "speakers", "figures", "api"]:
        yield (f"sessions:{name}",)
    yield from [("accessibility",), ("privacy",)]
    sessions = Session.objects.public().filter(is_demonstration=False)
    for slug in sessions.values_list("slug", flat=True):
        yield "sessions:detail", slug
    themes = Theme.objects.filter(sessions__in=sessions).order_by("slug").distinct()
    for slug in themes.values_list("slug", flat=True):
        yield "sessions:theme", slug
    people = Appearance.objects.filter(session__in=sessions).order_by("speaker")
    for pk in people.values_list("speaker", flat=True).distinct():
        yield "sessions:speaker", pk


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _failed(request, 400)


def permission_denied(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return render(request, "errors/403.html", status=403)


def too_many_requests(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _failed(request, 429)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "errors/403.html", status=403)


def page_not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _failed(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500; where the fault is the database's, 503: it will be there again."""
    if not isinstance(sys.exception(), OperationalError):
        return _failed(request, 500)
    response = _failed(request, 503)
    response["Retry-After"] = RETRY_AFTER
    return response


def _failed(request: HttpRequest, status: int) -> HttpResponse:
    """Answer with the page of an error, or to a script that asked the API in JSON."""
    if request.path.startswith("/api/"):
        problem = {"detail": HTTPStatus(status).phrase}
        readable = {"Access-Control-Allow-Origin": "*"}  # by scripts of other sites
        return JsonResponse(problem, status=status, headers=readable)
    return render(request, f"errors/{status}.html", status=status)
