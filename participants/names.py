"""Names for the suggestions of the form, asked for by its script alone."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from sessions import countries as known

from .exports.list_of_participants import printed_heading
from .models import Delegation, Organisation

HOUR, MINUTE = 3600, 60  # seconds
MOST = 2000  # suggestions; beyond that nobody reads them

Answer = dict[str, Any]


def _suggestions(seconds: int) -> Callable[[Callable[[], Answer]], Any]:
    """Serve what a function returns as JSON that anybody may keep for so long."""

    def declare(collect: Callable[[], Answer]) -> Any:
        @require_safe
        @gzip_page
        @cache_control(public=True, max_age=seconds)
        @wraps(collect)
        def view(request: HttpRequest) -> JsonResponse:
            return JsonResponse(collect(), json_dumps_params={"ensure_ascii": False})

        return view

    return declare


@_suggestions(HOUR)
def countries() -> Answer:
    """List the names of every country in all six languages."""
    rows = known.countries().values()
    return {"names": {row.code: [*dict.fromkeys(row.names.values())] for row in rows}}


@_suggestions(MINUTE)
def delegations() -> Answer:
    """List the names of every delegation in all languages, and its printed heading."""
    rows = list(Delegation.objects.all())
    return {
        "names": {row.pk: row.all_names for row in rows},
        "headings": {row.pk: printed_heading(row) for row in rows},
    }


@_suggestions(MINUTE)
def organisations() -> Answer:
    """List what staff suggest."""
    return {"list": [*Organisation.objects.values_list("name", flat=True)[:MOST]]}
