"""Figures along time: registrations before sessions, attendance by day."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from django.db.models import Count, Q
from django.db.models.functions import TruncDate

from sessions.models import Mode, Session

from ..models import CheckIn, Registration
from .tables import counted

EARLIER = 3  # sessions to compare with
MARKS = [56, 42, 28, 21, 14, 7, 3, 1, 0]  # days before a session, in the table


@dataclass(frozen=True)
class Curve:
    """How many were registered how many days before a session, the farthest first."""

    session: Session
    points: list[tuple[int, int]]  # (days before, registered by then)
    days_left: int = 0  # today

    def at(self, days_before: int) -> int | None:
        """Return how many were registered by then; None if that day is to come."""
        if days_before < self.days_left:
            return None
        reached = [n for days, n in self.points if days >= days_before]
        return reached[-1] if reached else 0

    @property
    def most(self) -> int:
        return self.points[-1][1]


def curves(session: Session) -> list[Curve]:
    """Compare registrations with those of earlier sessions at the same distance.

    Sessions without own registrations are left out. The day is the venue's; who takes
    part today counts, on the day they registered.
    """
    earlier = Session.objects.filter(number__lt=session.number, starts_on__isnull=False)
    sessions = [session, *earlier.exclude(status=Session.Status.DRAFT)[:EARLIER]]
    starts = {s.pk: s.starts_on for s in sessions if s.starts_on}
    left = {s.pk: (starts[s.pk] - s.today).days for s in sessions if s.pk in starts}
    by_session: dict[int, dict[int, int]] = defaultdict(dict)
    for pk, day, n in _days(sessions, session):
        if start := starts.get(pk):
            before = max((start - day).days, 0)
            by_session[pk][before] = by_session[pk].get(before, 0) + n
    return [
        Curve(s, _added_up(by_session[s.pk]), left[s.pk])
        for s in sessions
        if by_session.get(s.pk)
    ]


def _days(sessions: list[Session], of: Session) -> list[tuple[int, date, int]]:
    rows = Registration.objects.taking_part().filter(session__in=sessions)
    real = Q(is_demonstration=False) | Q(session__is_demonstration=True)
    return list(
        rows.filter(real)
        .order_by()
        .values_list("session", TruncDate("created_at", tzinfo=of.zone))
        .annotate(n=Count("pk"))
    )


def _added_up(days: dict[int, int]) -> list[tuple[int, int]]:
    ordered = sorted(days.items(), reverse=True)
    sums = accumulate(n for _before, n in ordered)
    return [(before, n) for (before, _n), n in zip(ordered, sums, strict=True)]


@dataclass(frozen=True)
class Day:
    """Who was there on one day."""

    day: date
    in_person: int
    online: int


def attendance(session: Session) -> list[Day]:
    """Count the check-ins of each day, of those who count."""
    rows = CheckIn.objects.filter(registration__in=counted(session)).order_by("day")
    days = rows.values_list("day").annotate(
        in_person=Count("pk", filter=Q(mode=Mode.IN_PERSON)),
        online=Count("pk", filter=Q(mode=Mode.ONLINE)),
    )
    return [Day(*row) for row in days]
