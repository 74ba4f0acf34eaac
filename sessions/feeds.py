"""What calendars and feed readers subscribe to."""

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from .calendar import page_url, plain, shown_title, write_calendar
from .models import AgendaItem, Session
from .public_page import public_page


@require_safe
@conditional_page
@public_page("programme")
def series_ics(request: HttpRequest) -> HttpResponse:
    """Send the calendar of all sessions; with ``?programme`` also every item."""
    return _calendar(request, Session.objects.public(), name=series_name())


@require_safe
@conditional_page
@public_page("programme")
def session_ics(request: HttpRequest, slug: str) -> HttpResponse:
    """Send one session; 404 while its days are not known."""
    sessions = Session.objects.public().filter(slug=slug)
    response = _calendar(request, sessions)
    response["Content-Disposition"] = f'attachment; filename="{slug}.ics"'
    return response


def series_name() -> str:
    """Name the whole series in the active language."""
    return _("WIPO Conversation on Intellectual Property and Frontier Technologies")


def _calendar(
    request: HttpRequest, sessions: QuerySet[Session], *, name: str = ""
) -> HttpResponse:
    with_programme = "programme" in request.GET
    sessions = sessions.filter(starts_on__isnull=False).order_by("number")
    if with_programme:
        items = Prefetch("agenda_items", AgendaItem.objects.as_programme())
        sessions = sessions.prefetch_related(items)
    if not name and not sessions:
        raise Http404
    return HttpResponse(
        write_calendar(sessions, with_programme=with_programme, name=name),
        content_type="text/calendar; charset=utf-8",
    )


class SessionFeed(Feed):
    """Sessions as Atom, the newest first; a cancelled one says so.

    Without a language of its own it takes the active one.
    """

    feed_type = Atom1Feed

    def title(self) -> str:
        return series_name()

    author_name = title

    def link(self) -> str:
        return f"{settings.SITE_URL}{reverse('sessions:list')}"

    def feed_url(self) -> str:
        return f"{settings.SITE_URL}{reverse('sessions:feed')}"

    def feed_guid(self) -> str:
        return _name("sessions")

    def items(self) -> QuerySet[Session]:
        return Session.objects.public()

    def item_title(self, item: Session) -> str:
        return shown_title(item)

    def item_description(self, item: Session) -> str:
        return plain(render_to_string("sessions/feed_entry.html", {"session": item}))

    def item_link(self, item: Session) -> str:
        return page_url(item)

    def item_guid(self, item: Session) -> str:
        return _name(f"session-{item.number}")

    def item_updateddate(self, item: Session) -> datetime:
        return item.updated_at


def _name(what: str) -> str:
    """Name something for ever, whatever its address becomes, in the active language."""
    host = urlsplit(settings.SITE_URL).hostname
    return f"tag:{host},2026:{what}:{get_language()}"


_atom = SessionFeed()


@require_safe
@conditional_page
@public_page()
def feed(request: HttpRequest) -> HttpResponse:
    """Send the feed of all sessions."""
    return _atom(request)
