"""The path of a stakeholder through the pages, and every way off it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from participants import services
from participants.models import EmailMessage, Registration, Status
from sessions.models import Session
from tests.factories import make_delegation, make_session

pytestmark = pytest.mark.django_db


def form_data(**fields):
    """Return what a browser posts when all is well."""
    defaults = {
        "mode": "in_person",
        "category": "academia",
        "family_name": "Núñez",
        "given_name": "Ana",
        "email": "ana@example.org",
        "organisation": "Demo University",
        "function": "Professor",
        "country": "CL",
        "privacy": "on",
    }
    return defaults | fields


def register_url(session, language="en"):
    with translation.override(language):
        return reverse("participants:register", args=[session.slug])


def page_of(row, name="registration"):
    with translation.override("en"):
        return reverse(f"participants:{name}", args=[row.token])


# The way itself ----------------------------------------------------------------


def test_a_stakeholder_registers_confirms_changes_and_cancels(client):
    session = make_session(capacity_in_person=20)

    response = client.post(register_url(session), form_data(), follow=True)
    assert response.redirect_chain == [(register_url(session) + "sent/", 302)]
    assert b"ana@example.org" in response.content

    row = Registration.objects.get()
    assert (row.status, row.country, row.language) == ("unverified", "CL", "en")
    page = client.get(page_of(row))
    assert page_of(row, "confirm").encode() in page.content
    row.refresh_from_db()
    assert row.status == Status.UNVERIFIED  # looking confirms nothing

    page = client.post(page_of(row, "confirm"), follow=True)
    row.refresh_from_db()
    assert row.status == Status.CONFIRMED
    assert b"Ana" in page.content

    changed = form_data(mode="online", organisation="Another University")
    assert client.post(page_of(row, "change"), changed).status_code == 302
    row.refresh_from_db()
    assert (row.mode, row.organisation) == ("online", "Another University")
    assert row.email == "ana@example.org"

    assert client.get(page_of(row, "cancel")).status_code == 200
    assert client.post(page_of(row, "cancel")).status_code == 302
    row.refresh_from_db()
    assert row.status == Status.CANCELLED
    assert b"ancelled" in client.get(page_of(row)).content


def test_a_delegate_of_a_state_names_the_delegation(client):
    session, delegation = make_session(), make_delegation()
    data = form_data(category="member_state")

    refused = client.post(register_url(session), data)
    assert "delegation" in refused.context["form"].errors
    assert b"Demo University" in refused.content

    client.post(
        register_url(session), data | {"delegation": delegation.pk, "rank": "head"}
    )
    assert Registration.objects.get().delegation == delegation


def test_answers_of_another_category_are_dropped(client):
    session, delegation = (
        make_session(interpretation_languages=["fr"]),
        make_delegation(),
    )
    data = form_data(
        mode="online",
        delegation=delegation.pk,
        rank="head",
        needs_visa_letter="on",
        speaking_subject="Not asked",
        interpretation_language="fr",
        visibility="everyone",
    )

    client.post(register_url(session), data)

    row = Registration.objects.get()
    assert (row.delegation, row.rank, row.speaking_subject) == (None, "", "")
    assert (row.needs_visa_letter, row.visibility) == (False, "everyone")
    assert row.interpretation_language == "fr"
    assert row.privacy_version


@pytest.mark.parametrize("language", ["ar", "zh-hans", "en", "fr", "ru", "es"])
def test_the_mail_comes_in_the_language_of_the_page(client, language):
    session = make_session()

    client.post(register_url(session, language), form_data())

    mail = EmailMessage.objects.get()
    assert mail.language == Registration.objects.get().language == language
    services.deliver_due()
    mail.refresh_from_db()
    assert mail.state == "sent"


def test_a_known_address_gets_the_very_same_answer(client):
    session = make_session()
    client.post(register_url(session), form_data())
    services.confirm(Registration.objects.get())
    first = client.post(register_url(session), form_data(email="new@example.org"))

    again = client.post(register_url(session), form_data())

    assert (again.status_code, again["Location"]) == (
        first.status_code,
        first["Location"],
    )
    assert EmailMessage.objects.filter(kind="known", to="ana@example.org").count() == 1


# Bad input -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("family_name", ""),
        ("family_name", "   "),
        ("family_name", "x" * 101),
        ("family_name", "x" * 1_000_000),
        ("family_name", "NUL\0"),
        ("family_name", "\u200b\u200d"),
        ("family_name", "\u3164"),
        ("family_name", "line\r\nbreak"),
        ("family_name", "\u202egnirts"),
        ("family_name", "\ue000link\ue000"),
        ("given_name", "bell\x07"),
        ("organisation", "broken \ufffd"),
        ("email", ""),
        ("email", "ana"),
        ("email", "ana@localhost"),
        ("email", "ana@[127.0.0.1]"),
        ("email", "ana@example..org"),
        ("email", "ana@example.org\r\nBcc: all@example.org"),
        ("email", "a" * 250 + "@example.org"),
        ("email", "ana\0@example.org"),
        ("country", ""),
        ("country", "XX"),
        ("country", "CL\0"),
        ("mode", ""),
        ("mode", "by balloon"),
        ("category", "emperor"),
        ("form_of_address", "sir"),
        ("accessibility_needs", "x" * 2001),
        ("accessibility_needs", "two\nlines\0"),
        ("visibility", "all"),
        ("privacy", ""),
        ("website", "https://spam.example.org"),
    ],
)
def test_a_bad_answer_is_named_at_its_field_and_nothing_typed_is_lost(
    client, field, value
):
    session = make_session()

    response = client.post(register_url(session), form_data(**{field: value}))

    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert response.context["form"]["function"].value() == "Professor"
    assert b'value="Professor"' in response.content
    assert not Registration.objects.exists()
    assert not EmailMessage.objects.exists()


@pytest.mark.parametrize("pk", ["0", "99999999999999999999999", "x", "1\0", "-1"])
def test_an_unknown_delegation_is_named_at_its_field(client, pk):
    session = make_session()
    data = form_data(category="member_state", delegation=pk)

    response = client.post(register_url(session), data)

    assert list(response.context["form"].errors) == ["delegation"]


def test_fields_the_form_does_not_have_change_nothing(client):
    session = make_session()
    extra = {"status": "confirmed", "role": "staff", "takes_place": "", "epoch": "7"}

    client.post(register_url(session), form_data(**extra))

    row = Registration.objects.get()
    assert (row.status, row.role, row.takes_place, row.epoch) == (
        "unverified",
        "participant",
        True,
        0,
    )


def test_a_body_beyond_all_limits_is_refused(client):
    session = make_session()

    response = client.post(register_url(session), form_data(function="x" * 4_000_000))

    assert response.status_code == 400
    assert not Registration.objects.exists()


def test_a_body_that_is_not_utf_8_is_a_form_error(client):
    session = make_session()
    body = b"mode=online&category=academia&family_name=%ff%fe&email=a%40example.org"
    body += b"&country=CL&privacy=on"

    response = client.post(
        register_url(session), body, content_type="application/x-www-form-urlencoded"
    )

    assert list(response.context["form"].errors) == ["family_name"]


@pytest.mark.parametrize(
    "path",
    ["/en/sessions/%00/", "/en/?q=%00", "/en/?q=%ff", "/en/registrations/%00/"],
)
def test_nul_and_broken_text_in_an_address_are_refused(client, path):
    assert client.get(path).status_code in {400, 404}


def test_a_form_that_closed_while_open_keeps_what_was_typed(client):
    session = make_session(registration_closes_at=timezone.now())

    response = client.post(register_url(session), form_data())

    assert response.context["form"].non_field_errors()
    assert b'value="Professor"' in response.content
    assert not Registration.objects.exists()


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"status": Session.Status.DRAFT}, 404),
        ({"status": Session.Status.CANCELLED}, 410),
        ({"registration_closes_at": timezone.now()}, 410),
        ({"registration_opens_at": timezone.now() + timedelta(days=2)}, 410),
    ],
)
def test_a_form_that_is_not_open_says_so(client, fields, status):
    session = make_session(**fields)

    assert client.get(register_url(session)).status_code == status


def test_a_mode_the_session_has_not_is_refused(client):
    session = make_session(mode=Session.Mode.ONLINE)

    response = client.post(register_url(session), form_data(mode="in_person"))

    assert list(response.context["form"].errors) == ["mode"]


def test_a_full_room_leads_to_the_waiting_list(client):
    session = make_session(capacity_in_person=0)
    client.post(register_url(session), form_data())
    row = Registration.objects.get()

    page = client.post(page_of(row, "confirm"), follow=True)

    row.refresh_from_db()
    assert row.status == Status.WAITING
    assert b"waiting list" in page.content


def test_the_mail_page_without_a_registration_leads_to_the_form(client):
    session = make_session()

    response = client.get(register_url(session) + "sent/")

    assert response["Location"] == register_url(session)


def test_a_form_costs_the_same_however_many_delegations(
    client, django_assert_max_num_queries
):
    session = make_session(interpretation_languages=["en", "fr"])
    for _n in range(30):
        make_delegation()

    with django_assert_max_num_queries(3):  # session, its beginning, delegations
        client.get(register_url(session))
