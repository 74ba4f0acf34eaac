"""Changes that people must be told of: the form of a session leaves them to their page.

Who registers is none of our business here. The app that knows the people of a session
says so when it is ready: how many they are, and which page changes the session and
mails them in one go.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import ngettext

from .models import Session

CANCELLED, POSTPONED, MOVED, VENUE = "cancelled", "postponed", "moved", "venue"


class Page(NamedTuple):
    """Where one kind of change is made."""

    title: str
    url: str


class Teller(NamedTuple):
    """Who knows the people of a session, and tells them."""

    count: Callable[[Session], int]
    page: Callable[[Session, str], Page]


tellers: list[Teller] = []


def refusals(session: Session, new: dict[str, Any]) -> dict[str, list[ValidationError]]:
    """Say of each new value that people must be told of where it is to be changed.

    ``session`` is locked and as stored. While nobody is registered, and once it is
    cancelled or over, everything may be changed.
    """
    changes = _changes(session, new)
    if not changes or session.status == Session.Status.CANCELLED or session.is_over:
        return {}
    people = [(teller, teller.count(session)) for teller in tellers]
    return {
        name: [
            _refusal(teller.page(session, kind), count)
            for teller, count in people
            if count
        ]
        for name, kind in changes.items()
    }


def _changes(session: Session, new: dict[str, Any]) -> dict[str, str]:
    """Name the fields that become another, each with the kind of change it is.

    The venue is judged by its English name: a translation moves nobody.
    """
    first = new.get("starts_on", session.starts_on)
    moved = MOVED if first else POSTPONED
    kinds = {"starts_on": moved, "ends_on": moved, "venue_en": VENUE, "city_en": VENUE}
    if new.get("status") == Session.Status.CANCELLED:
        kinds["status"] = CANCELLED
    return {
        name: kind
        for name, kind in kinds.items()
        if name in new and (new[name] or "") != (getattr(session, name) or "")
    }


def _refusal(page: Page, count: int) -> ValidationError:
    words = ngettext(
        "%(n)s person is registered and must be told. Make this change on its page:",
        "%(n)s people are registered and must be told. Make this change on its page:",
        count,
    )
    text = format_html(
        '{} <a href="{}">{}</a>', words % {"n": count}, page.url, page.title
    )
    return ValidationError(text, code="told")
