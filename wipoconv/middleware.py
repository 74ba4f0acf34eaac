"""Middleware that belongs to no app."""

from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language_from_request, override

from .views import bad_request

Handler = Callable[[HttpRequest], HttpResponse]


def refuse_unreadable_input(get_response: Handler) -> Handler:
    """Answer 400 to a path or query that holds NUL or is not UTF-8.

    PostgreSQL refuses NUL in text with an error that would become a 500, SQLite
    stores it; so neither ever sees one. Bodies are judged by the forms.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        raw = request.META.get("QUERY_STRING", "")
        if _is_readable(raw) and "\0" not in request.path:
            return get_response(request)
        with override(get_language_from_request(request, check_path=True)):
            return bad_request(request)

    return middleware


def _is_readable(query: str) -> bool:
    try:
        return "\0" not in unquote_to_bytes(query).decode()
    except UnicodeDecodeError:
        return False
