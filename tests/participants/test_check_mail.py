"""The page after registering: code, resend, another address, and limits."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import translation

from participants import limits, links, services
from participants.models import EmailMessage, Registration, Status
from tests.factories import make_registration, make_session
from tests.participants.test_views import form_data, register_url

pytestmark = pytest.mark.django_db


def sent_url(session):
    with translation.override("en"):
        return reverse("participants:check-mail", args=[session.slug])


def registered(client, **fields):
    session = make_session()
    client.post(register_url(session), form_data(**fields))
    return session


def code_of(row):
    row.refresh_from_db()
    return links.make_code(row.pk, row.epoch)


def test_the_mailed_code_confirms(client):
    session = registered(client)
    row = Registration.objects.get()
    services.deliver_due()
    code = re.search(r"^\d{6}$", mail.outbox[0].body, re.MULTILINE).group()

    response = client.post(sent_url(session), {"do": "code", "code": code})

    row.refresh_from_db()
    assert row.status == Status.CONFIRMED
    assert response["Location"] == f"/en/registrations/{row.token}/"


@pytest.mark.parametrize("spelling", ["{0}{1}{2} {3}{4}{5}", " {0}{1}{2}-{3}{4}{5} "])
def test_the_code_may_be_typed_with_spaces(client, spelling):
    session = registered(client)
    code = spelling.format(*code_of(Registration.objects.get()))

    client.post(sent_url(session), {"do": "code", "code": code})

    assert Registration.objects.get().status == Status.CONFIRMED


def test_the_code_may_be_typed_in_arabic_digits(client):
    session = registered(client)
    code = code_of(Registration.objects.get())
    arabic = code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    client.post(sent_url(session), {"do": "code", "code": arabic})

    assert Registration.objects.get().status == Status.CONFIRMED


@pytest.mark.parametrize("code", ["", "abc", "000000 and more than twenty", "\0"])
def test_what_is_no_code_is_refused_at_its_field(client, code):
    session = registered(client)

    response = client.post(sent_url(session), {"do": "code", "code": code})

    assert list(response.context["code_form"].errors) == ["code"]
    assert Registration.objects.get().status == Status.UNVERIFIED


def test_after_five_wrong_codes_the_right_one_is_refused_too(client):
    session = registered(client)
    row = Registration.objects.get()
    wrong = f"{(int(code_of(row)) + 1) % 1_000_000:06}"
    for _try in range(5):
        client.post(sent_url(session), {"do": "code", "code": wrong})

    response = client.post(sent_url(session), {"do": "code", "code": code_of(row)})

    assert response.status_code == 200
    row.refresh_from_db()
    assert row.status == Status.UNVERIFIED
    services.confirm(row)  # the link still works
    assert Registration.objects.get().status == Status.CONFIRMED


def test_another_mail_has_five_tries_of_its_own(client):
    session = registered(client)
    Registration.objects.update(code_tries=5)
    client.post(register_url(session), form_data(city="Lima"))
    row = Registration.objects.get()

    client.post(sent_url(session), {"do": "code", "code": code_of(row)})

    row.refresh_from_db()
    assert (row.city, row.status) == ("Lima", Status.CONFIRMED)


def test_a_known_address_answers_like_an_unknown_one(client):
    known = make_registration(family_name="Núñez", given_name="Ana")
    client.post(register_url(known.session), form_data(email=known.email))

    wrong = client.post(sent_url(known.session), {"do": "code", "code": "000000"})
    again = client.post(sent_url(known.session), {"do": "again"})

    assert list(wrong.context["code_form"].errors) == ["code"]
    assert again.status_code == 200
    assert EmailMessage.objects.get().kind == "known"


def test_a_mail_is_sent_again_three_times_an_hour(client):
    session = registered(client)

    for _wish in range(6):
        assert client.post(sent_url(session), {"do": "again"}).status_code == 200

    assert EmailMessage.objects.filter(kind="verify").count() == 4


def test_another_address_takes_the_answers_along_and_kills_the_first_link(client):
    session = registered(client)
    first = Registration.objects.get()

    response = client.post(
        sent_url(session), {"do": "correct", "email": "right@example.org"}, follow=True
    )

    assert b"right@example.org" in response.content
    row = Registration.objects.get()
    assert (row.email, row.organisation) == ("right@example.org", "Demo University")
    assert row.privacy_version
    assert EmailMessage.objects.get().to == "right@example.org"
    assert client.get(f"/en/registrations/{first.token}/").status_code == 410


def test_the_address_of_somebody_registered_is_corrected_like_any_other(client):
    known = make_registration(family_name="Núñez", given_name="Ana")
    client.post(register_url(known.session), form_data(email=known.email))

    client.post(
        sent_url(known.session), {"do": "correct", "email": "right@example.org"}
    )

    mail = EmailMessage.objects.get(to="right@example.org")
    assert (mail.kind, mail.registration.organisation) == ("verify", "Demo University")
    assert Registration.objects.exclude(pk=known.pk).get() == mail.registration


@pytest.mark.parametrize("email", ["", "ana@localhost", "x" * 300, "a\0@example.org"])
def test_another_address_must_be_an_address(client, email):
    session = registered(client)

    response = client.post(sent_url(session), {"do": "correct", "email": email})

    assert list(response.context["address_form"].errors) == ["email"]
    assert Registration.objects.get().email == "ana@example.org"


def test_the_page_opens_only_in_the_browser_that_registered(client):
    session = registered(client)
    another = Client()

    for forged in ("", "x", "eyJhIjoxfQ:1:1"):
        another.cookies["registered"] = forged
        response = another.get(sent_url(session))
        assert response["Location"] == register_url(session)
    other = make_session()
    assert client.get(sent_url(other))["Location"] == register_url(other)


def test_one_mailbox_cannot_be_flooded(client):
    session = make_session()
    for number in range(limits.PER_MAILBOX):
        client.post(register_url(session), form_data(function=f"Role {number}"))
    before = EmailMessage.objects.count()

    response = client.post(register_url(session), form_data(function="One more"))

    assert response.status_code == 429
    assert b'value="One more"' in response.content
    assert EmailMessage.objects.count() == before


def test_three_hundred_people_behind_one_address_all_get_in(client):
    session = make_session()

    for number in range(300):
        data = form_data(email=f"p{number}@example.org", family_name=f"P{number}")
        assert client.post(register_url(session), data).status_code == 302

    assert Registration.objects.count() == 300


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.0.0.1, 203.0.113.9", "203.0.113.9"),
        (2, "203.0.113.9, 10.0.0.7", "203.0.113.9"),
        (2, "", "192.0.2.1"),
    ],
)
def test_a_forged_header_changes_nothing_unless_a_proxy_is_configured(
    rf, settings, proxies, header, address
):
    settings.TRUSTED_PROXIES = proxies
    request = rf.get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=header)

    assert limits.client_address(request) == address


@pytest.mark.parametrize(
    ("network", "elsewhere"),
    [("192.0.2.%d", "198.51.100.1"), ("2001:db8::%d", "2001:db8:0:1::1")],
)
def test_a_network_that_sends_too_much_is_stopped(rf, monkeypatch, network, elsewhere):
    monkeypatch.setattr(limits, "PER_NETWORK", 2)
    posts = [rf.post("/", REMOTE_ADDR=network % n) for n in range(1, 4)]

    allowed = [limits.may_register(p, f"p{n}@example.org") for n, p in enumerate(posts)]

    assert allowed == [True, True, False]
    other = rf.post("/", REMOTE_ADDR=elsewhere)
    assert limits.may_register(other, "other@example.org")
