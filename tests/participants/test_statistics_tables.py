"""Every figure against SQL written by hand."""

from collections import Counter
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from participants import stats
from participants.models import CheckIn, Registration, Status
from sessions.models import Category, Mode, ReportedAttendance
from tests.factories import make_delegation, make_registration, make_session

pytestmark = pytest.mark.django_db


def sql(query, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall()


@pytest.fixture
def session():
    """A session with answers of every kind, an earlier one, and what does not count."""
    earlier = make_session(
        starts_on=timezone.localdate() - timedelta(days=60),
        ends_on=timezone.localdate() - timedelta(days=60),
    )
    session = make_session()
    group = make_delegation(regional_group="grulac", name="=Demo State")
    other = make_delegation()
    for n, country in enumerate(["CH", "CH", "BR", "KE", "CH", "ZZ", "BR"]):
        make_registration(
            session,
            country=country,
            gender=["woman", "man", ""][n % 3],
            language=["en", "ar"][n % 2],
            interpretation_language=["fr", ""][n % 2],
            mode=[Mode.ONLINE, Mode.IN_PERSON][n % 2],
            category=Category.MEMBER_STATE if n < 3 else Category.ACADEMIA,
            delegation=[group, group, other][n] if n < 3 else None,
            created_at=timezone.now() - timedelta(days=n),
        )
    again = make_registration(earlier)
    first = session.registrations.first()
    Registration.objects.filter(pk=first.pk).update(participant=again.participant)
    make_registration(session, status=Status.WAITING, country="FR")
    make_registration(  # waits for the room and is online meanwhile
        session,
        status=Status.WAITING,
        online_meanwhile=True,
        country="BR",
        language="ar",
        mode=Mode.IN_PERSON,
        created_at=timezone.now() - timedelta(days=6),
    )
    make_registration(session, status=Status.CANCELLED, country="FR")
    make_registration(session, country="FR", is_demonstration=True)
    make_registration()  # of another session
    for row in session.registrations.all()[2:5]:
        CheckIn.objects.create(registration=row, day=session.starts_on)
    return session


def lines(name, session):
    return {
        line.key or line.label: line.count
        for line in stats.make_table(name, session).lines
    }


# Who counts, in SQL; one of these waits for the room and is online meanwhile.
COUNTED = (
    " FROM participants_registration r WHERE r.session_id = %s"
    " AND (r.status = 'confirmed' OR (r.status = 'waiting' AND r.online_meanwhile))"
    " AND NOT r.is_demonstration"
)
COLUMNS = {
    "mode": "CASE WHEN r.online_meanwhile THEN 'online' ELSE r.mode END",
    "category": "r.category",
    "country": "r.country",
    "language": "r.language",
    "interpretation": "r.interpretation_language",
    "gender": "r.gender",
    "group": "(SELECT regional_group FROM participants_delegation d"
    " WHERE d.id = r.delegation_id)",
}
EMPTY = {"group": "No regional group"}
OTHER_TABLES = {"delegation", "region", "subregion", "returning"}  # below


def by_hand(column, session):
    """Count by a column, what is empty and what is not there together."""
    found = sql(
        f"SELECT coalesce({column}, ''), count(*){COUNTED} GROUP BY 1",
        session.pk,
    )
    assert sum(n for _value, n in found) == 8
    return dict(found)


def test_every_table_is_checked_against_sql():
    assert set(COLUMNS) | OTHER_TABLES == set(stats.TABLES)


@pytest.mark.parametrize("name", COLUMNS)
def test_answers_are_counted_as_sql_counts_them(session, name):
    found = by_hand(COLUMNS[name], session)
    empty = EMPTY.get(name, "Not stated")
    assert lines(name, session) == {key or empty: n for key, n in found.items()}
    assert stats.make_table(name, session).total == 8


def test_delegations_are_counted_as_sql_counts_them(session):
    found = sql(
        f"SELECT r.delegation_id, count(*){COUNTED}"
        " AND r.delegation_id IS NOT NULL GROUP BY 1",
        session.pk,
    )
    assert lines("delegation", session) == {str(key): n for key, n in found}
    assert sorted(n for _key, n in found) == [1, 2]


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("region", {"CH": "150", "BR": "019", "KE": "002", "ZZ": "No region"}),
        ("subregion", {"CH": "155", "BR": "005", "KE": "014", "ZZ": "No region"}),
    ],
)
def test_regions_add_up_what_sql_counts_by_country(session, name, places):
    sums = Counter()
    for country, n in by_hand("r.country", session).items():
        sums[places[country]] += n
    assert lines(name, session) == sums


def test_who_was_there_before_is_no_new_person(session):
    [(people, before)] = sql(
        "SELECT count(DISTINCT r.participant_id), count(DISTINCT CASE WHEN EXISTS ("  # noqa: S608
        "SELECT 1 FROM participants_registration e JOIN conversation_session s"
        " ON s.id = e.session_id WHERE e.participant_id = r.participant_id"
        " AND s.number < %s AND e.status = 'confirmed') THEN r.participant_id END)"
        f"{COUNTED}",
        session.number,
        session.pk,
    )
    assert lines("returning", session) == {
        "For the first time": people - before,
        "Took part before": before,
    }
    assert (people, before) == (8, 1)


def test_attendance_is_counted_by_day_and_mode(session):
    for days in [0, 1]:  # who waits for the room was online
        CheckIn.objects.create(
            registration=session.registrations.get(online_meanwhile=True),
            day=session.starts_on + timedelta(days=days),
            mode=Mode.ONLINE,
        )
    found = sql(
        "SELECT c.day, sum(CASE WHEN c.mode = 'in_person' THEN 1 ELSE 0 END),"  # noqa: S608
        " sum(CASE WHEN c.mode = 'online' THEN 1 ELSE 0 END)"
        " FROM participants_checkin c"
        f" WHERE c.registration_id IN (SELECT r.id{COUNTED})"
        " GROUP BY c.day ORDER BY c.day",
        session.pk,
    )
    days = [(day.day, day.in_person, day.online) for day in stats.attendance(session)]
    assert days == [(as_day(day), *counts) for day, *counts in found]
    assert [counts for _day, *counts in days] == [[2, 1], [0, 1]]


def as_day(value):
    """Return a day; SQLite keeps it as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def test_registrations_are_compared_at_the_same_distance(session):
    mine, earlier = stats.curves(session)
    rows = sql(f"SELECT r.id{COUNTED}", session.pk)
    made = Registration.objects.filter(pk__in=[key for (key,) in rows])
    days = [row.created_at.astimezone(session.zone).date() for row in made]

    assert mine.most == len(rows) == 8
    today = (session.starts_on - session.today).days
    assert mine.at(today - 1) is None  # that day is to come
    for before in range(today, today + 40):
        until = session.starts_on - timedelta(days=before)
        assert mine.at(before) == sum(day <= until for day in days)
    assert earlier.points[-1] == (0, 1)  # registered after its first day


@pytest.mark.parametrize("name", stats.TABLES)
def test_a_table_costs_one_query(session, name, django_assert_num_queries):
    with django_assert_num_queries(1):
        stats.make_table(name, session)


def test_people_of_a_period_are_counted_once():
    days = [date(2026, 3, 1), date(2026, 5, 1), date(2025, 5, 1)]
    sessions = [make_session(starts_on=d, ends_on=d) for d in days]
    shown = make_session(starts_on=days[0], ends_on=days[0], is_demonstration=True)
    rows = [make_registration(s, country="CH") for s in [*sessions, shown]]
    Registration.objects.filter(pk=rows[1].pk).update(participant=rows[0].participant)
    make_registration(sessions[1], country="ZZ")
    make_registration(sessions[1], country="CH", status="waiting")
    make_registration(
        sessions[1], country="CH", status="waiting", online_meanwhile=True
    )
    for day in days[:2]:
        CheckIn.objects.create(registration=rows[0], day=day)
    ReportedAttendance.objects.create(
        session=sessions[0], count=900, kind="attendees", source_url="https://wipo.int/"
    )

    found = stats.period(date(2026, 1, 1), date(2026, 12, 31))

    assert found.sessions == sessions[:2]
    by_hand = sql(
        "SELECT count(*), count(DISTINCT p.person_key), count(DISTINCT CASE WHEN"
        " r.country NOT IN ('', 'ZZ') THEN r.country END),"
        " count(DISTINCT CASE WHEN c.id IS NOT NULL THEN p.person_key END)"
        " FROM (SELECT * FROM participants_registration WHERE status = 'confirmed'"
        "  OR (status = 'waiting' AND online_meanwhile)) r"
        " JOIN participants_participant p ON p.id = r.participant_id"
        " JOIN conversation_session s ON s.id = r.session_id"
        " LEFT JOIN (SELECT min(id) AS id, registration_id FROM participants_checkin"
        "  GROUP BY registration_id) c ON c.registration_id = r.id"
        " WHERE NOT s.is_demonstration AND NOT r.is_demonstration"
        " AND s.starts_on BETWEEN '2026-01-01' AND '2026-12-31'"
    )
    counted = (found.registrations, found.people, found.countries, found.attended)
    assert by_hand == [counted] == [(4, 3, 1, 1)]

    told = StringIO()
    options = ["--from", "2026-01-01", "--to", "2026-12-31"]
    call_command("people_and_countries", *options, stdout=told)
    assert "People, nobody twice: 3\n" in told.getvalue()
    assert "Reported, not counted here, session 101: 900 attendees" in told.getvalue()
