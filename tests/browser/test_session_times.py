"""Hours in the reader's time, what runs now, and a form that stays typed."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from tests.factories import make_session
from tests.sessions.factories import make_item

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def session():
    """Make a session whose only item is at ten in Geneva, on a day in winter."""
    session = make_session(starts_on=date(2099, 1, 14), ends_on=date(2099, 1, 14))
    make_item(session)
    return session


def lives_in(zone, **options):
    return pytest.mark.browser_context_args(timezone_id=zone, **options)


@lives_in("Asia/Tokyo", java_script_enabled=False)
def test_without_javascript_only_the_time_of_the_venue_is_told(
    page, live_server, session
):
    page.goto(live_server.url + session.get_absolute_url())

    assert page.locator(".prog .hours").inner_text().split() == ["10:00–11:00"]
    assert not page.locator("#zones").is_visible()


@lives_in("Europe/Paris")
def test_whoever_lives_by_the_same_clock_sees_no_second_time(
    page, live_server, session
):
    page.goto(live_server.url + session.get_absolute_url())

    assert page.locator("#zone").input_value() == "none"
    assert page.locator(".yours").count() == 0


@lives_in("Asia/Tokyo")
def test_the_reader_sees_the_hours_at_home_too(page, live_server, session):
    page.goto(live_server.url + session.get_absolute_url())

    assert page.locator(".yours").text_content() == "Your time: 18:00–19:00"


@lives_in("Pacific/Honolulu")
def test_another_day_at_home_is_named(page, live_server, session):
    page.goto(live_server.url + session.get_absolute_url())

    assert page.locator(".yours").text_content() == "Your time: Tue 23:00–00:00"


@lives_in("Asia/Tokyo")
def test_a_chosen_time_zone_is_remembered(page, live_server, session):
    page.goto(live_server.url + session.get_absolute_url())

    page.select_option("#zone", "America/Lima")
    page.reload()

    assert page.locator("#zone").input_value() == "America/Lima"
    assert page.locator(".yours").text_content() == "America/Lima: 04:00–05:00"


def test_now_moves_on_while_the_page_is_open(new_context, live_server):
    now = timezone.now().replace(microsecond=0)
    today = now.astimezone(ZoneInfo("Europe/Zurich")).date()
    session = make_session(starts_on=today, ends_on=today, registration_closes_at=now)
    for minutes in (-30, 30):
        make_item(session, starts_at=now + timedelta(minutes=minutes))
    context = new_context()
    context.clock.install(time=now)
    page = context.new_page()
    page.goto(live_server.url + session.get_absolute_url())
    marks = page.locator(".prog .now")
    assert [marks.nth(n).is_visible() for n in (0, 1)] == [True, False]

    page.clock.run_for(timedelta(minutes=31).total_seconds() * 1000)

    assert [marks.nth(n).is_visible() for n in (0, 1)] == [False, True]


@lives_in("America/Lima")
def test_the_form_says_when_it_starts_for_the_reader(page, live_server, session):
    page.goto(f"{live_server.url}{session.get_absolute_url()}register/")

    words = page.locator("[data-starts]").inner_text()
    assert words.translate({0x2068: "", 0x2069: ""}) == "For you it starts at 04:00"


def test_what_was_typed_stays_when_the_language_changes_and_in_no_address(
    page, live_server, session
):
    url = f"{session.get_absolute_url()}register/"
    page.goto(live_server.url + url)
    page.fill("[name=family_name]", "Núñez")
    page.fill("[name=email]", "ana@example.org")
    page.check("[name=category][value=academia]")
    page.check("[name=wishes_to_speak]")
    page.fill("#id_country", "智利")
    page.keyboard.press("Enter")

    page.click(".langs button[lang=fr]")
    page.wait_for_url(live_server.url + url.replace("/en/", "/fr/"))

    assert page.input_value("[name=family_name]") == "Núñez"
    assert page.input_value("[name=email]") == "ana@example.org"
    assert page.input_value("[name=country]") == "CL"
    assert page.is_checked("[name=category][value=academia]")
    assert page.is_checked("[name=wishes_to_speak]")
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0
