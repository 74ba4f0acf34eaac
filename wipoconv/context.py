"""What every page needs: the six languages and where this page is in each of them."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language_bidi


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the language switch and the writing direction for base.html."""
    path = request.get_full_path()
    return {
        "dir": "rtl" if get_language_bidi() else "ltr",
        "site_url": settings.SITE_URL,
        "languages": [
            {
                "code": code,
                "name": name,
                "dir": "rtl" if code == "ar" else "ltr",
                "url": translate_url(path, code),
            }
            for code, name in settings.LANGUAGES
        ],
    }
