"""How many places are free, and for whom: reservations of categories are kept aside."""

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Count, Value
from django.utils import timezone

from sessions.models import Category, Mode, Session

from ..models.status import ATTENDED_MODE


@dataclass
class Places:
    """The places of one mode at one moment; ``capacity`` None means no limit."""

    capacity: int | None
    held: Counter[str] = field(default_factory=Counter)  # by category
    reserved: dict[str, int] = field(default_factory=dict)  # by category, not released

    def free(self, category: str = "") -> int | None:
        """Count what is free for a category; without one, for any of them.

        What is reserved for others and not taken by them yet is not free.
        """
        if self.capacity is None:
            return None
        kept = sum(
            max(0, places - self.held[other])
            for other, places in self.reserved.items()
            if other != category
        )
        return max(0, self.capacity - self.held.total() - kept)

    def open_to(self) -> list[str]:
        """List the categories that find a free place."""
        return [category for category in Category.values if self.free(category) != 0]


def count_places(session: Session, mode: str) -> Places:
    """Count the places of a mode; services do so with the session locked."""
    capacity = session.capacity(mode)
    if capacity is None:
        return Places(None)
    holders = session.registrations.holding_places(mode).order_by()
    held = holders.values_list("category").annotate(Count("pk"))
    reserved = session.reserved_places.kept(timezone.now()).filter(mode=mode)
    return Places(
        capacity,
        Counter(dict(held)),
        dict(reserved.order_by().values_list("category", "places")),
    )


def count_both(session: Session) -> dict[str, Places]:
    """Count the places of both modes with one query, for pages that only read."""
    places = {mode: Places(session.capacity(mode)) for mode in Mode.values}
    if all(of_mode.capacity is None for of_mode in places.values()):
        return places
    holders = session.registrations.holding_places(Mode.IN_PERSON)
    holders |= session.registrations.holding_places(Mode.ONLINE)
    held = holders.order_by().values_list(ATTENDED_MODE, "category")
    held = held.annotate(Count("pk"), kept=Value("no"))
    kept = session.reserved_places.kept(timezone.now()).order_by()
    reserved = kept.values_list("mode", "category", "places", Value("yes"))
    for mode, category, count, is_kept in held.union(reserved, all=True):
        of_mode = places[mode]
        (of_mode.reserved if is_kept == "yes" else of_mode.held)[category] = count
    return places


def free_places(session: Session, mode: str, category: str = "") -> int | None:
    """Count the places somebody of this category would find; None means no limit."""
    return count_places(session, mode).free(category)
