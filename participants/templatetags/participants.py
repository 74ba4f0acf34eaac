"""What public pages say of places, for templates of any app."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from sessions.countries import NOT_LISTED
from sessions.models import Session
from sessions.public_page import shows_places

from ..models import PublicTable, Registration
from ..services import count_both

register = template.Library()

FEW = 0.1  # share of the places from which on few are left
FEW_AT_LEAST = 5


@register.simple_tag
def registration_places(session: Session) -> list[dict[str, Any]]:
    """Say in coarse words how many places each mode has left; it takes one query."""
    shows_places.set(True)
    places = count_both(session)
    return [
        {
            "mode": mode.value,
            "label": mode.label,
            "words": words,
            "is_waiting": free == 0,
        }
        for mode in session.modes
        for free in [places[mode].free()]
        for words in [_words(free, session.capacity(mode))]
    ]


def _words(free: int | None, capacity: int | None) -> str:
    if free is None or capacity is None:
        return _("No limit of places")
    if free == 0:
        return _("Waiting list only")
    if free <= max(FEW_AT_LEAST, capacity * FEW):
        return _("Few places left")
    return _("Places available")


@register.simple_tag
def registration_figures(sessions: Iterable[Session]) -> dict[str, Any]:
    """Count people who take part and their countries; no invented ones."""
    shows_places.set(True)
    threshold = settings.SMALL_NUMBERS_BELOW
    public = PublicTable.objects.filter(session=OuterRef("session"))
    real = {s.pk: s for s in sessions if not s.is_demonstration}
    counted = (
        Registration.objects.taking_part()
        .filter(session__in=real)
        .order_by("-session__number")
        .annotate(has_figures=Exists(public))
        .values_list("session", "has_figures")
        .annotate(
            people=Count("pk"),
            countries=Count("country", distinct=True, filter=~Q(country=NOT_LISTED)),
        )
        .filter(people__gte=threshold)
    )
    rows = [
        {
            "session": real[pk],
            "people": people,
            "countries": countries,
            "has_figures": has_figures,
        }
        for pk, has_figures, people, countries in counted
    ]
    return {"rows": rows, "threshold": threshold}
