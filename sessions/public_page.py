"""What makes a page public: the same for everybody, and until when it holds."""

from collections.abc import Callable, Iterator
from contextvars import ContextVar
from datetime import datetime, time, timedelta
from functools import wraps
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Min, Q
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers, patch_cache_control

from .models import AgendaItem, Document, Session

View = TypeVar("View", bound=Callable[..., HttpResponse])

PREVIEW = "preview"  # the parameter that shows staff what is not public

# In a form that is kept: where the value belongs that each reader gets anew, and what
# says in the WSGI environment that who asks will put it in.
PUT_IN_HERE = "put-in-when-sent"
PUTS_IN = "wipoconv.puts_in"

# Whether the page that this thread makes says how many places are left. Who shows
# places sets it; the page is then kept for seconds only.
shows_places: ContextVar[bool] = ContextVar("shows_places", default=False)


def public_page(*parameters: str) -> Callable[[View], View]:
    """Declare that a page is the same for everybody who asks in one language.

    Nothing of the request may change it but its path and these parameters of its
    query: what else somebody sends never reaches the view, see wipoconv.page_cache.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def page(request: HttpRequest, **path: Any) -> HttpResponse:
            response = view(request, **path)
            if PREVIEW in request.GET:
                add_never_cache_headers(response)
                response["X-Robots-Tag"] = "noindex"
            elif response.status_code == 200:  # noqa: PLR2004 (HTTP's OK)
                patch_cache_control(
                    response,
                    public=True,
                    max_age=0,
                    s_maxage=5,
                    stale_while_revalidate=10,
                )
            return response

        page.__dict__["public_parameters"] = frozenset(parameters)
        return cast("View", page)

    return declare


def public_form(put_in: Callable[[], str]) -> Callable[[View], View]:
    """Declare that a form nobody has filled in is alike for all who read one language.

    Its view writes PUT_IN_HERE where a value belongs that each reader gets anew, near
    the end of the page, and reads nothing else of a GET but its path. The page cache
    keeps the form without the value; readers and their caches keep nothing.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def form(request: HttpRequest, **path: Any) -> HttpResponse:
            response = view(request, **path)
            if request.method != "POST" and PUTS_IN not in request.META:
                head, found, tail = response.content.rpartition(PUT_IN_HERE.encode())
                if found:
                    response.content = head + put_in().encode() + tail
            return response

        form.__dict__.update(public_parameters=frozenset(), put_in=put_in)
        return cast("View", form)

    return declare


def next_boundary(now: datetime) -> datetime:
    """Return when public pages will next say something else though nobody edits them.

    That is when registration opens or closes, at an access deadline, when an item
    of a programme starts or ends, a paper becomes public, and at midnight anywhere.
    """
    sessions, items = Session.objects.public(), AgendaItem.objects.all()
    columns = ["registration_opens_at", "registration_closes_at", "access_deadline_at"]
    moments: list[datetime | None] = [
        *sessions.aggregate(**_next(columns, now)).values(),
        *items.aggregate(**_next(["starts_at", "ends_at"], now)).values(),
        *Document.objects.aggregate(**_next(["public_from"], now)).values(),
    ]
    return min([*filter(None, moments), *_midnights(now)])


def _next(columns: list[str], now: datetime) -> dict[str, Min]:
    return {f"next_{n}": Min(n, filter=Q(**{f"{n}__gt": now})) for n in columns}


def _midnights(now: datetime) -> Iterator[datetime]:
    """Yield the next midnight in every zone in which pages say what day it is."""
    zones = Session.objects.public().order_by().values_list("time_zone", flat=True)
    for name in {settings.TIME_ZONE, *zones.distinct()}:
        zone = ZoneInfo(name)
        tomorrow = now.astimezone(zone).date() + timedelta(days=1)
        yield datetime.combine(tomorrow, time.min, tzinfo=zone)
