"""What an editor would ask about before a list of participants is issued."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from ..listing import french_key
from ..models import Registration
from .list_of_participants import Content

SHORTEST_SHOUT = 3  # letters: "AI" and "J.-P." are no shouting
LONGEST_ACRONYM = 6


class Flag(NamedTuple):
    """One doubt, and the registrations to look at."""

    question: Any  # a lazy text
    subject: str
    rows: list[Registration]


def flags(content: Content) -> list[Flag]:
    """List the doubts about a list that knows its registrations, gravest first."""
    keys = [
        entry["pk"]
        for section in content["sections"]
        for group in section["groups"]
        for entry in group["entries"]
        if "pk" in entry
    ]
    rows = _rows(keys)
    return [*_delegations(rows), *_duplicates(rows), *_entries(rows)]


def _rows(keys: list[int]) -> list[Registration]:
    """Read the registrations of a list, in its order, some hundred at a time."""
    found: dict[int, Registration] = {}
    registrations = Registration.objects.select_related("delegation")
    for start in range(0, len(keys), 500):
        found |= registrations.in_bulk(keys[start : start + 500])
    return [found[key] for key in keys if key in found]


def _delegations(rows: Iterable[Registration]) -> Iterator[Flag]:
    members: dict[Any, list[Registration]] = defaultdict(list)
    for row in rows:
        if row.delegation is not None:
            members[row.delegation].append(row)
    for delegation, people in members.items():
        heads = [row for row in people if row.rank == Registration.Rank.HEAD]
        if not heads:
            yield Flag(_("Delegation without a head"), str(delegation), people[:3])
        if len(heads) > 1:
            yield Flag(_("Delegation with more than one head"), str(delegation), heads)
        if not delegation.name_fr:
            yield Flag(_("Delegation without a French name"), str(delegation), [])


def _duplicates(rows: Iterable[Registration]) -> Iterator[Flag]:
    """Find the same words of a name twice, in whatever order, case and accents."""
    people: dict[str, list[Registration]] = defaultdict(list)
    for row in rows:
        words = french_key(f"{row.family_name} {row.given_name}").split()
        people[" ".join(sorted(words))].append(row)
    for same in people.values():
        if len(same) > 1:
            yield Flag(_("Probably the same person twice"), same[0].full_name, same)


def _entries(rows: Iterable[Registration]) -> Iterator[Flag]:
    for row in rows:
        if not row.function:
            yield Flag(_("No function"), row.full_name, [row])
        if not row.listed_name and _has_doubtful_capitals(row):
            yield Flag(_("Doubtful capitals"), row.listed_as, [row])


def _has_doubtful_capitals(row: Registration) -> bool:
    """Say whether somebody shouted, never used a capital, or wrote Mc or d' inside."""
    given = row.given_name
    if _is_shouted(given) or _starts_small(given) or _starts_small(row.function):
        return True
    if any(_is_shouted(text, LONGEST_ACRONYM) for text in [row.function, row.unit]):
        return True
    return bool(re.search(r"[a-zà-ÿ][A-ZÀ-Þ]|^(d|l)['’]", row.family_name))


def _is_shouted(text: str, longest: int = SHORTEST_SHOUT - 1) -> bool:
    words = re.findall(r"[^\W\d_]+", text)
    return any(len(word) > longest and word.isupper() for word in words)


def _starts_small(text: str) -> bool:
    return text[:1].islower()
