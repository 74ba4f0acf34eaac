"""Figures: whom they are shown to, what is folded, how pages tell them."""

import csv
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from participants import stats
from participants.models import PublicTable
from participants.stats.tables import Line, Table
from sessions.models import Session
from tests.factories import make_registration, make_session
from tests.pages import against_the_policy, parse
from tests.participants.test_dashboard import signed_in
from tests.participants.test_statistics_tables import session

pytestmark = pytest.mark.django_db
assert session  # the fixture


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
