"""People and countries over a period: own figures counted, reported ones quoted."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from sessions.countries import NOT_LISTED
from sessions.models import ReportedAttendance, Session

from ..models import Registration


@dataclass(frozen=True)
class Period:
    """What was counted here: nobody twice, however many sessions one came to."""

    first: date
    last: date
    sessions: list[Session]
    registrations: int
    people: int
    countries: int
    attended: int  # people seen at the door or online


def period(first: date, last: date) -> Period:
    """Count people and countries of the sessions that began from first to last day.

    Registrations of those who take part count; those of demonstrations never do.
    """
    sessions = list(
        Session.objects.public()
        .filter(starts_on__range=(first, last), is_demonstration=False)
        .order_by("number")
    )
    rows = Registration.objects.taking_part().filter(
        session__in=sessions, is_demonstration=False
    )
    listed = ~Q(country__in=["", NOT_LISTED])
    seen = Q(check_ins__isnull=False)
    found = rows.aggregate(
        registrations=Count("pk", distinct=True),
        people=Count("participant", distinct=True),
        countries=Count("country", distinct=True, filter=listed),
        attended=Count("participant", distinct=True, filter=seen),
    )
    return Period(first, last, sessions, **found)


def reported(first: date, last: date) -> list[ReportedAttendance]:
    """Quote what sources say of the sessions of these years; never added up."""
    held = Q(session__starts_on__range=(first, last)) | Q(
        session__held_year__range=(first.year, last.year)
    )
    figures = ReportedAttendance.objects.filter(
        held, session__is_demonstration=False
    ).exclude(session__status=Session.Status.DRAFT)
    return list(figures.select_related("session").order_by("session__number", "pk"))
