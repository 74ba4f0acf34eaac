"""The same place, another person: named by the delegate or by staff."""

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from participants import limits, links, services
from participants.models import EmailMessage, Registration, Status
from sessions.models import Category, Session
from tests.factories import (
    make_delegation,
    make_registration,
    make_session,
    make_staff,
    person,
)
from tests.participants.test_personal_pages import page_of
from tests.participants.test_states import statuses

pytestmark = pytest.mark.django_db
COLLEAGUE = {
    "email": "colleague@example.org",
    "family_name": "Colleague",
    "given_name": "Demo",
    "form_of_address": "ms",
    "function": "Adviser",
    "language": "fr",
}


def make_delegate(session=None, **fields):
    fields = {
        "category": Category.MEMBER_STATE,
        "delegation": make_delegation(),
        "rank": "head",
    } | fields
    return make_registration(session or make_session(), **fields)


def proposed(row, **fields):
    services.propose_substitute(row, **COLLEAGUE | fields)
    return Registration.objects.get(status=Status.UNVERIFIED)


def test_the_place_passes_when_the_colleague_confirms(client):
    session = make_session(capacity_in_person=1)
    row = make_delegate(session)
    waiting = make_registration(session, status=Status.WAITING)
    old_code, old_page = row.code, page_of(row)

    response = client.post(page_of(row, "substitute"), COLLEAGUE)
    assert b"colleague@example.org" in response.content
    new = Registration.objects.get(status=Status.UNVERIFIED)
    assert statuses(row) == ["confirmed"]  # until then
    assert EmailMessage.objects.get().to == "colleague@example.org"
    assert b"in the place of another person" in client.get(page_of(new)).content

    client.post(page_of(new, "confirm"))

    row.refresh_from_db()
    new.refresh_from_db()
    assert statuses(row, new, waiting) == ["cancelled", "confirmed", "waiting"]
    assert (new.delegation, new.rank) == (row.delegation, "head")
    assert new.privacy_version
    assert len({old_code, row.code, new.code}) == 3
    assert client.get(old_page).status_code == 410
    assert [t.event for t in new.transitions.all()] == ["registered", "substitute"]
    assert row.transitions.get().event == "replaced"
    services.deliver_due()
    told = {m.to[0]: m for m in mail.outbox if "Open this link" not in m.body}
    assert row.token in told[row.email].body
    assert "another person in your place" in told[row.email].body
    assert new.token in told["colleague@example.org"].body
    assert new.token not in told[row.email].body


def test_a_place_in_the_queue_passes_too():
    session = make_session(capacity_in_person=0, capacity_online=1)
    row = make_delegate(session, status=Status.WAITING, online_meanwhile=True)

    new = services.confirm(proposed(row))

    assert (new.status, new.queued_at) == (Status.WAITING, row.queued_at)
    assert new.online_meanwhile


def test_another_proposal_kills_the_link_of_the_first(client):
    row = make_delegate()
    first = proposed(row)

    second = proposed(row, family_name="Other", email="other@example.org")

    assert client.post(page_of(first, "confirm")).status_code == 410
    assert services.confirm(second).status == Status.CONFIRMED


def test_the_same_proposal_twice_is_mailed_once():
    row = make_delegate()
    proposed(row)
    proposed(row)

    assert EmailMessage.objects.count() == 1


def test_a_known_colleague_gets_the_same_answer_and_no_second_place(client):
    row = make_delegate()
    known = make_registration(row.session)
    data = COLLEAGUE | {
        "email": known.email,
        "family_name": known.family_name,
        "given_name": known.given_name,
    }

    same = client.post(page_of(row, "substitute"), data)
    other = client.post(page_of(row, "substitute"), COLLEAGUE)

    assert same.status_code == other.status_code == 200
    text = same.content.decode().replace(known.email, "colleague@example.org")
    assert text == other.content.decode()
    assert set(known.emails.values_list("kind", flat=True)) == {"known"}
    assert statuses(row, known) == ["confirmed", "confirmed"]


def test_who_left_meanwhile_leaves_no_place():
    row = make_delegate()
    new = proposed(row)
    services.cancel(row)

    with pytest.raises(ValidationError) as refusal:
        services.confirm(new)

    assert refusal.value.code == "not_live"
    assert statuses(new) == ["unverified"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"category": "academia", "delegation": None}, "not_a_delegate"),
        ({"status": Status.CANCELLED}, "not_live"),
        ({"status": Status.DECLINED}, "not_live"),
    ],
)
def test_only_a_delegate_who_stands_names_somebody(client, fields, code):
    row = make_delegate(**fields)

    with pytest.raises(ValidationError) as refusal:
        services.propose_substitute(row, **COLLEAGUE)

    assert refusal.value.code == code
    response = client.post(page_of(row, "substitute"), COLLEAGUE)
    assert response.context["form"].non_field_errors()
    assert b'value="Adviser"' in response.content
    assert not EmailMessage.objects.exists()


def test_one_cannot_replace_oneself():
    row = make_delegate()
    same = {"email": row.email, "family_name": row.family_name}

    with pytest.raises(ValidationError) as refusal:
        services.propose_substitute(row, **COLLEAGUE | same | {"given_name": "Test"})

    assert refusal.value.code == "same_person"


@pytest.mark.parametrize(
    "field", [{"email": "x"}, {"family_name": "NUL\0"}, {"language": "tlh"}]
)
def test_bad_input_is_named_at_its_field(client, field):
    row = make_delegate()

    response = client.post(page_of(row, "substitute"), COLLEAGUE | field)

    assert list(response.context["form"].errors) == list(field)


def test_a_delegate_names_not_everybody(client, monkeypatch):
    monkeypatch.setattr(limits, "PER_NETWORK", 1)
    row = make_delegate()
    assert client.post(page_of(row, "substitute"), COLLEAGUE).status_code == 200

    other = COLLEAGUE | {"email": "other@example.org"}
    response = client.post(page_of(row, "substitute"), other)

    assert response.status_code == 429
    assert not Registration.objects.filter(email="other@example.org").exists()


def test_staff_pass_the_place_on_at_once(admin_client):
    row = make_delegate(status=Status.PENDING)
    change = reverse("admin:participants_registration_change", args=[row.pk])
    url = reverse("admin:participants_registration_substitute", args=[row.pk])
    assert url in admin_client.get(change).content.decode()
    assert admin_client.get(url).status_code == 200

    admin_client.post(url, COLLEAGUE)

    new = Registration.objects.get(replaces=row)
    assert statuses(row, new) == ["cancelled", "pending"]
    assert new.transitions.last().by.username == "admin"
    recipients = EmailMessage.objects.filter(kind="status").values_list("to", flat=True)
    assert set(recipients) == {row.email, "colleague@example.org"}


def test_staff_name_a_substitute_in_a_browser_too(admin_user):
    row = make_delegate()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(admin_user)
    url = reverse("admin:participants_registration_substitute", args=[row.pk])
    browser.get(url)
    token = {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value}

    assert browser.post(url, COLLEAGUE | token).status_code == 302

    assert Registration.objects.filter(replaces=row).exists()


def test_staff_are_told_that_the_substitute_is_registered():
    row = make_delegate()
    known = make_registration(row.session)
    name = {"family_name": known.family_name, "given_name": known.given_name}

    with pytest.raises(ValidationError) as refusal:
        services.substitute(
            row, by=make_staff(), **COLLEAGUE | name | {"email": known.email}
        )

    assert refusal.value.code == "known"
    assert statuses(row) == ["confirmed"]


@pytest.mark.parametrize("name", [services.substitute, services.propose_substitute])
def test_a_session_that_does_not_take_place_has_no_substitutes(name):
    row = make_delegate(make_session(status=Session.Status.CANCELLED))

    with pytest.raises(ValidationError) as refusal:
        name(row, **COLLEAGUE)

    assert refusal.value.code == "cancelled"
    assert not EmailMessage.objects.exists()


# A known mailbox says who it is -------------------------------------------------------


@pytest.fixture
def choice(client):
    """Register a second name at a known address; return both registrations."""
    session = make_session(capacity_in_person=1)
    known = services.confirm(services.register(session, **person("m@example.org")))
    new = services.register(
        session, **person("m@example.org", family_name="Corrected", city="Geneva")
    )
    return known, new


def test_another_name_at_a_known_address_waits_for_the_choice(client, choice):
    known, new = choice
    assert "another person or the same one" in new.emails.get().text
    page = client.get(page_of(new)).content.decode()
    assert "Another person" in page
    assert known.full_name in page

    response = client.post(page_of(new, "confirm"))

    assert response.status_code == 200
    assert b"Say whether this is another person" in response.content
    assert statuses(known, new) == ["confirmed", "unverified"]


@pytest.mark.parametrize("who", ["0", "99999999999999999999999", "x", "²"])
def test_who_is_not_at_this_mailbox_is_no_choice(client, choice, who):
    _known, new = choice

    assert client.post(page_of(new, "confirm"), {"who": who}).status_code == 200
    assert statuses(new) == ["unverified"]


def test_another_person_gets_a_registration_of_their_own(client, choice):
    known, new = choice

    for _double_click in range(2):
        client.post(page_of(new, "confirm"), {"who": "another"})

    assert statuses(known, new) == ["confirmed", "waiting"]
    assert new.emails.filter(kind="status").count() == 1


def test_the_same_person_keeps_the_place_under_the_corrected_name(client, choice):
    known, new = choice

    response = client.post(page_of(new, "confirm"), {"who": known.pk})

    known.refresh_from_db()
    assert response["Location"] == page_of(known)
    assert (known.family_name, known.city) == ("Corrected", "Geneva")
    assert known.status == Status.CONFIRMED
    assert known.participant.name_key == "corrected test"
    assert Registration.objects.get() == known
    assert known.emails.latest("pk").subject.startswith("Your registration has been ch")
    # the other tab, and the back button
    assert client.post(page_of(new, "confirm"), {"who": known.pk}).status_code == 410


def test_who_was_here_before_under_the_corrected_name_stays_one_person(choice):
    known, new = choice
    earlier = make_registration(make_session(), status=Status.CANCELLED)
    Registration.objects.filter(pk=earlier.pk).update(participant=new.participant)

    changed = services.take_as_correction(new, known)

    assert changed.participant == new.participant
    assert changed.status == Status.CONFIRMED


def test_the_code_leads_to_the_choice(client, choice):
    _known, new = choice
    keys = {"email_key": "m@example.org", "name_key": new.participant.name_key}
    code = links.make_code(new.pk, new.epoch)
    row = services.confirm_by_code(new.session, **keys, code=code)

    assert (row, row.status) == (new, Status.UNVERIFIED)


def test_a_session_that_is_cancelled_takes_no_substitute():
    row = make_delegate()
    new = proposed(row)
    Session.objects.update(status=Session.Status.CANCELLED)

    with pytest.raises(ValidationError):
        services.confirm(new)

    assert statuses(row, new) == ["confirmed", "unverified"]
