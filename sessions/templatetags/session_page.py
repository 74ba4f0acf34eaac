"""The lists of a session's page as HTML: its programme, people, papers.

Each is one function that joins strings, since a template rendered for every line took
a third of the time of the page. Whatever comes from a row passes ``escape``.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from html import escape
from typing import Any
from urllib.parse import quote

from django import template
from django.conf import settings
from django.db.models import TextChoices
from django.template.defaultfilters import capfirst
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..models import AgendaItem, Appearance, Document
from ..prepared import Rows
from ..shown import Reader, Row, marked
from .sessions import weekday

register = template.Library()

DOT = "&nbsp;· "
BREAK = "<br>\n"
PAUSE = ' class="pause"'
CURRENT = ' aria-current="time"'


@register.simple_tag
def programme(
    days: Iterable[Any], appearances: dict[int | None, Rows], *, is_public: bool
) -> SafeString:
    """Write the programme by day; where pages are public, speakers are linked."""
    writer = Writer(is_public=is_public)
    html = []
    for day, items in days:
        html.append(f'<h3 class="day">{escape(capfirst(weekday(day)))}</h3>\n')
        html.append('<ol class="prog">\n')
        html += [writer.item(item, appearances.get(item["id"], [])) for item in items]
        html.append("</ol>\n")
    return mark_safe("".join(html))  # noqa: S308 (what comes from rows is escaped)


@register.simple_tag
def podium(rows: Rows, preview: str, *, is_public: bool) -> SafeString:
    """Write who appears at the session as a whole, with their photos."""
    writer = Writer(is_public=is_public)
    html = [writer.on_podium(row, preview) for row in rows]
    return mark_safe("".join(html))  # noqa: S308 (what comes from rows is escaped)


class Writer:
    """Writes the lines of one page, with what they have in common at hand."""

    def __init__(self, *, is_public: bool) -> None:
        self.read = Reader()
        self.kinds = _words(AgendaItem.Kind)
        self.roles = _words(Appearance.Role)
        self.now = timezone.now()
        self.now_label = escape(_("Now"))
        # Under this address each speaker has a page.
        self.people = reverse("sessions:speakers") if is_public else ""

    def item(self, item: Row, appearances: Rows) -> str:
        """Write one line of the programme."""
        runs = item["starts_at"] <= self.now < item["ends_at"]
        pauses = item["kind"] == AgendaItem.Kind.BREAK
        title, kind = self.read(item, "title"), self.kinds[item["kind"]]
        room, abstract = self.read(item, "room"), self.read(item, "abstract")
        who = "".join([self.appearance(row) for row in appearances])
        return (
            f"<li{PAUSE if pauses else ''}{CURRENT if runs else ''}>"
            '<div class="hours"><bdi class="num" dir="ltr">'
            f"{_clock(item['starts_at'])}–{_clock(item['ends_at'])}</bdi> "
            f'<span class="tag now"{"" if runs else " hidden"}>{self.now_label}</span>'
            f'</div><span class="kind">{kind if title and not pauses else ""}</span>'
            f"<div><h4>{title or kind}</h4>"
            + (f'<p class="room">{room}</p>' if room else "")
            + (f"<p>{abstract}</p>" if abstract else "")
            + (f'<ul class="podium">{who}</ul>' if who else "")
            + "</div></li>\n"
        )

    def appearance(self, row: Row) -> str:
        """Write one person below an item of the programme."""
        function = self.function(row)
        return (
            f"<li><bdi>{self.person(row)}</bdi>{DOT}{self.roles[row['role']]}"
            f"{DOT + function if function else ''}</li>"
        )

    def on_podium(self, row: Row, preview: str) -> str:
        """Write one person of the session as a whole."""
        function = self.function(row)
        return (
            f"<li>{_face(row, preview)}<h3><bdi>{self.person(row)}</bdi></h3>"
            f'<p class="small soft">{self.roles[row["role"]]}'
            f"{BREAK + function if function else ''}</p></li>\n"
        )

    def person(self, row: Row) -> str:
        name: str = escape(row["speaker__name"])
        if not self.people:
            return name
        return f'<a href="{self.people}{row["speaker_id"]}/">{name}</a>'

    def function(self, row: Row) -> str:
        """Return what a person was at the time, else the affiliation."""
        return self.read(row, "function") or self.read(row, "speaker__affiliation")


def _clock(at: datetime) -> str:
    moment = at.isoformat(timespec="seconds")
    return f'<time datetime="{moment}">{at.hour:02}:{at.minute:02}</time>'


def _face(row: Row, preview: str) -> str:
    if not row["speaker__photo"]:
        return ""
    url = reverse("sessions:photo", args=[row["speaker_id"]])
    return (
        f'<img class="face" src="{url}?{preview}v={quote(row["speaker__photo"], "")}"'
        f' alt="{escape(row["speaker__name"])}" width="80" height="80" loading="lazy">'
    )


@register.simple_tag
def themes(rows: Rows, *, is_public: bool) -> SafeString:
    """Write the themes of a session; they have pages where the session has one."""
    url = reverse("sessions:themes")
    html = [
        f'<li><a href="{url}{row["code"]}/">{_text(row)}</a></li>'
        if is_public
        else f"<li>{_text(row)}</li>"
        for row in rows
    ]
    return mark_safe("".join(html))  # noqa: S308 (what comes from rows is escaped)


@register.simple_tag
def topics(rows: Rows) -> SafeString:
    """Write the topics of a session."""
    html = [f"<li><span>{_text(row)}</span></li>" for row in rows]
    return mark_safe("".join(html))  # noqa: S308 (what comes from rows is escaped)


@register.simple_tag
def documents(rows: Rows, query: str) -> SafeString:
    """Write the papers of a session; ``query`` opens those of a draft."""
    kinds = _words(Document.Kind)
    names = dict(settings.LANGUAGES)
    html = []
    for row in rows:
        url = row["address"] or reverse("sessions:document", args=[row["id"]]) + query
        code, item = row["written_in"], _text(row, "item_")
        other = f' hreflang="{code}"' if code != get_language() else ""
        html.append(
            f'<li><span><a href="{escape(url)}"{other}>{_text(row)}</a></span>'
            f'<span class="small soft">{kinds[row["code"]]}{DOT}'
            f'<bdi lang="{code}">{names[code]}</bdi>'
            f"{DOT + item if item else ''}</span></li>\n"
        )
    return mark_safe("".join(html))  # noqa: S308 (what comes from rows is escaped)


@register.simple_tag
def sources(rows: Rows) -> SafeString:
    """Write where one reads what a session's page says."""
    html = [
        f'<li><a href="{escape(row["address"])}"><bdi>{escape(row["own"])}</bdi></a>'
        "</li>\n"
        for row in rows
    ]
    return mark_safe("".join(html))  # noqa: S308 (what comes from rows is escaped)


def _text(row: Row, prefix: str = "") -> str:
    own = row[f"{prefix}own"]
    return escape(own) if own else marked(row[f"{prefix}english"])


def _words(choices: type[TextChoices]) -> dict[str, str]:
    return _words_in(choices, get_language())


@cache
def _words_in(choices: type[TextChoices], language: str | None) -> dict[str, str]:
    return {member.value: escape(str(member.label)) for member in choices}
