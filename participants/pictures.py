"""Statistics set as pictures, with the lists behind them; templates draw them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sessions.countries import NOT_LISTED
from sessions.models import Category, Mode, Session
from sessions.regions import region_name

from . import charts, stats
from .models import Registration
from .stats.time import MARKS

# Where the sub-regions of UN M49 lie in a drawing of 360 by 170, without a border.
PLACES = {
    "021": (60, 42), "013": (70, 80), "029": (101, 72), "005": (107, 118),
    "154": (170, 24), "155": (158, 46), "151": (202, 34), "039": (180, 62),
    "015": (172, 84), "011": (152, 100), "017": (180, 112), "014": (206, 112),
    "018": (190, 140), "145": (218, 70), "143": (240, 44), "034": (250, 78),
    "030": (288, 56), "035": (290, 94), "053": (310, 138), "054": (326, 112),
    "057": (318, 92), "061": (346, 122),
}  # fmt: skip
LARGEST = 17  # radius of the largest bubble


class Bubble(NamedTuple):
    """A sub-region: where, how large, what its table says."""

    label: str
    people: int
    x: int
    y: int
    radius: str


@dataclass(frozen=True)
class Picture:
    """A table with its bars, each with the list of the people it counts."""

    name: str
    title: str
    total: int
    bars: list[charts.Bar]
    more: int = 0  # lines left out
    bubbles: tuple[Bubble, ...] = ()


@dataclass(frozen=True)
class CurvePicture:
    """One session's registrations as a line."""

    session: Session
    points: str
    most: int
    tone: int


class Fact(NamedTuple):
    """One figure of the sheet."""

    label: str
    value: int
    url: str


def table_picture(table: stats.Table, *, with_links: bool, most: int = 0) -> Picture:
    """Set a table as bars; ``most`` cuts it off after so many lines."""
    lines = table.lines[:most] if most else table.lines
    rows = [
        (line.label, line.count, _address(table, line) if with_links else "")
        for line in lines
    ]
    return Picture(
        table.name,
        table.title,
        table.total,
        charts.bars(rows),
        more=len(table.lines) - len(lines),
        bubbles=_bubbles(table),
    )


def list_of(session: Session, **filters: Any) -> str:
    """Return the list of the registrations that count, narrowed further."""
    query = {"session__id__exact": session.pk, "attends": "yes"}
    if not session.is_demonstration:
        query["is_demonstration__exact"] = 0
    changelist = reverse("admin:participants_registration_changelist")
    return f"{changelist}?{urlencode(query | filters)}"


def _address(table: stats.Table, line: stats.Line) -> str:
    return list_of(table.session, **line.filters) if line.filters else ""


def _bubbles(table: stats.Table) -> tuple[Bubble, ...]:
    """Set sub-regions where they lie, the area of each as large as its number."""
    if table.name != "subregion":
        return ()
    most = max((line.count for line in table.lines), default=0) or 1
    return tuple(
        Bubble(
            region_name(line.key),
            line.count,
            *PLACES[line.key],
            f"{max(LARGEST * sqrt(line.count / most), 1.5):.1f}",
        )
        for line in table.lines
        if line.key in PLACES
    )


def curve_pictures(curves: Sequence[stats.Curve]) -> list[CurvePicture]:
    """Set registrations over time as lines to one scale, which ends at the session."""
    farthest = max((curve.points[0][0] for curve in curves), default=0)
    most = max((curve.most for curve in curves), default=0)
    return [
        CurvePicture(
            curve.session,
            charts.line(
                [(-before, n) for before, n in curve.points], -farthest, 0, most
            ),
            curve.most,
            tone,
        )
        for tone, curve in enumerate(curves)
    ]


def marks(curves: Sequence[stats.Curve]) -> list[tuple[int, list[int | None]]]:
    """Say how many were registered at the same distances from each session."""
    return [(days, [curve.at(days) for curve in curves]) for days in MARKS]


def facts(tables: dict[str, stats.Table], *, with_links: bool) -> list[Fact]:
    """Pick what stands on top of the sheet, each with its list."""
    session = tables["mode"].session

    def of(name: str) -> dict[str, int]:
        return {line.key: line.count for line in tables[name].lines}

    modes, categories = of("mode"), of("category")
    in_person = {"mode__exact": Mode.IN_PERSON.value}
    online = {"mode__exact": Mode.ONLINE.value}
    state = Category.MEMBER_STATE.value
    new, returning = [line.count for line in tables["returning"].lines]
    countries = set(of("country")) - {"", NOT_LISTED}
    found: list[tuple[str, int, dict[str, Any]]] = [
        (_("Registered"), tables["mode"].total, {}),
        (str(Mode.IN_PERSON.label), modes.get(Mode.IN_PERSON, 0), in_person),
        (str(Mode.ONLINE.label), modes.get(Mode.ONLINE, 0), online),
        (_("Countries and territories"), len(countries), {"table": "country"}),
        (_("Delegations"), len(tables["delegation"].lines), {"table": "delegation"}),
        (
            _("For Member States"),
            categories.get(state, 0),
            {"category__exact": state},
        ),
        (
            pgettext("gender", "Women, where stated"),
            of("gender").get(Registration.Gender.WOMAN, 0),
            {"gender__exact": Registration.Gender.WOMAN.value},
        ),
        (_("For the first time"), new, {"table": "returning"}),
        (_("Took part before"), returning, {"table": "returning"}),
    ]
    return [
        Fact(label, n, _behind(session, filters, with_links=with_links))
        for label, n, filters in found
    ]


def _behind(session: Session, filters: dict[str, Any], *, with_links: bool) -> str:
    """Return the list of people, or the table that has more lines than one."""
    if "table" in filters:
        name = "admin:participants_statistics_session"
        return f"{reverse(name, args=[session.number])}?{urlencode(filters)}"
    return list_of(session, **filters) if with_links else ""
