"""What every page needs: the six languages and where this page is in each of them."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language_bidi


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the language switch and the writing direction for base.html.

    The switch keeps the query, ``page`` does not: filters make no pages of their own.
    """
    path, mark, query = request.get_full_path().partition("?")
    return {
        "dir": "rtl" if get_language_bidi() else "ltr",
        "site_url": settings.SITE_URL,
        "canonical": settings.SITE_URL + path,
        "languages": [
            {
                "code": code,
                "name": name,
                "dir": "rtl" if code == "ar" else "ltr",
                "page": page,
                "url": page + mark + query,
            }
            for code, name in settings.LANGUAGES
            for page in [in_language(path, code)]
        ],
    }


def in_language(path: str, code: str) -> str:
    """Return where a page is in another language: only the first part differs."""
    first, slash, rest = path.removeprefix("/").partition("/")
    if first not in dict(settings.LANGUAGES):
        return path
    return f"/{code}{slash}{rest}"
