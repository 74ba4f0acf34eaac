"""A form is kept but for the moment it was opened, which every reader gets anew."""

import re
from gzip import decompress

import pytest
from django.test import RequestFactory

from participants import time_trap
from participants.models import Delegation
from sessions.public_page import PUT_IN_HERE
from tests.factories import make_delegation, make_session
from tests.page_cache.site import Site

pytestmark = pytest.mark.django_db


@pytest.fixture
def url():
    return f"/en/sessions/{make_session().slug}/register/"


@pytest.fixture
def moments(monkeypatch):
    """Let five seconds pass with every form."""
    times = iter(range(1_000, 2_000, 5))
    monkeypatch.setattr(time_trap, "time", lambda: next(times))


def opened(answer):
    [(_before, token)] = re.findall(r'(name="opened" value=")([^"]*)"', text_of(answer))
    return token


def text_of(answer):
    zipped = answer.header("Content-Encoding") == "gzip"
    return (decompress(answer.body) if zipped else answer.body).decode()


def test_it_is_made_once_and_each_reader_gets_a_moment_of_his_own(site, url, moments):
    answers = [site.get(url) for _ in range(3)]

    assert (len(site.made), site.kept) == (1, 1)
    tokens = [opened(answer) for answer in answers]
    assert [token.split(".")[0] for token in tokens] == ["1000", "1005", "1010"]
    assert len({answer.text.replace(opened(answer), "") for answer in answers}) == 1
    assert PUT_IN_HERE not in answers[0].text
    for answer in answers:
        assert answer.header("Content-Length") == str(len(answer.body))


def test_a_moment_is_signed_and_judged(site, url, settings):
    settings.FORM_SECONDS = 3
    site.get(url)

    post = RequestFactory().post("/", {"opened": opened(site.get(url))})

    assert time_trap._moment(post.POST["opened"]) is not None
    assert time_trap.is_too_fast(post)


def test_readers_and_their_caches_keep_nothing(site, url):
    for answer in [site.get(url), site.get(url, HTTP_IF_NONE_MATCH="*")]:
        assert answer.status == 200
        assert "no-store" in answer.header("Cache-Control")
        assert not answer.header("ETag")
        assert not answer.header("Set-Cookie")


@pytest.mark.parametrize(
    "accepted", ["gzip", "gzip, deflate, br", "br;q=1, gzip;q=0.5"]
)
def test_compressed_it_is_the_same(site, url, moments, accepted):
    for number in range(2):
        answer = site.get(url, HTTP_ACCEPT_ENCODING=accepted)

        assert answer.header("Content-Encoding") == "gzip"
        assert answer.header("Content-Length") == str(len(answer.body))
        assert opened(answer).startswith(f"{1000 + 5 * number}.")
        assert text_of(answer).rstrip().endswith("</html>")


def test_without_the_cache_it_is_the_same_too(site, url, moments):
    kept = site.get(url)
    plain = site.ask(site.application, url)

    assert plain.text.replace(opened(plain), "") == kept.text.replace(opened(kept), "")
    own = {"Vary", "Expires"}  # the second it was made may be another
    expected = {name: plain.header(name) for name in plain.headers if name not in own}
    assert kept.headers.items() >= expected.items()
    assert "Expires" in kept.headers


def test_what_somebody_asks_with_never_reaches_the_next(site, url):
    site.get(f"{url}?category=press&opened=x", HTTP_COOKIE="a=b", HTTP_REFERER="x")

    assert [environ.get("QUERY_STRING") for environ in site.made] == [""]
    assert "HTTP_COOKIE" not in site.made[0]


def test_a_closed_form_is_not_kept(site):
    session = make_session(registration_opens_at=None, registration_closes_at=None)

    answers = [site.get(f"/en/sessions/{session.slug}/register/") for _ in range(2)]

    assert {answer.status for answer in answers} == {410}
    assert site.kept == 0


def test_a_new_delegation_is_offered_within_a_second(site, url):
    delegation = make_delegation(name="Old name of a delegation")
    assert "Old name of a delegation" in site.get(url).text

    delegation.name_en = "New name of a delegation"
    delegation.save()
    site.forget_the_version()

    assert "New name of a delegation" in site.get(url).text
    Delegation.objects.filter(pk=delegation.pk).delete()
    site.forget_the_version()
    assert "New name of a delegation" not in site.get(url).text


def test_a_form_takes_room_as_every_page():
    site, sessions = Site(megabytes=1), [make_session() for _ in range(4)]

    for session in sessions:
        site.get(f"/en/sessions/{session.slug}/register/")

    assert 0 < site.kept < len(sessions)
