"""What machines read: head of a page, schema.org, sitemap, robots."""

import json
from datetime import date
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.utils import translation

from sessions.models import Appearance, Session, Theme
from tests.factories import make_registration, make_session
from tests.pages import parse, status_of
from tests.sessions.factories import make_picture, make_speaker

pytestmark = pytest.mark.django_db
LANGUAGES = [code for code, _name in settings.LANGUAGES]
HOSTILE = "</script><script>alert(1)</script>\u2028 & <!-- \" ' ]]>"
LD = "application/ld+json"


def head_of(client, url):
    return parse(client.get(url)).one("head")


def meta(head):
    found = head.all("meta")
    return {
        m.attrs.get("property") or m.attrs.get("name"): m.attrs.get("content")
        for m in found
    }


def event_of(client, session, language="en"):
    with translation.override(language):
        url = session.get_absolute_url()
    return json.loads(head_of(client, url).one("script", type=LD).raw)


# The head ---------------------------------------------------------------------------


def test_filters_and_tracking_make_no_page_of_their_own(client):
    head = head_of(client, "/fr/sessions/?year=2024&utm_source=x")

    assert head.one("link", rel="canonical").attrs["href"] == (
        "http://localhost/fr/sessions/"
    )
    alternates = head.all("link", rel="alternate")
    feed = head.one("link", type="application/atom+xml")
    assert client.get(feed.attrs["href"]).status_code == 200
    assert {a.attrs["href"].partition("?")[1] for a in alternates} == {""}


def test_a_session_introduces_itself(client):
    session = make_session(
        title="Bytes & Rights", summary="Two days.\n" * 100, cover=make_picture()
    )

    found = meta(head_of(client, session.get_absolute_url()))

    assert found["og:title"] == "Bytes & Rights"
    assert found["og:url"] == f"http://localhost{session.get_absolute_url()}"
    assert found["og:image"] == f"http://localhost/en/pictures/cover/{session.pk}/"
    assert found["description"].startswith("Two days.")
    assert len(found["description"]) <= 300
    assert status_of(client, found["og:image"]) == 200


def test_no_picture_is_named_where_there_is_none(client):
    assert "og:image" not in meta(head_of(client, make_session().get_absolute_url()))


@pytest.mark.parametrize("path", ["", "sessions/", "themes/", "speakers/", "figures/"])
def test_every_page_has_a_title_and_a_description_of_its_own(client, path):
    head = head_of(client, f"/en/{path}")

    assert head.one("title").text
    assert meta(head)["description"]
    assert meta(head)["og:title"]


def test_personal_pages_say_nothing_to_machines(client):
    row = make_registration()

    head = head_of(client, f"/en/registrations/{row.token}/")

    assert not head.all("link", rel="canonical")
    assert "og:url" not in meta(head)
    assert row.token not in head.raw


# schema.org -------------------------------------------------------------------------


def test_hostile_texts_stay_within_the_data(client):
    session = make_session(title=HOSTILE, summary=HOSTILE, city=HOSTILE, venue=HOSTILE)

    response = client.get(session.get_absolute_url())

    script = parse(response).one("script", type=LD)
    assert json.loads(script.raw)["name"] == HOSTILE
    assert not set("<>&\u2028") & set(script.raw)


@pytest.mark.parametrize("fields", [{"is_demonstration": True}, {"status": "draft"}])
def test_what_is_invented_or_a_draft_is_no_event(admin_client, fields):
    session = make_session(**fields)

    head = head_of(admin_client, f"{session.get_absolute_url()}?preview")

    assert not head.all("script", type=LD)


def test_a_session_is_an_event(client):
    session = make_session(
        title="Bytes",
        summary="Words.",
        starts_on=date(2099, 3, 13),
        ends_on=date(2099, 3, 14),
        venue="Room A",
    )

    assert event_of(client, session) == {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": "Bytes",
        "url": f"http://localhost{session.get_absolute_url()}",
        "description": "Words.",
        "inLanguage": "en",
        "startDate": "2099-03-13",
        "endDate": "2099-03-14",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/MixedEventAttendanceMode",
        "location": [
            {"@type": "Place", "name": "Room A", "address": "Room A, Geneva"},
            {
                "@type": "VirtualLocation",
                "url": f"http://localhost{session.get_absolute_url()}",
            },
        ],
    }


def test_what_is_not_known_of_a_session_is_not_said(client):
    days = {"starts_on": None, "ends_on": None, "held_year": 2022}
    registers = dict.fromkeys(["registration_opens_at", "registration_closes_at"])
    cancelled = Session.Status.CANCELLED
    session = make_session(**days | registers, mode="", city="", status=cancelled)

    event = event_of(client, session, "fr")

    assert event["startDate"] == "2022"
    assert event["eventStatus"] == "https://schema.org/EventCancelled"
    assert event["inLanguage"] == "fr"
    for name in ("endDate", "location", "eventAttendanceMode", "description"):
        assert name not in event


# Sitemap and robots -----------------------------------------------------------------


def sitemap(client):
    response = client.get("/sitemap.xml")
    assert response["Content-Type"].startswith("application/xml")
    root = ElementTree.fromstring(response.content)  # noqa: S314 (our own)
    spaces = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    return {
        url.find("s:loc", spaces).text: {
            link.attrib["hreflang"]: link.attrib["href"]
            for link in url
            if link.tag.endswith("link")
        }
        for url in root
    }


def test_the_sitemap_holds_no_draft_and_nothing_invented(client):
    theme = Theme.objects.create(slug="secret", name="Secret")
    for name, value in [("status", Session.Status.DRAFT), ("is_demonstration", True)]:
        session = make_session(slug=f"secret-{name}", **{name: value})
        session.themes.add(theme)
        Appearance.objects.create(session=session, speaker=make_speaker())

    found = sitemap(client)

    assert not [url for url in found if "secret" in url or "/speakers/1" in url]
    assert len(found) == 8 * len(LANGUAGES)


def test_every_page_of_the_sitemap_opens_and_names_its_languages(client):
    session = make_session()
    session.themes.add(Theme.objects.create(slug="law", name="Copyright"))
    speaker = make_speaker()
    Appearance.objects.create(session=session, speaker=speaker)

    found = sitemap(client)

    assert len(found) == 11 * len(LANGUAGES)
    assert f"http://localhost/ar/speakers/{speaker.pk}/" in found
    for url, others in found.items():
        assert list(others) == [*LANGUAGES, "x-default"]
        assert url in others.values()
        assert others["x-default"] == others["en"]
    for url in [url for url in found if "/fr/" in url]:
        head = head_of(client, url)
        assert head.one("link", rel="canonical").attrs["href"] == url


@pytest.mark.parametrize("sessions", [1, 9])
def test_the_sitemap_costs_the_same_however_many_sessions(
    client, django_assert_num_queries, sessions
):
    for _n in range(sessions):
        make_session()

    with django_assert_num_queries(3):  # sessions, themes, speakers
        client.get("/sitemap.xml")


def test_robots_stay_out_of_the_admin_and_of_what_is_somebodys_own(client):
    robots = RobotFileParser()
    robots.parse(client.get("/robots.txt").content.decode().splitlines())

    assert not robots.can_fetch("*", "/admin/login/")
    for code in LANGUAGES:
        assert not robots.can_fetch("*", f"/{code}/registrations/a-token/")
        assert robots.can_fetch("*", f"/{code}/sessions/9-a/register/")
    assert robots.site_maps() == ["http://localhost/sitemap.xml"]
