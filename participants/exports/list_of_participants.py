"""The official list of participants as plain data: who stands in it, in which order."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone, translation
from django.utils.formats import date_format

from sessions.models import Appearance, Mode, Session
from sessions.templatetags.sessions import session_dates

from ..capitals import capitals
from ..listing import details, form_of_address, french_key, french_name, line
from ..models import Delegation, Edition, Registration, Role
from ..models.registration import RegistrationQuerySet
from .list_words import (
    DEMONSTRATION,
    FOR_PARTICIPANTS,
    REMOTE,
    SECTIONS,
    TITLE,
    Pair,
    Section,
)

Content = dict[str, Any]  # JSON; its readers are list_docx.py and the template
OFFICERS = {
    Appearance.Role.CHAIR: "Présidence/Chair",
    Appearance.Role.MODERATOR: "Modération/Moderation",
}

# Who is there by office or on the public programme needs no consent to be listed.
BY_OFFICE = {Role.SPEAKER, Role.INTERPRETER, Role.STAFF}
RANKS = {Registration.Rank.HEAD: 0, Registration.Rank.DEPUTY: 1}
ADVISER, OTHERS = 3, 2


def listed(session: Session, *, audience: str = "everyone") -> RegistrationQuerySet:
    """Keep who stands in the list: delegations as notified, the public by consent.

    ``audience`` is a visibility: ``everyone``, or ``participants`` for an edition that
    only participants get.
    """
    seen_by = {
        Registration.Visibility.EVERYONE,
        Registration.Visibility(audience),
    }
    present = session.registrations.taking_part().filter(erased_at__isnull=True)
    consents = Q(visibility__in=seen_by)
    notified = Q(delegation__isnull=False) | Q(role__in=BY_OFFICE)
    return present.filter(consents | notified).select_related("delegation")


def list_content(
    session: Session, *, audience: str = "everyone", marks_remote: bool = False
) -> Content:
    """Return the list as it stands now; each entry knows its registration as ``pk``."""
    rows = listed(session, audience=audience)
    members: dict[str, dict[Delegation | None, list[Registration]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for row in rows:
        members[section_of(row)][_heading_delegation(row)].append(row)
    sections = [
        _section(section, members[section.key])
        for section in SECTIONS
        if section.key in members
    ]
    sections += _officers(session)
    order = [section.key for section in SECTIONS]
    sections.sort(key=lambda section: order.index(section["key"]))
    head = _head(session)
    if audience != Registration.Visibility.EVERYONE:
        head["notes"].append(FOR_PARTICIPANTS)
    return {
        **head,
        "audience": audience,
        "marks_remote": marks_remote,
        "remote_mark": REMOTE,
        "sections": sections,
    }


def frozen(content: Content, edition: Edition) -> Content:
    """Return a list ready to be kept: an edition's, and no way back to anybody."""
    sections = [
        section
        | {
            "groups": [
                group | {"entries": [_without_key(entry) for entry in group["entries"]]}
                for group in section["groups"]
            ]
        }
        for section in content["sections"]
    ]
    return content | {"sections": sections, "edition": edition_line(edition)}


def _without_key(entry: Content) -> Content:
    return {name: value for name, value in entry.items() if name != "pk"}


def edition_line(edition: Edition) -> Pair:
    """Name an edition in both languages: kind, number and day."""
    names = {
        Edition.Kind.PROVISIONAL: ("Édition provisoire", "Provisional edition"),
        Edition.Kind.FINAL: ("Édition définitive", "Final edition"),
    }[Edition.Kind(edition.kind)]
    french, english = _days_name(edition.issued_at.astimezone(edition.session.zone))
    return (
        f"{names[0]} n° {edition.number}, {french}",
        f"{names[1]} No. {edition.number}, {english}",
    )


def draft_line(at: datetime | None = None) -> Pair:
    """Name what is not issued, by the moment it was looked at."""
    french, english = _days_name(at or timezone.localtime())
    return f"Projet, {french}", f"Draft, {english}"


def _days_name(at: datetime) -> Pair:
    with translation.override("fr"):
        first = "1er" if at.day == 1 else str(at.day)
        french = f"{first} {date_format(at, 'F Y')}"
    with translation.override("en"):
        return french, date_format(at, "j F Y")


def _head(session: Session) -> Content:
    dates = []
    for language in ["fr", "en"]:
        with translation.override(language):
            parts = [session.city, session_dates(session)]
            dates.append(", ".join(part for part in parts if part))
    english = session.title_en or session.title  # type: ignore[attr-defined]
    return {
        "title": TITLE,
        "code": session.meeting_code,
        "session": [session.title_fr or english, english],  # type: ignore[attr-defined]
        "dates": dates,
        "notes": [DEMONSTRATION] if session.is_demonstration else [],
        "edition": draft_line(),
    }


def section_of(registration: Registration) -> str:
    """Say where somebody stands: by office, then by delegation, role or category."""
    role, delegation = registration.role, registration.delegation
    if role in {Role.STAFF, Role.INTERPRETER}:
        return role
    if delegation is not None:
        return delegation.list_section or delegation.kind
    if role in {Role.SPEAKER, Role.PRESS, Role.GUEST}:
        return role
    return registration.category


def _heading_delegation(registration: Registration) -> Delegation | None:
    by_office = registration.role in {Role.STAFF, Role.INTERPRETER}
    return None if by_office else registration.delegation


def _section(
    section: Section, members: dict[Delegation | None, list[Registration]]
) -> Content:
    delegations = sorted(
        (key for key in members if key is not None),
        key=lambda delegation: (french_key(french_name(delegation)), delegation.pk),
    )
    groups: list[Content] = []
    if None in members:
        people = sorted(members[None], key=_public_order)
        groups.append({"heading": "", "entries": [_entry(row) for row in people]})
    for delegation in delegations:
        people = sorted(members[delegation], key=_protocol_order)
        groups.append(
            {
                "heading": heading(delegation, in_capitals=section.in_capitals),
                "delegation": delegation.pk,
                "entries": [_entry(row) for row in people],
            }
        )
    return {
        "key": section.key,
        "heading": section.heading,
        "note": section.note,
        "groups": groups,
    }


def heading(delegation: Delegation, *, in_capitals: bool) -> str:
    """Head a delegation in both languages, ALLEMAGNE/GERMANY; once if they agree."""
    names = [french_name(delegation), delegation.name_en]  # type: ignore[attr-defined]
    if in_capitals:
        names = [capitals(name) for name in names]
    return "/".join(dict.fromkeys(name for name in names if name))


def printed_heading(delegation: Delegation) -> str:
    """Head a delegation as its section of the list does."""
    key = delegation.list_section or delegation.kind
    section = next(section for section in SECTIONS if section.key == key)
    return heading(delegation, in_capitals=section.in_capitals)


def _protocol_order(row: Registration) -> tuple[int, bool, int, int]:
    """Sort by rank, then as the delegation said, then who registered first.

    Position 0 says nothing and comes after those that say something.
    """
    rank = ADVISER if row.rank == Registration.Rank.ADVISER else OTHERS
    return (
        RANKS.get(Registration.Rank(row.rank), rank) if row.rank else OTHERS,
        row.position == 0,
        row.position,
        row.pk,
    )


def _public_order(row: Registration) -> tuple[bool, int, str, str, int]:
    family, given = french_key(row.family_name), french_key(row.given_name)
    return (row.position == 0, row.position, family, given, row.pk)


def _entry(row: Registration) -> Content:
    name = row.name_in_list
    return {
        "pk": row.pk,
        "name": name,
        "form": form_of_address(row, name),
        "details": details(row),
        "remote": row.mode == Mode.ONLINE or row.online_meanwhile,
    }


def _officers(session: Session) -> list[Content]:
    """List who leads the session, as its programme names them."""
    groups: dict[str, dict[int, Content]] = {
        heading: {} for heading in OFFICERS.values()
    }
    podium = session.appearances.filter(role__in=OFFICERS).select_related("speaker")
    for appearance in podium:
        group = groups[OFFICERS[Appearance.Role(appearance.role)]]
        details = appearance.shown_function
        group.setdefault(
            appearance.speaker_id,
            {
                "name": appearance.speaker.name,
                "form": "",
                "details": [details] if details else [],
                "remote": False,
            },
        )
    filled = [
        {"heading": heading, "entries": list(entries.values())}
        for heading, entries in groups.items()
        if entries
    ]
    section = next(section for section in SECTIONS if section.key == "officers")
    found = {"key": "officers", "heading": section.heading, "note": None}
    return [found | {"groups": filled}] if filled else []


def entries(content: Content) -> list[tuple[str, Content]]:
    """Return every entry with the heading it stands under."""
    return [
        (group["heading"] or "/".join(section["heading"]), entry)
        for section in content["sections"]
        for group in section["groups"]
        for entry in group["entries"]
    ]


def entry_text(entry: Content) -> str:
    """Write an entry as one line."""
    return line(entry["name"], entry["form"], entry["details"])
