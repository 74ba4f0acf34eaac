"""Personal pages: kept by nobody, told to nobody."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponse]


class Gone(Exception):  # noqa: N818 (it names a page, as Http404 does)
    """A link that once was good: replaced, expired or erased."""


def private(view: View) -> View:
    """Keep a page out of caches, referrers and search engines; answer 410 to Gone.

    No cookie opens these pages: the address itself is the key, and nobody who does
    not know it can forge a request. So they need no CSRF token, and could not have
    one: without a referrer browsers send ``Origin: null``, which Django refuses.
    """

    @csrf_exempt
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Gone:
            response = render(request, "participants/gone.html", status=410)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex"
        return response

    return guarded
