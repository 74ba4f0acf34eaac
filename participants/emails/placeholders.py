"""Placeholders of messages: a fixed list of names, filled in and never evaluated.

A text is parted once into what staff wrote and the names in braces; a value that looks
like a placeholder is put in as it is and never read again.
"""

import re
import secrets
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.translation import gettext_lazy

from sessions.templatetags.sessions import markdown, session_dates, session_place

from .. import links
from ..models import Registration
from .facts import Hours, moment_in

NAMES: dict[str, Promise] = {
    "name": gettext_lazy("Given name and family name"),
    "form_of_address": gettext_lazy("Form of address"),
    "family_name": gettext_lazy("Family name"),
    "given_name": gettext_lazy("Given name"),
    "delegation": gettext_lazy("Delegation or organization"),
    "session": gettext_lazy("Title of the session"),
    "dates": gettext_lazy("Days of the session"),
    "begins": gettext_lazy("When the programme begins"),
    "place": gettext_lazy("Venue and city"),
    "state": gettext_lazy("State of the registration"),
    "mode": gettext_lazy("Mode of participation"),
    "link": gettext_lazy("Personal link: see, change or cancel"),
    "cancel_link": gettext_lazy("Personal link: I cannot come"),
}
LINKS = {"link": links.PLACEHOLDER, "cancel_link": links.CANCEL_PLACEHOLDER}

_IN_BRACES = re.compile(r"\{([^{}]*)\}")
_TARGET = re.compile(r'href="[^"]*?q[0-9a-f]{16}x(\w+?)xq')


def unknown_in(text: str) -> list[str]:
    """Name what stands in braces and is no placeholder."""
    return [name for name in _IN_BRACES.findall(text) if name not in NAMES]


def wrong_targets(text: str) -> list[str]:
    """Name placeholders that are the target of a link and hold no address of ours."""
    html = Form(text).html
    return [name for name in _TARGET.findall(html) if name not in LINKS]


class Form:
    """A text with gaps: as typed, and as HTML made from its Markdown."""

    def __init__(self, text: str) -> None:
        mark = secrets.token_hex(8)  # nobody can type it
        marked = _IN_BRACES.sub(rf"q{mark}x\1xq", text)
        self.text = marked
        self.html = str(markdown(marked))
        self._gap = re.compile(rf"q{mark}x(\w+?)xq")

    def fill_text(self, values: Mapping[str, str]) -> str:
        return self._gap.sub(lambda gap: values[gap[1]], self.text)

    def fill_html(self, values: Mapping[str, str]) -> str:
        return self._gap.sub(lambda gap: escape(values[gap[1]]), self.html)


def values_of(registration: Registration, hours: Hours) -> dict[str, str]:
    """Return what fills the gaps for one registration, in the active language."""
    session = registration.session
    begins = moment_in(hours.begins, session.time_zone) if hours.begins else ""
    return {
        "name": registration.full_name,
        "form_of_address": registration.get_form_of_address_display(),
        "family_name": registration.family_name,
        "given_name": registration.given_name,
        "delegation": str(registration.delegation or registration.organisation),
        "session": session.title,
        "dates": session_dates(session),
        "begins": begins or session_dates(session),
        "place": session_place(session),
        "state": registration.get_status_display(),
        "mode": registration.get_mode_display(),
        **LINKS,
    }
