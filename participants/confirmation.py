"""The page that tells whoever holds a letter of confirmation whether it is genuine."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from . import links
from .exports.confirmation_letter import (
    can_have_letter,
    initials,
    letter_code,
)
from .models import Registration


@never_cache
@require_safe
def genuine(request: HttpRequest, code: str) -> HttpResponse:
    """Say whether a letter is genuine: session, days, initials, and nothing more."""
    found = _by_code(code)
    context: dict[str, object] = {"is_genuine": found is not None}
    if found is not None:
        context |= {"session": found.session, "initials": initials(found)}
    status = 200 if found else 404
    response = render(request, "participants/genuine.html", context, status=status)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def _by_code(code: str) -> Registration | None:
    """Find the registration of a letter that still holds."""
    pk = links.read_letter_code(code)
    if pk is None:
        return None
    rows = Registration.objects.select_related("session")
    found = rows.filter(pk=pk).first()
    if found is None or not constant_time_compare(letter_code(found), code.upper()):
        return None
    return found if can_have_letter(found) else None
