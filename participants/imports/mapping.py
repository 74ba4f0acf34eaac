"""Which column of a file is what: guessed from its header, in six languages."""

import hashlib
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sessions.countries import without_accents

from ..models import Delegation, Registration

HEADER_WITHIN = 30  # rows: reports of meetings have a preamble


class Target(NamedTuple):
    """What a column may be: its name here, for people, and in files of others."""

    key: str
    label: str | Promise
    others: str = ""  # other headers, separated by commas
    is_required: bool = False


def _field(
    model: type[Registration | Delegation],
    name: str,
    others: str = "",
    is_required: bool = False,
) -> Target:
    label = getattr(model._meta.get_field(name), "verbose_name")  # noqa: B009, SLF001
    return Target(name, label, others, is_required)


def _r(name: str, others: str = "", is_required: bool = False) -> Target:
    return _field(Registration, name, others, is_required)


PARTICIPANTS = [
    _r(
        "family_name",
        "last name, surname, nom, apellido, apellidos, nachname, name",
        is_required=True,
    ),
    _r("given_name", "first name, forename, prenom, nombre, vorname, given names"),
    _r(
        "email", "e-mail, mail, email address, courriel, correo electronico, user email"
    ),
    _r("form_of_address", "title, salutation, mr/ms, civilite, anrede"),
    _r("badge_name", "badge"),
    _r("own_script_name", "native name, original name"),
    _r("category", "type, participant type, category"),
    _r("delegation", "state, member state, representing"),
    _r("rank"),
    _r("organisation", "organization, company, institution, affiliation, employer"),
    _r("unit", "department, division"),
    _r("function", "job title, position, functional title, role, fonction, cargo"),
    _r("city", "town, ville, ciudad"),
    _r("country", "country, country code, country/territory, pays, pais, nationality"),
    _r("gender", "sex"),
    _r("mode", "attendance mode, participation, format"),
    _r("interpretation_language"),
    _r("language", "preferred language"),
    _r("accessibility_needs"),
    _r("staff_note", "note, notes, remarks, comment, comments"),
    _r("created_at", "registration date, registration time, date registered, date"),
]
DELEGATIONS = [
    *(
        Target(
            f"name_{code.replace('-', '_')}",
            name,
            f"name_{code}, name {code}, name ({code}), {code}"
            + (
                ", name, delegation, english name, country name" if code == "en" else ""
            ),
            code == "en",
        )
        for code, name in settings.LANGUAGES
    ),
    _field(Delegation, "kind", "type", is_required=True),
    _field(Delegation, "list_section", "section"),
    _field(Delegation, "is_accredited", "accreditation"),
    _field(Delegation, "regional_group", "group"),
    _field(Delegation, "country", "iso2, iso, country code, country"),
]
ATTENDANCE = [
    Target(
        "email",
        _("E-mail address"),
        "user email, email, e-mail, attendee email, mail, participant email",
    ),
    Target(
        "name",
        pgettext_lazy("person", "name"),
        "name (original name), participant, display name, user name, attendee, "
        "attendee name, full name, participant name, username, name",
    ),
    Target("family_name", _("family name"), "last name, surname"),
    Target("given_name", _("given name"), "first name"),
    Target(
        "joined_at",
        pgettext_lazy("online meeting", "joined at"),
        "join time, connected at, connection time, start, first join, joined",
    ),
    Target(
        "left_at",
        pgettext_lazy("online meeting", "left at"),
        "leave time, disconnected at, disconnection time, end, last leave, left",
    ),
    Target(
        "minutes",
        pgettext_lazy("online meeting", "duration"),
        "duration (minutes), attendance duration, time in session (minutes), "
        "total duration (minutes), duration, minutes, time online, "
        "in-meeting duration, total duration",
    ),
]
TARGETS = {
    "participants": PARTICIPANTS,
    "delegations": DELEGATIONS,
    "attendance": ATTENDANCE,
}


_ALIKE = str.maketrans("-_–‐’ʼ`´", "    ''''")


def folded(text: str) -> str:
    """Fold a header or a label: case, accents, spacing and dashes do not count."""
    plain = without_accents(text).translate(_ALIKE)
    return " ".join(plain.split()).strip(" :*.")


@cache
def names_of(kind: str) -> dict[str, str]:
    """Map every folded header that is known to its target; own words go first."""
    found: dict[str, str] = {}
    for target in TARGETS[kind]:
        own = [target.key]
        for code, _name in settings.LANGUAGES:
            with translation.override(code):
                own.append(str(target.label))
        for name in own:
            found.setdefault(folded(name), target.key)
    for target in TARGETS[kind]:
        for name in target.others.split(","):
            found.setdefault(folded(name), target.key)
    found.pop("", None)
    return found


def find_header(kind: str, rows: Sequence[Sequence[str]]) -> int:
    """Return the place of the row most like a header, by default the first."""
    known = names_of(kind)
    scores = [
        len({known[name] for cell in row if (name := folded(cell)) in known})
        for row in rows[:HEADER_WITHIN]
    ]
    best = max(scores, default=0)
    return scores.index(best) if best > 1 else 0


def guess(kind: str, header: Sequence[str]) -> dict[str, int]:
    """Return the column of each target whose name is known, the first of that name."""
    known = names_of(kind)
    found: dict[str, int] = {}
    for place, cell in enumerate(header):
        target = known.get(folded(cell))
        if target:
            found.setdefault(target, place)
    return found


def header_key(header: Sequence[str]) -> str:
    """Name a header without its words, to know files of the same making again."""
    return hashlib.sha256("\0".join(map(folded, header)).encode()).hexdigest()
