"""The series in figures: as reported, with sources, never added up."""

import pytest

from participants.models import Status
from sessions.models import ReportedAttendance, Session
from tests.factories import make_registration, make_session
from tests.pages import against_the_policy, parse

pytestmark = pytest.mark.django_db


def held(year, **fields):
    """Make a session of the past, known by its year."""
    registers = dict.fromkeys(["registration_opens_at", "registration_closes_at"])
    when = {"starts_on": None, "ends_on": None, "held_year": year}
    return make_session(**registers | when | fields)


def report(session, count, kind="registrants", **fields):
    return ReportedAttendance.objects.create(
        session=session,
        count=count,
        kind=kind,
        source_url=f"https://www.wipo.int/{count}",
        **fields,
    )


def section(client, heading, language="en"):
    page = parse(client.get(f"/{language}/figures/"))
    found = [s for s in page.all("section") if heading in [h.text for h in s.all("h2")]]
    return found[0] if found else None


def lines(client, heading):
    part = section(client, heading)
    return [row.text for row in part.one("tbody").all("tr")] if part else []


def test_a_session_nobody_reported_on_says_so(client):
    held(2019, title="Nobody counted")

    [line] = lines(client, "Attendance")

    assert "not reported" in line
    assert section(client, "Countries") is None


def test_every_figure_stands_with_its_words_and_its_source(client):
    first, second = held(2019), held(2020)
    report(first, 2000, qualifier="more than", countries=130)
    report(first, 500, kind="participants")
    report(second, 1573, qualifier="exactly", countries=117)

    people, countries = lines(client, "Attendance"), lines(client, "Countries")

    assert len(people) == 3
    assert "more than 2,000 registrants" in people[0]
    assert "500 participants" in people[1]
    assert "exactly 1,573 registrants" in people[2]
    assert ["130" in countries[0], "117" in countries[1]] == [True, True]
    links = section(client, "Attendance").links
    assert {f"https://www.wipo.int/{n}" for n in (2000, 500, 1573)} < set(links)
    page = parse(client.get("/en/figures/")).one("main").text
    for total in ["2,500", "4,073", "3,573", "247"]:
        assert total not in page


def test_bars_are_drawn_to_scale_and_outlined_for_who_took_part(client):
    report(held(2019), 1000)
    report(held(2020), 250, kind="participants")

    bars = section(client, "Attendance").all("rect")

    assert [bar.attrs["width"] for bar in bars] == ["100.0", "25.0"]
    assert [bar.attrs.get("class") for bar in bars] == [None, "other"]


@pytest.mark.parametrize("language", ["ar", "fr", "ru"])
def test_no_language_puts_its_comma_into_a_drawing(client, language):
    report(held(2019), 3000, countries=144)
    report(held(2020), 1000, countries=133)

    page = parse(client.get(f"/{language}/figures/"))

    widths = [bar.attrs["width"] for bar in page.all("rect")]
    assert widths == ["100.0", "33.3", "100.0", "92.4"]
    assert against_the_policy(page) == []


def test_what_is_invented_cancelled_or_to_come_is_no_part_of_the_series(client):
    real = held(2019)
    held(2020, is_demonstration=True)
    held(2021, status=Session.Status.CANCELLED)
    held(2022, status=Session.Status.DRAFT)
    make_session()
    for session in Session.objects.exclude(pk=real.pk):
        report(session, 99999)

    page = parse(client.get("/en/figures/")).one("main")
    home = parse(client.get("/en/")).one("main")

    assert "99,999" not in page.text + home.text
    assert len(lines(client, "Attendance")) == 1
    assert "session since 2019" in page.text


def test_home_shows_the_largest_sourced_figures_and_no_others(client):
    report(held(2019), 10)
    assert "more than 3,700" not in parse(client.get("/en/")).text
    report(held(2023), 3700, qualifier="more than", countries=144)

    figures = parse(client.get("/en/")).one("dl", class_="facts big")

    assert [dd.text for dd in figures.all("dd")] == ["2", "more than 3,700", "144"]
    assert figures.links == ["https://www.wipo.int/3700"] * 2


def test_what_staff_typed_as_a_qualifier_is_inert(client):
    report(held(2019), 5, qualifier="<b>x</b>", countries=3, kind="<i>y</i>")

    for url in ["/en/", "/en/figures/"]:
        page = parse(client.get(url)).one("main")
        assert not page.all("i")
        assert "<b>x</b> 5" in page.text


# Counted here -----------------------------------------------------------------------

HERE = "Registered on this site"


def test_small_numbers_are_not_shown(client):
    session = make_session()
    for _n in range(9):
        make_registration(session)

    assert section(client, HERE) is None


def test_registrations_of_an_invented_session_are_not_counted(client):
    session = make_session(is_demonstration=True)
    for _n in range(12):
        make_registration(session)

    assert section(client, HERE) is None


def test_confirmed_people_and_their_countries_are_counted(client):
    session = make_session()
    for n in range(12):
        country = ["CH", "CL", "ZZ"][n % 3]  # ZZ: not listed
        make_registration(session, country=country)
    make_registration(session, country="FR", status=Status.WAITING)
    make_registration(session, country="FR", status=Status.CANCELLED)

    [line] = section(client, HERE).one("tbody").all("tr")

    assert [cell.text for cell in line.all("td")] == ["12", "2"]


@pytest.mark.parametrize("sessions", [1, 8])
def test_figures_cost_the_same_however_many_sessions(
    client, django_assert_num_queries, sessions
):
    for _n in range(sessions):
        report(held(2020), 5, countries=2)
    session = make_session()
    for _n in range(10):
        make_registration(session)

    with django_assert_num_queries(3):  # sessions, reported figures, registrations
        client.get("/ar/figures/")
