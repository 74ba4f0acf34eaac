"""Figures against hand-written SQL, whom they are shown to, what is folded."""

import csv
from collections import Counter
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from participants import stats
from participants.models import CheckIn, PublicTable, Registration, Status
from participants.stats.tables import Line, Table
from sessions.models import Category, Mode, ReportedAttendance, Session
from tests.factories import make_delegation, make_registration, make_session
from tests.pages import against_the_policy, parse
from tests.participants.test_dashboard import signed_in

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


@pytest.mark.parametrize(
    "options", [["2026-02-01", "2026-01-01"], ["x", "2026-01-01"], ["2026-13-01", "2"]]
)
def test_the_command_refuses_what_is_no_period(options):
    with pytest.raises(CommandError):
        call_command("people_and_countries", "--from", options[0], "--to", options[1])


# Small numbers ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([50, 40, 30], [50, 40, 30]),
        ([50, 40, 3], [50, 43]),  # one alone could be told from the total
        ([50, 20, 3, 2], [50, 25]),  # 3 + 2 is still small
        ([50, 8, 7], [50, 15]),
        ([8, 7, 1], None),
        ([12, 3], None),
        ([9], None),
        ([], None),
    ],
)
def test_small_numbers_are_folded_so_that_none_can_be_told(counts, shown):
    table = Table("t", "T", Session(), [Line(str(n), n) for n in counts])

    found = stats.folded(table, 10)

    assert (found and [line.count for line in found.lines]) == shown


def test_the_site_shows_public_tables_alone_and_folded(client, session):
    url = f"/en/sessions/{session.slug}/figures/"
    assert client.get(url).status_code == 404

    make_it_large(session)
    PublicTable.objects.create(session=session, table="country")
    page = parse(client.get(url))

    rows = [row.text for row in page.one("tbody").all("tr")]
    assert rows == ["Switzerland 13", "Others 15"]
    assert not [link for link in page.links if "/admin/" in link]
    assert against_the_policy(page) == []
    assert "Numbers below 10 are not shown." in page.text
    series = parse(client.get("/en/figures/"))
    assert url in series.links

    Session.objects.filter(pk=session.pk).update(status="draft")
    assert client.get(url).status_code == 404


def make_it_large(session):
    """Make 13 from Switzerland, 13 from Brazil; Kenya and "not listed" stay at 1."""
    for country in ["CH"] * 10 + ["BR"] * 10:
        make_registration(session, country=country)


# Pages of staff --------------------------------------------------------------------


def page_of(name, *args):
    return reverse(f"admin:participants_statistics{name}", args=args)


def test_every_figure_is_the_length_of_its_list(admin_client, session):
    names = ["mode", "region", "group", "delegation", "interpretation"]
    url = page_of("_session", session.number)
    page = parse(admin_client.get(url, {"table": names}))

    assert against_the_policy(page) == []
    checked = 0
    for row in page.all("tr"):
        for link in row.links:
            if "registration/?" not in link:
                continue
            listed = parse(admin_client.get(link)).one("table", id="result_list")
            number = int(row.all("td")[0].text.split(" – ")[0])
            assert len(listed.one("tbody").all("tr")) == number, link
            checked += 1
    assert checked > 6


def test_only_the_tables_asked_for_are_built(admin_client, session):
    url = page_of("_session", session.number)

    def queries(**data):
        with CaptureQueriesContext(connection) as captured:
            admin_client.get(url, data)
        return len(captured)

    queries()
    one = queries(table="country")
    assert queries(table=["country", "gender"]) == one + 1
    assert queries(table=["time"]) == one + 1  # its sessions, then their days
    assert queries(table=["attendance"]) == one


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("name", ["", "_session", "_sheet"])
def test_pages_open_in_both_directions(admin_client, session, name, language):
    admin_client.cookies["django_language"] = language
    args = [session.number] if name else []
    response = admin_client.get(page_of(name, *args))
    assert against_the_policy(parse(response)) == []
    assert f'lang="{language}"' in response.content.decode()


def test_a_session_without_anybody_has_a_page(admin_client):
    session = make_session(starts_on=None, ends_on=None, registration_opens_at=None)
    for name in ["_session", "_sheet"]:
        data = {"table": ["time", "attendance", *stats.TABLES]}
        assert admin_client.get(page_of(name, session.number), data).status_code == 200


def test_the_period_of_the_page(admin_client, session):
    day = session.starts_on.isoformat()
    page = parse(admin_client.get(page_of(""), {"first": day, "last": day}))
    assert "People9" in page.one("dl", class_="tiles").text
    for bad in [{"first": day, "last": "2000-01-01"}, {"first": "x", "last": ""}]:
        assert parse(admin_client.get(page_of(""), bad)).all("ul", class_="errorlist")


def test_a_table_as_csv_is_whole_and_inert(admin_client, session):
    answer = admin_client.get(page_of("_csv", session.number, "delegation"))
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["Delegation", "Registrations"]
    assert ["'=Demo State", "2"] in rows
    for name in ["time", "attendance", *stats.TABLES]:
        url = page_of("_csv", session.number, name)
        assert admin_client.get(url).status_code == 200
    assert (
        admin_client.get(page_of("_csv", session.number, "nothing")).status_code == 404
    )


def test_statistics_need_their_permission_and_publishing_another(session):
    client = signed_in("view_registration")
    for url in [
        page_of(""),
        page_of("_session", session.number),
        page_of("_sheet", session.number),
        page_of("_csv", session.number, "country"),
    ]:
        assert client.get(url).status_code == 403
    publish = page_of("_public", session.number, "country")
    assert client.post(publish, {"show": "1"}).status_code == 403
    assert not PublicTable.objects.exists()


def test_who_may_not_see_people_gets_figures_without_lists(session):
    page = parse(signed_in("view_statistics").get(page_of("_session", session.number)))
    assert not [link for link in page.links if "registration/?" in link]
    assert not page.all("button", class_="button")


def test_a_table_is_shown_and_taken_off(admin_client, session):
    url = page_of("_public", session.number, "country")
    admin_client.post(url, {"show": "1"})
    admin_client.post(url, {"show": "1"})
    assert PublicTable.objects.count() == 1
    admin_client.post(url, {})
    assert not PublicTable.objects.exists()
    assert admin_client.get(url).status_code == 405
    nothing = page_of("_public", session.number, "time")
    assert admin_client.post(nothing, {"show": "1"}).status_code == 404


def test_regions_have_names_in_every_language(session):
    for code in ["ar", "zh-hans", "fr", "ru", "es"]:
        with translation.override(code):
            labels = [
                line.label for line in stats.make_table("subregion", session).lines
            ]
            assert len(set(labels)) == 4
