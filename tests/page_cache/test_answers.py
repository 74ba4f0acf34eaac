"""What a kept page is: the same bytes for everybody, whoever asked first."""

from datetime import date
from gzip import decompress

import brotli
import pytest

from tests.factories import make_session
from tests.page_cache.site import CLOSED, FRESH, HOME, Site

pytestmark = pytest.mark.django_db

# What comes out -----------------------------------------------------------------------


def test_a_page_is_made_once_and_the_same_for_everybody(site):
    made = site.get(HOME)
    kept = site.get(HOME, HTTP_COOKIE="sessionid=x", HTTP_ACCEPT_LANGUAGE="ar")

    assert made.status == kept.status == 200
    assert kept.body == made.body
    assert kept.headers == made.headers
    assert len(site.made) == 1


def test_a_kept_page_has_every_header_of_the_page_and_those_of_a_cache(site):
    site.get(HOME)
    kept = site.get(HOME)
    uncached = site.ask(site.application, HOME)

    assert kept.headers.items() >= uncached.headers.items() - {
        ("Vary", uncached.header("Vary"))
    }
    assert len(kept.headers) == kept.lines
    assert kept.header("Cache-Control") == FRESH
    assert kept.header("Vary") == "Accept-Encoding"
    assert "default-src 'none'" in kept.header("Content-Security-Policy")
    assert kept.header("X-Content-Type-Options") == "nosniff"
    assert kept.header("Content-Length") == str(len(kept.body))
    assert "Set-Cookie" not in kept.headers


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("", ""),
        ("identity", ""),
        ("gzip, deflate", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("BR;q=0.5, gzip;q=1", "br"),
        ("br;q=0, gzip", "gzip"),
        ("br; q=0.0, gzip;q=0", ""),
        ("*", "br"),
        ("*, br;q=0", "gzip"),
        ("br2, gzipped", ""),
    ],
)
def test_an_encoding_that_is_not_accepted_is_not_sent(site, accepted, encoding):
    for _ in range(2):
        answer = site.get(HOME, HTTP_ACCEPT_ENCODING=accepted)

        assert answer.header("Content-Encoding") == encoding


def test_every_encoding_holds_the_same_page_under_a_tag_of_its_own(site):
    plain = site.get(HOME)
    small = site.get(HOME, HTTP_ACCEPT_ENCODING="gzip")
    smaller = site.get(HOME, HTTP_ACCEPT_ENCODING="br")

    assert decompress(small.body) == brotli.decompress(smaller.body) == plain.body
    assert len(smaller.body) < len(small.body) < len(plain.body)
    assert len({answer.header("ETag") for answer in (plain, small, smaller)}) == 3
    assert len(site.made) == 1


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_who_has_the_page_already_gets_none(site, form):
    tag = site.get(HOME).header("ETag")

    answer = site.get(HOME, HTTP_IF_NONE_MATCH=form.format(tag))

    assert (answer.status, answer.body) == (304, b"")
    assert answer.header("ETag") == tag
    assert answer.header("Cache-Control") == FRESH
    assert "Content-Length" not in answer.headers


def test_who_has_another_page_or_another_encoding_gets_this_one(site):
    tag = site.get(HOME).header("ETag")

    for known in ['"other"', tag.strip('"'), '"']:
        assert site.get(HOME, HTTP_IF_NONE_MATCH=known).status == 200
    other = site.get(HOME, HTTP_IF_NONE_MATCH=tag, HTTP_ACCEPT_ENCODING="br")
    assert other.status == 200


def test_the_tag_changes_with_the_page(site):
    session = make_session(**CLOSED)
    before = site.get(HOME).header("ETag")

    session.title_en = "A new title"
    session.save()
    site.forget_the_version()

    assert site.get(HOME, HTTP_IF_NONE_MATCH=before).status == 200


def test_head_has_the_headers_of_get_and_no_body(site):
    first = site.get(HOME, "HEAD")
    page = site.get(HOME)
    again = site.get(HOME, "HEAD")

    assert first.headers == page.headers == again.headers
    assert first.body == again.body == b""
    assert page.body
    assert len(site.made) == 1


# Who asks first -----------------------------------------------------------------------


def test_nothing_of_who_asks_first_reaches_the_page(site):
    site.get(
        f"{HOME}?utm_source=evil.example.org",
        "HEAD",
        HTTP_COOKIE="sessionid=evil; django_language=ar",
        HTTP_ACCEPT_LANGUAGE="ar",
        HTTP_X_FORWARDED_HOST="evil.example.org",
        HTTP_X_FORWARDED_PROTO="https",
        HTTP_REFERER="https://evil.example.org/",
        HTTP_HOST="127.0.0.1:9999",
        CONTENT_TYPE="evil",
    )
    kept = site.get(HOME)

    given = {k: v for k, v in site.made[0].items() if k.startswith(("HTTP", "CONTENT"))}
    assert given == {"HTTP_HOST": "localhost"}
    assert site.made[0]["QUERY_STRING"] == ""
    assert site.made[0]["REQUEST_METHOD"] == "GET"
    assert kept.body == site.ask(site.application, HOME).body
    assert not any(word in kept.text for word in ["evil", "127.0.0.1", "9999"])


def test_parameters_that_a_page_does_not_take_make_no_page(site):
    answers = [site.get(f"{HOME}?x{n}={n}&q={n}") for n in range(30)]

    assert {answer.body for answer in answers} == {site.get(HOME).body}
    assert (len(site.made), site.kept) == (1, 1)


def test_parameters_that_a_page_takes_are_kept_apart_in_any_order(site):
    make_session(starts_on=date(2024, 3, 13), ends_on=date(2024, 3, 13), **CLOSED)
    make_session(starts_on=date(2021, 3, 13), ends_on=date(2021, 3, 13), **CLOSED)
    list_url = "/en/sessions/"

    pages = [
        site.get(f"{list_url}{query}")
        for query in ["", "?year=2024", "?year=2024&q=test", "?x=1&q=test&year=2024"]
    ]

    assert len({page.body for page in pages}) == 3
    assert pages[2].body == pages[3].body
    assert len(site.made) == 3


@pytest.mark.parametrize("query", ["q=%00", "q=%ff", "%00=1", "q=%c3%28"])
def test_a_query_that_nobody_can_read_is_refused(site, query):
    site.get("/en/sessions/")

    assert site.get(f"/en/sessions/?{query}").status == 400


@pytest.mark.parametrize("path", ["/en/%ff/", "/en/%00/", "/%c3%28/", "/en/%0a/"])
def test_a_path_that_nobody_can_read_is_no_server_error(site, path):
    assert site.get(path).status in {400, 404}


@pytest.mark.parametrize("host", ["evil.example.org", "", "local host", "a@localhost"])
def test_a_forged_host_is_refused_though_the_page_is_kept(site, host):
    site.get(HOME)

    answer = site.get(HOME, HTTP_HOST=host, SERVER_NAME="evil.example.org")

    assert answer.status == 400
    assert site.kept == 1


def test_who_comes_without_tls_is_sent_to_it_though_the_page_is_kept(settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 60
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    site = Site()

    safe = [site.get(HOME, HTTP_X_FORWARDED_PROTO="https") for _ in range(2)]
    unsafe = [site.get(HOME), site.get(HOME, HTTP_X_FORWARDED_PROTO="http, https")]

    assert [answer.status for answer in safe + unsafe] == [200, 200, 301, 301]
    assert safe[1].header("Strict-Transport-Security").startswith("max-age=60")
