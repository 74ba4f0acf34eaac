"""The Atom feed: read by two parsers that are not the writer."""

from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET

import feedparser
import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from sessions.models import Session
from tests.factories import make_session

pytestmark = pytest.mark.django_db
LANGUAGES = [code for code, _name in settings.LANGUAGES]
ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = "<script>alert(1)</script> & ]]> \"'\r\n\x0b\x01\ufffe end"


def feed_of(client, language="en"):
    response = client.get(address(language))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return response.content


def address(language="en"):
    with translation.override(language):
        return reverse("sessions:feed")


def read(content):
    found = feedparser.parse(content)
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == "atom10"
    return found


def test_drafts_are_in_no_feed(client):
    make_session(status=Session.Status.DRAFT)

    assert read(feed_of(client)).entries == []


def test_hostile_words_stay_words(client):
    make_session(title=HOSTILE, summary=HOSTILE, city=HOSTILE[:90])

    content = feed_of(client)

    root = ET.fromstring(content)  # noqa: S314 (it is our own)
    [entry] = root.findall(f"{ATOM}entry")
    title = entry.find(f"{ATOM}title")
    assert title.get("type", "text") == "text"
    assert title.text == "<script>alert(1)</script> & ]]> \"' end"
    summary = entry.find(f"{ATOM}summary")
    assert summary.get("type") == "html"
    assert "<script" not in summary.text
    assert "&lt;script&gt;" in summary.text
    assert b"<script" not in content


def test_an_entry_tells_the_session_and_where_it_is(client):
    session = make_session(
        number=9,
        title="Copyright",
        summary="Two days.",
        starts_on=date(2024, 3, 13),
        ends_on=date(2024, 3, 14),
    )
    changed = datetime(2026, 11, 23, 10, tzinfo=UTC)
    Session.objects.update(updated_at=changed)

    feed = read(feed_of(client))

    assert feed.feed.id == "tag:localhost,2026:sessions:en"
    assert feed.feed.author
    links = {link.rel: link.href for link in feed.feed.links}
    assert links == {
        "alternate": "http://localhost/en/sessions/",
        "self": "http://localhost/en/feed.atom",
    }
    [entry] = feed.entries
    assert entry.id == "tag:localhost,2026:session-9:en"
    assert entry.title == "Copyright"
    assert entry.link == f"http://localhost{session.get_absolute_url()}"
    assert entry.updated == feed.feed.updated == "2026-11-23T10:00:00+00:00"
    for words in ["13–14 March 2024", "Geneva", "Hybrid", "Two days."]:
        assert words in entry.summary


def test_an_entry_keeps_its_name_when_the_page_moves(client):
    session = make_session()
    [before] = read(feed_of(client)).entries
    session.slug = "elsewhere"
    session.save()

    [after] = read(feed_of(client)).entries

    assert after.id == before.id
    assert after.link != before.link


def test_a_cancelled_and_an_invented_session_say_so(client):
    make_session(status=Session.Status.CANCELLED, number=8)
    make_session(is_demonstration=True, number=9, title="Copyright")

    invented, cancelled = read(feed_of(client)).entries

    assert "Session cancelled" in cancelled.summary
    assert "Session cancelled" not in invented.summary
    assert invented.title == "Demonstration · Copyright"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_feed_speaks_the_language_of_its_address(client, language):
    titles = {f"title_{code.replace('-', '_')}": f"In {code}" for code in LANGUAGES}
    make_session(**titles)

    content = feed_of(client, language)

    root = ET.fromstring(content)  # noqa: S314 (it is our own)
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == language
    [entry] = read(content).entries
    assert entry.title == f"In {language}"
    assert f"/{language}/sessions/" in entry.link
    assert entry.id.endswith(f":{language}")


def test_who_has_the_feed_already_is_told_so(client):
    make_session()
    first = client.get(address())

    again = client.get(address(), headers={"if-none-match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("sessions", [1, 25])
def test_a_feed_costs_the_same_however_many_sessions(
    client, django_assert_num_queries, sessions
):
    for _session in range(sessions):
        make_session(summary="Words.")

    with django_assert_num_queries(1):
        content = feed_of(client)

    assert len(read(content).entries) == sessions
