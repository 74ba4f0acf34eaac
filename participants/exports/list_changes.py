"""What differs between two lists of participants, told from their words alone.

An edition keeps no way back to a registration, so people are recognised by what is
printed: the same name elsewhere moved or has another function; the same particulars
under a similar name are a corrected name.
"""

from collections.abc import Callable, Hashable
from difflib import SequenceMatcher
from typing import NamedTuple

from ..listing import french_key
from .list_of_participants import Content, entries, entry_text

SIMILAR = 0.6  # of two names, as difflib measures; below it they are two people


class Listed(NamedTuple):
    """One entry, where it stands and what it says."""

    heading: str
    name: str
    text: str
    particulars: tuple[str, ...]
    remote: bool


class Changes(NamedTuple):
    """Entries by what happened to them; ``changed`` holds pairs of old and new."""

    added: list[Listed]
    removed: list[Listed]
    changed: list[tuple[Listed, Listed]]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def changes(old: Content, new: Content) -> Changes:
    """Compare two lists; the order inside a delegation is not a change."""
    before, after = _listed(old), _listed(new)
    _pair(before, after, lambda one: one)
    pairs = _pair(before, after, lambda one: (one.heading, french_key(one.name)))
    pairs += _pair(before, after, lambda one: _name_key(one.name))
    pairs += _corrected_names(before, after)
    return Changes(after, before, sorted(pairs, key=lambda pair: pair[1][:3]))


def _listed(content: Content) -> list[Listed]:
    return [
        Listed(
            heading,
            entry["name"],
            entry_text(entry),
            tuple(entry["details"]),
            entry["remote"] and content["marks_remote"],
        )
        for heading, entry in entries(content)
    ]


def _name_key(name: str) -> str:
    return " ".join(sorted(french_key(name).split()))


def _pair(
    before: list[Listed], after: list[Listed], key: Callable[[Listed], Hashable]
) -> list[tuple[Listed, Listed]]:
    """Take those out of both lists that agree in a key, and return them in pairs."""
    waiting: dict[Hashable, list[Listed]] = {}
    for one in before:
        waiting.setdefault(key(one), []).append(one)
    pairs, left = [], []
    for one in after:
        if same := waiting.get(key(one)):
            pairs.append((same.pop(0), one))
        else:
            left.append(one)
    after[:] = left
    before[:] = [one for rest in waiting.values() for one in rest]
    return pairs


def _corrected_names(
    before: list[Listed], after: list[Listed]
) -> list[tuple[Listed, Listed]]:
    places: dict[Hashable, list[Listed]] = {}
    for one in before:
        places.setdefault((one.heading, one.particulars), []).append(one)
    pairs = []
    for new in list(after):
        rest = places.get((new.heading, new.particulars), [])
        old = max(rest, key=lambda one: _likeness(one, new), default=None)
        if old is not None and _likeness(old, new) >= SIMILAR:
            pairs.append((old, new))
            rest.remove(old)
            before.remove(old)
            after.remove(new)
    return pairs


def _likeness(one: Listed, other: Listed) -> float:
    return SequenceMatcher(None, french_key(one.name), french_key(other.name)).ratio()
