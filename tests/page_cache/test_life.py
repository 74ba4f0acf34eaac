"""How long a page is kept, and how much room all of them take."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sessions.models import ContentVersion, Session
from sessions.public_page import next_boundary
from tests.factories import make_registration, make_session
from tests.page_cache.site import CLOSED, HOME, PUBLIC, Site, answering
from tests.sessions.factories import make_item
from wipoconv import page_cache

pytestmark = pytest.mark.django_db

# How long it holds --------------------------------------------------------------------


def test_an_edit_shows_as_soon_as_the_version_is_asked_again(site):
    session = make_session(title="Before", **CLOSED)
    url = session.get_absolute_url()
    site.get(url)

    session.title_en = "After"
    session.save()
    at_once = site.get(url)
    site.forget_the_version()

    assert "Before" in at_once.text
    assert "After" in site.get(url).text


def test_the_version_costs_one_query_a_second_and_a_kept_page_none(site):
    site.get(HOME)

    site.forget_the_version()
    with CaptureQueriesContext(connection) as first:
        site.get(HOME)
    with CaptureQueriesContext(connection) as others:
        for _ in range(20):
            site.get(HOME)

    assert (len(first), len(others)) == (1, 0)


def test_registration_opens_on_the_kept_page_at_its_moment(site):
    opens = timezone.now() + timedelta(seconds=1.2)
    url = make_session(registration_opens_at=opens).get_absolute_url()
    register = f'href="{url}register/"'

    before = site.get(url)
    time.sleep(1.3)

    assert register not in before.text
    assert register in site.get(url).text


def test_places_left_are_shown_for_seconds_only(site, monkeypatch):
    monkeypatch.setattr(page_cache, "SECONDS_WITH_PLACES", 0.4)
    session = make_session(capacity_in_person=1, capacity_online=100)
    url = session.get_absolute_url()
    site.get(url)
    make_registration(session)

    kept = site.get(url)
    time.sleep(0.5)

    assert "Waiting list only" not in kept.text
    assert "Waiting list only" in site.get(url).text


def test_a_page_without_places_outlives_those_seconds(site, monkeypatch):
    monkeypatch.setattr(page_cache, "SECONDS_WITH_PLACES", 0)
    make_session(capacity_in_person=1)
    url = make_session(**CLOSED).get_absolute_url()

    for _ in range(2):
        site.get(url)

    assert len(site.made) == 1


NOW = datetime(2030, 5, 6, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    "column",
    ["registration_opens_at", "registration_closes_at", "access_deadline_at"],
)
def test_a_moment_of_a_session_is_a_boundary(column):
    moments = {
        "registration_opens_at": NOW - 3 * HOUR,
        "registration_closes_at": NOW + 3 * HOUR,
        "access_deadline_at": NOW - HOUR,
    }
    make_session(**moments | {column: NOW + HOUR})
    make_session(status=Session.Status.DRAFT, access_deadline_at=NOW + HOUR / 2)

    assert next_boundary(NOW) == NOW + HOUR
    assert next_boundary(NOW + HOUR) > NOW + HOUR


@pytest.mark.parametrize("begin", [NOW + HOUR, NOW - HOUR])
def test_an_item_that_starts_or_ends_is_a_boundary(begin):
    make_item(make_session(**CLOSED), starts_at=begin, ends_at=begin + 2 * HOUR)

    assert next_boundary(NOW) == NOW + HOUR


@pytest.mark.parametrize(
    ("zone", "hour"), [("Asia/Kolkata", 18.5), ("Europe/Zurich", 22), ("UTC", 22)]
)
def test_midnight_at_a_venue_and_here_is_a_boundary(zone, hour):
    make_session(time_zone=zone, **CLOSED)

    assert next_boundary(NOW) == NOW + (hour - 12) * HOUR


# How much it takes --------------------------------------------------------------------


def test_made_up_questions_take_no_more_than_their_room_and_push_out_no_page(site):
    site.get(HOME)
    for n in range(60):
        site.get(f"/en/sessions/?q={n}{'x' * 50}")

    asked = site.cache._asked
    assert 0 < asked.taken <= asked.room == 250_000
    assert 0 < len(asked) < 60
    made = len(site.made)
    site.get(HOME)
    assert len(site.made) == made


def test_a_page_larger_than_all_room_is_sent_and_not_kept():
    site = Site(answering(HttpResponse("x" * 800_000, headers=PUBLIC)))

    assert len(site.get(HOME).body) == 800_000
    assert (site.kept, site.cache._plain.taken) == (0, 0)


def test_a_page_that_is_made_anew_takes_its_room_once():
    site = Site(answering(HttpResponse(bytes(300_000), headers=PUBLIC)))
    for _ in range(5):
        ContentVersion.objects.raise_it()
        site.forget_the_version()
        site.get(HOME)

    assert len(site.made) == 5
    assert site.cache._plain.taken < 400_000


def test_the_page_asked_for_longest_ago_goes_first():
    site = Site(answering(HttpResponse(bytes(300_000), headers=PUBLIC)))
    for path in ["/en/", "/fr/", "/en/", "/ru/"]:
        site.get(path)

    made = [environ["PATH_INFO"] for environ in site.made]
    site.get("/en/")
    site.get("/fr/")

    assert made == ["/en/", "/fr/", "/ru/"]
    assert [environ["PATH_INFO"] for environ in site.made][3:] == ["/fr/"]


@pytest.mark.django_db(transaction=True)
def test_many_threads_make_a_page_once(site):
    ContentVersion.objects.raise_it()
    start = Barrier(12)

    def visit(_n):
        start.wait(10)
        try:
            return site.get(HOME).body
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as threads:
        bodies = set(threads.map(visit, range(12)))

    assert len(bodies) == 1
    assert len(site.made) == 1


def test_after_a_failure_nobody_waits_for_the_page():
    failing = Site(answering(HttpResponse("words", status=500)))

    failing.get(HOME)

    assert failing.cache._making == {}
