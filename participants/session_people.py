"""What the form of a session is told of its people: how many, and their pages."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from sessions.models import Session
from sessions.told import Page, Teller

from .models import Message, Registration

TITLES = {
    Message.Kind.POSTPONED: _("Postpone the session"),
    Message.Kind.MOVED: _("Move the session to other days"),
    Message.Kind.VENUE: _("Change the venue"),
    Message.Kind.CANCELLED: _("Cancel the session"),
}


def _count(session: Session) -> int:
    return Registration.objects.live().filter(session=session).count()


def _page(session: Session, kind: str) -> Page:
    name = "admin:participants_message_change_session"
    title = str(TITLES[Message.Kind(kind)])
    return Page(title, reverse(name, args=[session.pk, kind]))


TELLER = Teller(_count, _page)
