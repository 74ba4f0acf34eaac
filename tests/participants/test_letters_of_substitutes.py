"""A letter nominates one person: a substitute brings another, or one of several."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from participants import services, uploads
from participants.models import Registration, Status
from sessions.models import Session
from tests.factories import make_session, make_staff
from tests.participants.test_letters import letter, upload
from tests.participants.test_personal_pages import page_of
from tests.participants.test_states import statuses
from tests.participants.test_substitution import COLLEAGUE, make_delegate, proposed

pytestmark = pytest.mark.django_db


@pytest.fixture
def lettered(tmp_path, settings):
    """A delegate with a letter, of a session that asks for one."""
    settings.MEDIA_ROOT = tmp_path
    session = make_session(letter_categories=["member_state"])
    row = make_delegate(session)
    services.add_letter(row, letter())
    return row


def test_a_delegate_sends_the_letter_of_the_substitute_along(client, lettered):
    url = page_of(lettered, "substitute")
    opened = client.get(url)
    assert b"A new letter that names" in opened.content
    assert not opened.context["form"].errors

    asked = client.post(url, COLLEAGUE)
    assert "letter" in asked.context["form"].errors
    assert b'name="covered"' not in asked.content
    assert Registration.objects.get() == lettered
    assert client.post(url, COLLEAGUE | {"letter": upload(b"x")}).context["form"].errors
    client.post(url, COLLEAGUE | {"letter": upload()})

    new = services.confirm(Registration.objects.get(replaces=lettered))
    assert new.status == Status.CONFIRMED
    assert new.letters.get() != lettered.letters.get()


def test_too_large_a_letter_of_a_substitute_is_named(client, lettered, monkeypatch):
    monkeypatch.setattr(uploads, "LARGEST_LETTER", 20)

    page = client.post(
        page_of(lettered, "substitute"), COLLEAGUE | {"letter": upload()}
    )

    assert "5 MB" in str(page.context["form"].errors["letter"])
    assert not Registration.objects.filter(replaces=lettered).exists()


def test_a_letter_alone_that_is_too_large_is_named_too(client, lettered, monkeypatch):
    monkeypatch.setattr(uploads, "LARGEST_LETTER", 20)

    page = client.post(page_of(lettered, "substitute"), {"letter": upload()})

    assert page.status_code == 200
    assert "5 MB" in str(page.context["form"].errors["letter"])


def test_the_letter_of_several_may_name_the_substitute_too(client, lettered):
    other = make_delegate(lettered.session, delegation=lettered.delegation)
    services.add_letter_for([lettered, other], letter())

    client.post(page_of(lettered, "substitute"), COLLEAGUE | {"covered": "on"})

    new = Registration.objects.get(replaces=lettered)
    assert new.letters.get() == other.letters.get()


@pytest.mark.parametrize("name", [services.substitute, services.propose_substitute])
def test_the_services_take_no_substitute_without_a_letter(lettered, name):
    with pytest.raises(ValidationError) as refusal:
        name(lettered, **COLLEAGUE)

    assert refusal.value.code == "no_letter"
    assert Registration.objects.get() == lettered


def test_a_letter_asked_for_after_the_proposal_is_sent_before_confirming(
    client, lettered
):
    Session.objects.update(letter_categories=[])
    new = proposed(lettered)
    Session.objects.update(letter_categories=["member_state"])

    page = client.post(page_of(new, "confirm"))

    assert page.status_code == 200
    assert page_of(new, "letter") in page.content.decode()
    assert statuses(lettered, new) == ["confirmed", "unverified"]
    client.post(page_of(new, "letter"), {"letter": upload()})
    client.post(page_of(new, "confirm"))
    assert statuses(lettered, new) == ["cancelled", "confirmed"]


def test_staff_do_without_the_letter_only_with_a_reason(admin_client, lettered):
    url = reverse("admin:participants_registration_substitute", args=[lettered.pk])

    assert not admin_client.get(url).context["form"].errors
    page = admin_client.post(url, COLLEAGUE)
    assert "letter" in page.context["form"].errors
    admin_client.post(url, COLLEAGUE | {"reason": "It came on paper."})

    new = Registration.objects.get(replaces=lettered)
    assert new.status == Status.CONFIRMED
    assert new.transitions.last().reason == "It came on paper."


def test_who_waited_for_the_letter_alone_is_replaced_by_somebody_confirmed(lettered):
    Registration.objects.update(status=Status.PENDING)
    lettered.letters.clear()
    sent = services.store_letter(letter())

    new = services.substitute(lettered, by=make_staff(), letter=sent, **COLLEAGUE)

    assert statuses(lettered, new) == ["cancelled", "confirmed"]


def test_a_letter_replaces_no_approval_of_a_substitute(lettered):
    Session.objects.update(approval="all")
    Registration.objects.update(status=Status.PENDING)
    lettered.letters.clear()
    sent = services.store_letter(letter())

    new = services.substitute(lettered, by=make_staff(), letter=sent, **COLLEAGUE)

    assert statuses(lettered, new) == ["cancelled", "pending"]
