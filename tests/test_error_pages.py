"""Pages for what goes wrong: in the reader's language, with a way on."""

import logging

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from sessions import views
from tests.factories import make_session
from tests.pages import against_the_policy, parse
from wipoconv.views import server_error

pytestmark = pytest.mark.django_db
LANGUAGES = [code for code, _name in settings.LANGUAGES]


@pytest.fixture(autouse=True)
def _quiet(caplog):
    """Keep the expected errors out of the output."""
    caplog.set_level(logging.CRITICAL, logger="django.request")


def is_an_error_page(response, language, heading):
    page = parse(response)
    root = page.one("html").attrs
    with translation.override(language):
        assert page.one("h1").text == gettext(heading)
    assert (root["lang"], root["dir"]) == (
        language,
        "rtl" if language == "ar" else "ltr",
    )
    assert f"/{language}/" in page.links
    assert page.one("meta", name="robots").attrs["content"] == "noindex"
    assert not page.all("link", rel="alternate")
    assert against_the_policy(page) == []
    assert response["Content-Security-Policy"]
    switch = page.one("ul", class_="langs").links
    assert switch == [f"/{code}/" for code in LANGUAGES]
    return True


@pytest.mark.parametrize("language", LANGUAGES)
def test_not_found_is_said_in_the_language_of_the_address(client, language):
    for path in ["nowhere/", "sessions/none/", "registrations/forged/", "documents/0/"]:
        response = client.get(f"/{language}/{path}", headers={"accept-language": "es"})

        assert response.status_code == 404
        assert is_an_error_page(response, language, "Page not found")


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("/de/", "fr"),
        ("/xx/sessions/", "fr"),
        ("/e/n/", "fr"),
        ("/en-gb/sessions/", "en"),  # a relative of a language that is there
        ("/zh/", "zh-hans"),
    ],
)
def test_a_language_the_site_does_not_have_is_not_found(client, path, language):
    response = client.get(path, headers={"accept-language": "fr"})

    assert response.status_code == 404
    assert is_an_error_page(response, language, "Page not found")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unreadable_address_is_refused_in_its_language(client, language):
    client.get("/ru/")  # the thread's last page was in Russian

    for path in ["?q=%00", "?q=%ff", "sessions/%00/", "?a=1&b=%c3%28"]:
        response = client.get(f"/{language}/{path}")

        assert response.status_code == 400
        assert is_an_error_page(response, language, "This request could not be read")


def test_a_body_beyond_the_limit_is_refused_in_its_language(client):
    url = make_session().get_absolute_url().replace("/en/", "/ar/") + "register/"

    response = client.post(url, {"family_name": "x" * 4_000_000})

    assert response.status_code == 400
    assert is_an_error_page(response, "ar", "This request could not be read")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_without_its_token_is_refused_in_its_language(language):
    client = Client(enforce_csrf_checks=True)
    url = make_session().get_absolute_url().replace("/en/", f"/{language}/")

    response = client.post(f"{url}register/sent/", {"code": "123456"})

    assert response.status_code == 403
    assert is_an_error_page(response, language, "Not allowed")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fault_of_ours_is_said_in_the_language_of_the_page(monkeypatch, language):
    def fail(*_arguments):
        raise RuntimeError("a fault, for the test")

    monkeypatch.setattr(views, "render", fail)
    client = Client(raise_request_exception=False)

    response = client.get(f"/{language}/")

    assert response.status_code == 500
    assert "for the test" not in response.content.decode()
    assert is_an_error_page(response, language, "Something went wrong on our side")


def test_the_page_of_a_fault_asks_nothing_of_the_database(
    rf, django_assert_num_queries
):
    with django_assert_num_queries(0):
        response = server_error(rf.get("/en/"))

    assert response.status_code == 500


def test_another_host_is_refused(client):
    response = client.get("/en/", headers={"host": "evil.example.org"})

    assert response.status_code == 400
    assert "evil.example.org" not in response.content.decode()
