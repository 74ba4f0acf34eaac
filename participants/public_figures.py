"""The figures of one session that staff made public, small numbers folded."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from sessions.models import Session
from sessions.public_page import public_page, shows_places

from . import pictures, stats


@require_safe
@public_page()
def session_figures(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the public tables; there is no page where none is public."""
    session = get_object_or_404(Session.objects.public(), slug=slug)
    shows_places.set(True)  # who registers does not raise the version of the content
    public = set(session.public_tables.values_list("table", flat=True))
    if not public:
        raise Http404
    threshold = settings.SMALL_NUMBERS_BELOW
    tables = [
        stats.folded(stats.make_table(name, session), threshold)
        for name in stats.TABLES
        if name in public
    ]
    context = {
        "session": session,
        "threshold": threshold,
        "tables": [pictures.table_picture(t, with_links=False) for t in tables if t],
    }
    return render(request, "participants/figures.html", context)
