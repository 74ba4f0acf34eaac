"""A session as a line of a list, as HTML.

A function that joins strings, since pages have many of them. Whatever comes from a row
passes ``escape`` or a filter that does.
"""

from collections.abc import Iterable
from html import escape

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from ..models import Appearance, Session
from .sessions import ordinal, session_dates, session_dates_iso, tone, translated

register = template.Library()

DOT = "&nbsp;· "


@register.simple_tag
def session_row(
    session: Session, level: int = 3, appearances: Iterable[Appearance] = ()
) -> SafeString:
    """Write a line that is a link as a whole; ``appearances`` are of one speaker."""
    number = f'<span class="hide">{escape(ordinal(session))}: </span>'
    facts = DOT.join([_dates(session), *_mode_and_city(session)])
    roles = "".join([f'<p class="role">{_role(one)}</p>' for one in appearances])
    tags = "".join(_tags(session))
    html = (
        f'<li class="row tone-{tone(session)}">'
        f'<span class="fig" aria-hidden="true">{session.number}</span><div>'
        f'<h{level}><a href="{session.get_absolute_url()}">{number}'
        f"{translated(session, 'title')}</a></h{level}><p>{facts}</p>{roles}"
        + (f'<p class="tags">{tags}</p>' if tags else "")
        + f"</div>{stamp(session)}</li>\n"
    )
    return mark_safe(html)  # noqa: S308 (what comes from rows is escaped)


@register.simple_tag
def stamp(session: Session) -> SafeString:
    """Write the ornament of a session on the colour of its year."""
    url = reverse("sessions:ornament", args=[session.number])
    html = (
        f'<span class="stamp tone-{tone(session)}">'
        f'<img src="{url}" alt="" width="216" height="216"></span>'
    )
    return mark_safe(html)  # noqa: S308 (numbers alone)


def _dates(session: Session) -> str:
    iso, words = session_dates_iso(session), session_dates(session)
    return f'<time datetime="{iso}">{escape(words)}</time>' if iso else escape(words)


def _mode_and_city(session: Session) -> Iterable[str]:
    if session.mode:
        yield escape(session.get_mode_display())
    if session.city:
        yield translated(session, "city")


def _role(appearance: Appearance) -> str:
    item = appearance.agenda_item
    role = escape(appearance.get_role_display())
    told = f": {translated(item, 'title')}" if item and item.title else ""
    function = appearance.function
    return role + told + (DOT + translated(appearance, "function") if function else "")


def _tags(session: Session) -> Iterable[str]:
    if session.is_demonstration:
        yield f'<span class="tag">{escape(_("Demonstration"))}</span> '
    if session.status == Session.Status.CANCELLED:
        yield f'<span class="tag bad">{escape(_("Session cancelled"))}</span> '
    if session.registration_is_open:
        yield f'<span class="state">{escape(_("Registration is open"))}</span>'
