"""Tables of one session: people who take part counted by one of their answers."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from sessions.countries import country_name
from sessions.models import Category, Mode, Session
from sessions.regions import region_name, region_of, subregion_of

from ..models import Delegation, Registration
from ..models.registration import RegistrationQuerySet
from ..models.status import ATTENDED_MODE


@dataclass(frozen=True)
class Line:
    """One figure: of what, how many, and the filters of the list that it counts."""

    label: str
    count: int
    filters: dict[str, Any] = field(default_factory=dict)
    key: str = ""


@dataclass(frozen=True)
class Table:
    """Figures of one kind, which add up to the registrations that count."""

    name: str
    title: str
    session: Session
    lines: list[Line]

    @property
    def total(self) -> int:
        return sum(line.count for line in self.lines)


def counted(session: Session) -> RegistrationQuerySet:
    """Keep who takes part; invented ones count in invented sessions alone.

    Who waits for the room and is online meanwhile takes part online.
    """
    rows = Registration.objects.filter(session=session).taking_part()
    return rows if session.is_demonstration else rows.filter(is_demonstration=False)


def make_table(name: str, session: Session) -> Table:
    """Build one of TABLES, by one query."""
    title, make = TABLES[name]
    return Table(name, str(title), session, make(session))


def _by(session: Session, column: str) -> list[tuple[str, int]]:
    """Count by a column; what is empty and what is not there are the same."""
    counts: Counter[str] = Counter()
    rows = counted(session).order_by().values_list(column)
    for value, n in rows.annotate(n=Count("pk")):
        counts[value or ""] += n
    return list(counts.items())


def _largest_first(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (-line.count, line.label))


def _choices(
    column: str, labels: dict[Any, Any], empty: str | Promise = ""
) -> Callable[[Session], list[Line]]:
    """Count by a field with choices, in their order, without those nobody chose."""

    def lines(session: Session) -> list[Line]:
        counts = dict(_by(session, column))
        found = [
            Line(str(label), counts[value], {f"{column}__exact": value}, str(value))
            for value, label in labels.items()
            if value in counts
        ]
        if empty and "" in counts:
            unstated = {} if "__" in column else {f"{column}__exact": ""}
            found.append(Line(str(empty), counts[""], unstated))
        return found

    return lines


def _modes(session: Session) -> list[Line]:
    rows = counted(session).order_by().values_list(ATTENDED_MODE)
    counts = dict(rows.annotate(n=Count("pk")))
    return [
        Line(str(label), counts[mode], {"attends": mode}, mode)
        for mode, label in Mode.choices
        if mode in counts
    ]


def _countries(session: Session) -> list[Line]:
    return _largest_first(
        Line(country_name(code) or _("Not stated"), n, {"country__exact": code}, code)
        for code, n in _by(session, "country")
    )


def _regions(of: Callable[[str], str]) -> Callable[[Session], list[Line]]:
    """Add countries up to the regions they lie in."""

    def lines(session: Session) -> list[Line]:
        counts: Counter[str] = Counter()
        codes: dict[str, list[str]] = {}
        for code, n in _by(session, "country"):
            counts[of(code)] += n
            codes.setdefault(of(code), []).append(code)
        return _largest_first(
            Line(
                region_name(region) or _("No region"),
                n,
                {"country__in": ",".join(sorted(codes[region]))},
                region,
            )
            for region, n in counts.items()
        )

    return lines


def _delegations(session: Session) -> list[Line]:
    """Count by delegation; their names come in the language of the page."""
    of_session = Q(registrations__in=counted(session))
    rows: Any = Delegation.objects.filter(of_session)
    rows = rows.annotate(n=Count("registrations"))
    return _largest_first(
        Line(row.name, row.n, {"delegation__id__exact": row.pk}, str(row.pk))
        for row in rows.order_by()
    )


def _returning(session: Session) -> list[Line]:
    """Part those who took part in an earlier session, by its registrations."""
    before = Registration.objects.taking_part().filter(
        participant=OuterRef("participant"), session__number__lt=session.number
    )
    found = counted(session).aggregate(
        returning=Count("participant", distinct=True, filter=Exists(before)),
        everybody=Count("participant", distinct=True),
    )
    return [
        Line(_("For the first time"), found["everybody"] - found["returning"]),
        Line(_("Took part before"), found["returning"]),
    ]


_LANGUAGES = dict(settings.LANGUAGES)
_NOT_STATED = pgettext_lazy("answer", "Not stated")

TABLES: dict[str, tuple[str | Promise, Callable[[Session], list[Line]]]] = {
    "mode": (gettext_lazy("Mode of participation"), _modes),
    "category": (
        gettext_lazy("Category of participant"),
        _choices("category", dict(Category.choices)),
    ),
    "country": (gettext_lazy("Country or territory"), _countries),
    "region": (gettext_lazy("Region (UN M49)"), _regions(region_of)),
    "subregion": (gettext_lazy("Sub-region (UN M49)"), _regions(subregion_of)),
    "group": (
        gettext_lazy("Regional group"),
        _choices(
            "delegation__regional_group",
            dict(Delegation.RegionalGroup.choices),
            gettext_lazy("No regional group"),
        ),
    ),
    "delegation": (gettext_lazy("Delegation"), _delegations),
    "language": (
        gettext_lazy("Language of correspondence"),
        _choices("language", _LANGUAGES),
    ),
    "interpretation": (
        gettext_lazy("Interpretation language"),
        _choices("interpretation_language", _LANGUAGES, _NOT_STATED),
    ),
    "gender": (
        gettext_lazy("Gender"),
        _choices("gender", dict(Registration.Gender.choices), _NOT_STATED),
    ),
    "returning": (gettext_lazy("New and returning people"), _returning),
}
