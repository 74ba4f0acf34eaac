"""Badges and table name plates: registrations or speakers in, PDF bytes out."""

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any, NamedTuple

import segno
from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

from sessions.models import Category, Session
from sessions.templatetags.sessions import session_dates

from ..capitals import capitals
from ..models import Registration, Role
from ..models.participant import joined_name
from ..typesetting import typeset

LAYOUTS = ["sheet", "card"]  # A4 with lines to cut along; a page for each badge
PAPERS = ["a4", "a5"]  # of name plates, before they are folded
LONGEST_WORD = 22  # letters; longer ones may break

# White letters stand out on each of them (4.5 to 1 at least).
COLOURS = {
    Role.SPEAKER: "#9c1f5f",
    Role.PRESS: "#a84300",
    Role.INTERPRETER: "#00626b",
    Role.STAFF: "#1f1f1f",
    Role.GUEST: "#6b4423",
    Category.MEMBER_STATE: "#0b4f9c",
    Category.OBSERVER: "#1c6b3a",
    Category.ACADEMIA: "#5b3394",
    Category.ENTERPRISE: "#96281b",
    Category.IP_PROFESSIONAL: "#6d5800",
    Category.PRESS: "#a84300",
    Category.INDIVIDUAL: "#4a5560",
}
IN_SERVICE = {Role.STAFF, Role.INTERPRETER}  # their category says nothing


class Size(NamedTuple):
    """A badge in millimetres, named by its measures: 86x54."""

    width: int
    height: int

    @property
    def name(self) -> str:
        return f"{self.width}x{self.height}"


def sizes() -> dict[str, Size]:
    """Return the sizes that the setting BADGE_SIZES offers, by name."""
    found = [Size(*map(int, name.split("x"))) for name in settings.BADGE_SIZES]
    return {size.name: size for size in found}


def face(registration: Registration) -> dict[str, str]:
    """Return what a badge says besides its code: compared to know what to reprint."""
    delegation = registration.delegation
    represents = registration.organisation
    if delegation is not None:
        with translation.override(_first_language()):
            represents = delegation.name
    return {
        "name": registration.badge_name or _name(registration),
        "own": registration.own_script_name,
        "represents": represents,
        "category": registration.category,
        "role": registration.role,
    }


def _name(registration: Registration) -> str:
    family = capitals(registration.family_name, registration.country)
    return joined_name(family, registration.given_name)


def badges_pdf(
    registrations: Iterable[Registration], *, size: Size, layout: str
) -> bytes:
    """Print badges in the order given, on sheets or a page each."""
    with translation.override(_first_language()):
        badges = [_badge(registration) for registration in registrations]
    data = {
        "width": size.width,
        "height": size.height,
        "layout": layout,
        "badges": badges,
    }
    return typeset("badges", data)


def _badge(registration: Registration) -> dict[str, Any]:
    said = face(registration)
    role, category = Role(registration.role), Category(registration.category)
    labels = [role.label, category.label]
    if role == Role.PARTICIPANT:
        labels = labels[1:]
    if role in IN_SERVICE or str(labels[0]) == str(labels[-1]):
        labels = labels[:1]
    return {
        "name": _breakable(said["name"]),
        "own": "" if said["own"] == said["name"] else _breakable(said["own"]),
        "represents": _breakable(said["represents"]),
        "words": [in_languages(label) for label in labels],
        "colour": COLOURS[category if role == Role.PARTICIPANT else role],
        "occasion": _occasion(registration.session),
        "qr": qr_svg(registration.code),
    }


def _first_language() -> str:
    return str(settings.BADGE_LANGUAGES[0])


def in_languages(label: str | Promise) -> str:
    """Say a fixed word in the languages of badges, once where they agree."""
    words = []
    for language in settings.BADGE_LANGUAGES:
        with translation.override(language):
            words.append(str(label))
    return "/".join(dict.fromkeys(words))


def _occasion(session: Session) -> list[str]:
    """Name the session for the top of a badge; a demonstration says so."""
    place = ", ".join(filter(None, [session.city, session_dates(session)]))
    if session.is_demonstration:
        place = f"DEMONSTRATION · {place}"
    return [session.title, place]


def qr_svg(code: str) -> str:
    """Draw a badge code, and nothing else, as a QR code."""
    drawn = BytesIO()
    qr = segno.make(code, error="m", mask=3, boost_error=False, micro=False)
    qr.save(drawn, kind="svg", border=2, xmldecl=False, light="#fff")
    return drawn.getvalue().decode()


def _breakable(text: str) -> str:
    """Let very long words break, so that any name fits at a size one can read."""
    return re.sub(rf"(\S{{{LONGEST_WORD}}})(?=\S)", "\\1\u200b", text)


class Plate(NamedTuple):
    """What stands on both sides of a folded name plate."""

    name: str
    represents: str
    role: str = ""


def plates_of(registrations: Iterable[Registration]) -> list[Plate]:
    """Return a plate for each registration, as the badge names it."""
    faces = [face(registration) for registration in registrations]
    return [Plate(said["name"], said["represents"]) for said in faces]


def plates_of_speakers(session: Session) -> list[Plate]:
    """Return a plate for each person on the podium, in the order of the programme."""
    with translation.override(_first_language()):
        return list(_podium(session))


def _podium(session: Session) -> Iterator[Plate]:
    seen = set()
    appearances = session.appearances.select_related("speaker", "agenda_item")
    for one in appearances.order_by("agenda_item__starts_at", "position", "pk"):
        if one.speaker_id in seen:
            continue
        seen.add(one.speaker_id)
        leads = one.role in {one.Role.CHAIR, one.Role.MODERATOR}
        role = in_languages(one.Role(one.role).label) if leads else ""
        yield Plate(one.speaker.name, one.shown_function, role)


def plates_pdf(plates: Iterable[Plate], *, paper: str) -> bytes:
    """Print plates to be folded once: the same words to the room and to the podium."""
    shown = [
        {name: _breakable(text) for name, text in plate._asdict().items()}
        for plate in plates
    ]
    return typeset("plates", {"paper": paper, "plates": shown})
