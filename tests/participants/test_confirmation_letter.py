"""The letter for a visa: who gets it, what it says, and how it is checked."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from pypdf import PdfReader

from participants import services
from participants.exports.confirmation_letter import letter_code
from participants.models import Status
from sessions.models import Session
from tests.factories import make_registration, make_session, make_staff

pytestmark = pytest.mark.django_db


def letter_of(row, client=None, language="en"):
    with translation.override(language):
        return (client or Client()).get(
            reverse("participants:visa-letter", args=[row.token])
        )


def text_of(response):
    pages = PdfReader(BytesIO(response.content)).pages
    text = "\n".join(page.extract_text() for page in pages)
    return text.replace("\u2068", "").replace("\u2069", "")


def check(code):
    return Client().get(reverse("participants:genuine", args=[code]))


@pytest.mark.parametrize("language", ["en", "ar", "zh-hans", "fr", "ru", "es"])
def test_who_is_confirmed_for_the_room_takes_a_letter_in_any_language(language):
    row = make_registration(
        make_session(venue="Demo Hall"), family_name="#let *Demo*", given_name="Ana"
    )

    answer = letter_of(row, language=language)

    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    text = text_of(answer)
    assert "#let *Demo*" in text
    assert "Demo Hall" in text
    assert len(PdfReader(BytesIO(answer.content)).pages) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"mode": "online"},
        {"status": Status.WAITING},
        {"status": Status.PENDING},
        {"status": Status.CANCELLED},
    ],
)
def test_nobody_else_does(fields):
    row = make_registration(**fields)

    assert letter_of(row).status_code == 404
    page = Client().get(row.get_absolute_url()).content.decode()
    assert "/letter/" not in page
    assert check(letter_code(row)).status_code == 404


def test_the_personal_page_offers_it_in_six_languages():
    row = make_registration()
    page = Client().get(row.get_absolute_url()).content.decode()

    for language in ["en", "ar", "zh-hans", "fr", "ru", "es"]:
        assert f"/{language}/registrations/{row.token}/visa-letter/" in page


def test_whoever_holds_the_paper_learns_that_it_is_genuine_and_nothing_more():
    row = make_registration(
        make_session(title="Rights"), family_name="Person", given_name="Ana"
    )
    code = letter_code(row)
    assert code in text_of(letter_of(row)).replace("\n", "")

    page = check(code.lower())

    text = page.content.decode()
    assert page.status_code == 200
    assert "Rights" in text
    assert "A. P." in text
    for secret in [row.family_name, row.given_name, row.email, row.token, row.code]:
        assert secret not in text
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize(
    "code",
    ["1-AAAA", "x", "-", "99999999999999999999-A", "1", "١-A", "1-" + "A" * 26],
)
def test_a_code_that_is_not_ours_is_not_genuine(code):
    make_registration(pk=1)

    assert check(code).status_code == 404


def test_a_letter_dies_with_its_place_its_name_and_its_session():
    row = make_registration()
    code = letter_code(row)
    services.correct(row, by=make_staff(), email="other@example.org")
    assert check(code).status_code == 200
    for change in [
        lambda: services.correct(row, by=make_staff(), family_name="Other"),
        lambda: Session.objects.update(status="cancelled"),
        lambda: services.cancel(row),
    ]:
        code = letter_code(row)
        change()
        assert check(code).status_code == 404
        Session.objects.update(status="published")
        row.refresh_from_db()


def test_after_the_session_it_holds_no_more():
    day = timezone.localdate() - timedelta(days=3)
    row = make_registration(make_session(starts_on=day, ends_on=day))

    assert check(letter_code(row)).status_code == 404


def test_the_name_of_the_passport_stands_in_the_letter_and_binds_its_code():
    row = make_registration(family_name="Demo", given_name="Anita")
    before = letter_code(row)

    services.correct(row, by=make_staff(), passport_name="ANA MARIA TESTER")

    row.refresh_from_db()
    text = text_of(letter_of(row))
    assert "ANA MARIA TESTER" in text
    assert "Anita" not in text
    assert check(before).status_code == 404
    assert "A. M. T." in check(letter_code(row)).content.decode()
