"""The form itself: kept through languages and errors, asked once more, small."""

import gzip
import re
from time import time
from urllib.parse import urlencode

import pytest
from django.contrib.staticfiles import finders
from django.core import signing
from django.test import Client, RequestFactory

from participants import limits, time_trap
from participants.models import Delegation, Organisation, Registration
from sessions.countries import countries
from tests.factories import make_delegation, make_session
from tests.pages import parse
from tests.participants.test_views import form_data, register_url

pytestmark = pytest.mark.django_db


def opened(seconds_ago):
    signer = signing.Signer(salt="participants.time_trap", sep=".")
    return signer.sign(str(int(time() - seconds_ago)))


# Another language, without a script ------------------------------------------------


def test_everything_typed_goes_along_into_another_language_and_nothing_is_judged(
    client,
):
    session = make_session(interpretation_languages=["fr"])
    state = make_delegation()
    typed = form_data(
        category="member_state",
        delegation=state.pk,
        email="not yet an address",
        wishes_to_speak="on",
        accessibility_needs="two\nlines",
        interpretation_language="fr",
        switch="1",
    )

    page = client.post(register_url(session, "fr"), typed)

    assert page.status_code == 200
    html = parse(page)
    assert html.one("html").attrs["lang"] == "fr"
    form = page.context["form"]
    assert not form.errors
    for name, value in typed.items():
        if name not in {"switch", "delegation"}:
            shown = form[name].value()
            assert shown in {value, True}, name
    chosen = [o for o in html.all("option") if "selected" in o.attrs]
    assert str(state.pk) in [option.attrs.get("value") for option in chosen]
    assert "checked" in html.one("input", name="privacy").attrs
    assert not Registration.objects.exists()


def test_the_enter_key_presses_no_button_of_another_language(client):
    html = parse(client.get(register_url(make_session())))

    buttons = [
        b for b in html.all("button") if b.attrs.get("form") == "registration-form"
    ]

    assert "formaction" not in buttons[0].attrs  # a browser takes the first
    assert [b.attrs["lang"] for b in buttons[1:]] == [
        *("ar", "zh-hans", "en", "fr", "ru", "es")
    ]
    assert {b.attrs["name"] for b in buttons[1:]} == {"switch"}


def test_a_form_that_closed_says_so_in_the_other_language_too(client):
    session = make_session(registration_opens_at=None, registration_closes_at=None)

    assert client.post(register_url(session), form_data(switch="1")).status_code == 410


# The time trap ---------------------------------------------------------------------


@pytest.mark.parametrize("token", [None, "", "forged", "123.forged", "new"])
def test_who_is_too_quick_is_asked_once_more_and_loses_nothing(client, settings, token):
    settings.FORM_SECONDS = 3
    session = make_session()
    token = opened(0) if token == "new" else token
    data = form_data() | ({} if token is None else {"opened": token})

    asked = client.post(register_url(session), data)

    assert asked.status_code == 200
    assert not Registration.objects.exists()
    assert b'value="Professor"' in asked.content
    assert not asked.context["form"].errors  # it is a question, not a mistake
    again = parse(asked).one("input", name="opened").attrs["value"]
    sent = client.post(register_url(session), data | {"opened": again})
    assert sent.status_code == 302
    assert Registration.objects.exists()


@pytest.mark.parametrize("seconds", [4, 24 * 3600, 400 * 24 * 3600])
def test_no_form_is_too_old(client, settings, seconds):
    settings.FORM_SECONDS = 3

    data = form_data(opened=opened(seconds))

    assert client.post(register_url(make_session()), data).status_code == 302


def test_a_mistake_does_not_start_the_time_anew(client, settings):
    settings.FORM_SECONDS = 3
    session, token = make_session(), opened(60)

    wrong = client.post(register_url(session), form_data(opened=token, email="x"))

    assert parse(wrong).one("input", name="opened").attrs["value"] == token


def test_a_form_carries_the_moment_it_was_opened(client, settings):
    settings.FORM_SECONDS = 3
    page = client.get(register_url(make_session()))
    token = parse(page).one("input", name="opened").attrs["value"]

    post = RequestFactory().post("/", {"opened": token})

    assert time_trap.is_too_fast(post)


# Without a cookie ------------------------------------------------------------------


def test_opening_and_sending_the_form_needs_no_cookie():
    client, session = Client(enforce_csrf_checks=True), make_session()

    page = client.get(register_url(session))
    assert not page.cookies
    assert not page.has_header("Vary") or "Cookie" not in page["Vary"]

    sent = client.post(register_url(session), form_data())
    assert sent.status_code == 302


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
        {"Origin": "https://evil.example.org"},
        {"Origin": "null"},
        {"Origin": "http://testserver.example.org"},
    ],
)
@pytest.mark.parametrize("page", ["register", "my-registration"])
def test_no_page_of_another_site_sends_the_form(client, headers, page):
    session = make_session()
    url = register_url(session) if page == "register" else "/en/my-registration/"

    response = client.post(url, form_data(), headers=headers)

    assert response.status_code == 403
    assert not Registration.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Origin": "http://testserver"},
        {"Origin": "http://localhost"},  # SITE_URL
        {},
    ],
)
def test_our_own_pages_send_it(client, headers):
    sent = client.post(register_url(make_session()), form_data(), headers=headers)

    assert sent.status_code == 302


# Limits ------------------------------------------------------------------------------


def test_three_hundred_people_behind_one_address_all_get_in(rf):
    tries = 4  # of each: with mistakes

    allowed = [
        limits.may_register(rf.post("/"), f"p{number}@example.org")
        for number in range(300)
        for _ in range(tries)
    ]

    assert all(allowed)


def test_a_forged_header_makes_nobody_another_network(rf, monkeypatch, settings):
    monkeypatch.setattr(limits, "PER_NETWORK", 3)
    posts = [
        rf.post("/", headers={"X-Forwarded-For": f"203.0.{n}.1"}) for n in range(5)
    ]

    def allowed(address):
        return [
            limits.may_register(post, f"{address}{n}@example.org")
            for n, post in enumerate(posts)
        ]

    assert allowed("a") == [True, True, True, False, False]
    settings.TRUSTED_PROXIES = 1
    assert allowed("b") == [True] * 5


# What it asks ------------------------------------------------------------------------


def test_optional_answers_are_kept_where_they_are_asked(client):
    session = make_session()
    data = form_data(
        gender="woman",
        passport_name="NUNEZ ANA",
        needs_visa_letter="on",
        time_zone="America/Lima",
    )

    client.post(register_url(session), data)

    row = Registration.objects.get()
    assert (row.gender, row.passport_name) == ("woman", "NUNEZ ANA")
    assert row.time_zone == "America/Lima"


@pytest.mark.parametrize(
    "fields",
    [
        {"time_zone": "Europe/../../etc/passwd"},
        {"time_zone": "Europe"},
        {"time_zone": "x" * 10_000},
        {"passport_name": "N", "mode": "online", "needs_visa_letter": "on"},
        {"passport_name": "N" * 1000},
        {"passport_name": "X1234567"},
        {"visibility": ""},
    ],
)
def test_what_is_not_asked_or_nobody_typed_does_no_harm(client, fields):
    sent = client.post(register_url(make_session()), form_data(**fields))

    assert sent.status_code == 302
    row = Registration.objects.get()
    assert (row.time_zone, row.passport_name, row.visibility) == ("", "", "nobody")


@pytest.mark.parametrize("number", ["NUNEZ X1234567", "١٢٣٤٥٦"])
def test_a_passport_number_is_refused(client, number):
    data = form_data(passport_name=number, needs_visa_letter="on")

    page = parse(client.post(register_url(make_session()), data))

    assert page.one("input", name="passport_name").attrs["aria-invalid"] == "true"
    assert not Registration.objects.exists()


def test_the_privacy_notice_and_all_choices_start_empty(client):
    html = parse(client.get(register_url(make_session())))

    ticked = [box.attrs["name"] for box in html.all("input") if "checked" in box.attrs]

    assert ticked == ["visibility"]  # nobody, which shows nothing


# How heavy it is --------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ar", "ru"])
def test_the_form_and_all_it_loads_take_at_most_40_kb(client, language):
    session = make_session(interpretation_languages=["ar", "en"])
    Delegation.objects.bulk_create(
        Delegation(
            name=country.names["en"],
            name_ar=country.names["ar"],
            name_ru=country.names["ru"],
            kind="member_state",
        )
        for country in list(countries().values())[:200]
    )
    url = register_url(session, language)

    page = client.get(url, headers={"Accept-Encoding": "gzip"})

    sent = len(page.content)
    html = gzip.decompress(page.content).decode()
    loaded = re.findall(
        r'(?:<script src|rel="stylesheet" href|<img src)="([^"]+)"', html
    )
    assert len(loaded) >= 4
    for address in loaded:
        if address.startswith("/static/"):
            with open(finders.find(address.removeprefix("/static/")), "rb") as file:  # noqa: PTH123
                sent += len(gzip.compress(file.read(), 6))
        else:
            sent += len(gzip.compress(b"".join(client.get(address)), 6))
    assert sent < 40 * 1024, sent


def test_names_come_in_six_languages_for_whoever_types(client):
    state = make_delegation(name_en="Ruritania", name_fr="Ruritanie")
    Organisation.objects.create(name="Demo University")

    country = client.get("/en/names/countries.json").json()["names"]
    found = client.get("/ar/names/delegations.json").json()
    suggested = client.get("/en/names/organizations.json")

    assert {"Switzerland", "Suisse", "Suiza", "Швейцария", "瑞士", "سويسرا"} <= {
        *country["CH"]
    }
    assert found["names"][str(state.pk)] == ["Ruritania", "Ruritanie"]
    assert found["headings"][str(state.pk)] == "RURITANIE/RURITANIA"
    assert suggested.json() == {"list": ["Demo University"]}
    assert "public" in suggested["Cache-Control"]
    assert client.post("/en/names/countries.json").status_code == 405


def test_a_form_with_everything_wrong_is_told_line_by_line(client):
    page = client.post(
        register_url(make_session()),
        urlencode({"email": "x"}),
        content_type="application/x-www-form-urlencoded",
    )

    html = parse(page)
    summary = html.one("div", role="alert")
    targets = {link.removeprefix("#") for link in summary.links}
    ids = {element.attrs.get("id") for element in html}
    assert targets
    assert targets <= ids
