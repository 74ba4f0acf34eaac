"""The pages behind the mailed link: opened by nobody else, kept by nobody."""

import pytest
from django.urls import reverse
from django.utils import translation

from participants import services
from participants.models import Registration, Status
from sessions.models import Mode, Session
from tests.factories import make_registration, make_session, person

pytestmark = pytest.mark.django_db

DATA = {
    "mode": "online",
    "category": "academia",
    "family_name": "New",
    "country": "CL",
}


def page_of(row, name="registration"):
    with translation.override("en"):
        return reverse(f"participants:{name}", args=[row.token])


def test_unknown_and_forged_links_are_not_found(client):
    row = make_registration()
    pk, signature = row.token.split(".")
    other = make_registration()
    forged = [
        "x",
        "1-0",
        f"{pk}.{signature[:-1]}",
        f"{other.pk}-0.{signature}",
        row.code,
    ]

    for token in forged:
        assert client.get(f"/en/registrations/{token}/").status_code == 404


def test_replaced_and_erased_links_are_gone(client):
    row = make_registration()
    url = page_of(row)
    Registration.objects.update(epoch=1)
    assert client.get(url).status_code == 410

    erased = make_registration()
    url = page_of(erased)
    erased.delete()
    assert client.get(url).status_code == 410
    assert client.post(url + "confirm/").status_code == 410


@pytest.mark.parametrize("name", ["registration", "change", "cancel"])
def test_personal_pages_are_kept_by_nobody(client, name):
    row = make_registration()

    response = client.get(page_of(row, name))

    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex"


def test_a_scanner_that_follows_links_changes_nothing(client):
    row = make_registration(status=Status.UNVERIFIED)
    for name in ("registration", "change", "cancel"):
        client.get(page_of(row, name))

    assert client.get(page_of(row, "confirm")).status_code == 405
    row.refresh_from_db()
    assert row.status == Status.UNVERIFIED


def test_confirming_for_a_cancelled_session_says_so(client):
    row = services.register(make_session(), **person())
    Session.objects.update(status=Session.Status.CANCELLED)

    response = client.post(page_of(row, "confirm"))

    assert response.status_code == 410
    assert b"does not take place" in response.content


def test_a_declined_registration_cannot_be_cancelled_or_changed(client):
    row = make_registration(status=Status.DECLINED, decline_reason="No letter.")

    assert b"No letter." in client.get(page_of(row)).content
    assert client.post(page_of(row, "cancel")).status_code == 200
    refused = client.post(page_of(row, "change"), DATA)
    assert refused.context["form"].non_field_errors()
    row.refresh_from_db()
    assert row.status == Status.DECLINED


def test_join_instructions_reach_confirmed_online_participants_alone(client):
    session = make_session(join_instructions_en="Secret room 42")
    online = make_registration(session, mode=Mode.ONLINE)
    others = [
        make_registration(session, mode=Mode.IN_PERSON),
        make_registration(session, mode=Mode.ONLINE, status=Status.WAITING),
    ]

    assert b"Secret room 42" in client.get(page_of(online)).content
    for row in others:
        assert b"Secret room 42" not in client.get(page_of(row)).content


def test_names_are_inert_in_pages(client):
    row = make_registration(
        family_name="<script>alert(1)</script>", organisation="{{ 7|add:7 }}"
    )

    page = client.get(page_of(row)).content.decode()

    assert "<script>alert" not in page
    assert "{{ 7|add:7 }}" in page
