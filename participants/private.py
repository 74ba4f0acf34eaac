"""Pages without a cookie: personal ones, told to nobody, and forms of anybody."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from . import links
from .models import Registration

View = Callable[..., HttpResponseBase]


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
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except Gone:
            response = render(request, "participants/gone.html", status=410)
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        response["X-Robots-Tag"] = "noindex"
        return response

    return guarded


def show_personal(
    request: HttpRequest,
    page: str,
    mine: Registration,
    context: Mapping[str, object],
    status: int = 200,
) -> HttpResponse:
    """Render a personal page; its template finds ``registration`` and ``token``."""
    own = {"registration": mine, "session": mine.session, "token": mine.token}
    return render(
        request, f"participants/{page}.html", {**context, **own}, status=status
    )


def find_by_token(token: str, *, to_show: bool = True) -> Registration:
    """Find the registration of a link: 404 if we never signed it, 410 if it is dead.

    Who only hands it on to a service, which reads it again, wants nothing ``to_show``.
    """
    signed = links.read_token(token)
    if signed is None:
        raise Http404
    pk, epoch = signed
    rows = Registration.objects.all()
    if to_show:
        rows = rows.select_related("session", "participant", "delegation")
    mine = rows.filter(pk=pk, epoch=epoch).first()
    if mine is None:
        raise Gone
    return mine


def from_here_only(view: View) -> View:
    """Refuse what a page of another site posts, without a cookie and its token.

    For forms that anybody may send and that no cookie opens: a forged request gains
    nothing that its author could not send by himself, so what is left is to keep
    other sites from sending in their readers' name. Browsers say where a post comes
    from in ``Sec-Fetch-Site``, older ones in ``Origin``, neither of which a page can
    forge. What says neither is no browser.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and not _is_from_here(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def _is_from_here(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    own = f"{request.scheme}://{request.get_host()}"
    return origin is None or origin in {own, *settings.CSRF_TRUSTED_ORIGINS}
