"""The form of a session leaves changes that people must be told of to their page."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from participants.models import EmailMessage, Message
from sessions.models import Session, SessionDraft
from tests.factories import make_registration, make_session
from tests.pages import form_of, parse

pytestmark = pytest.mark.django_db

NO_DAYS = {"starts_on": "", "ends_on": "", "registration_opens_at_0": ""}
NO_DAYS |= {"registration_opens_at_1": ""}
WATCHED = ["status", "starts_on", "ends_on", "venue_en", "city_en"]
CHANGES = [
    ({"status": "cancelled"}, "status", "cancelled"),
    (NO_DAYS, "starts_on", "postponed"),
    ({"starts_on": "2099-03-13", "ends_on": "2099-03-14"}, "starts_on", "moved"),
    ({"ends_on": "2099-03-14"}, "ends_on", "moved"),
    ({"venue_en": "Another hall"}, "venue_en", "venue"),
    ({"city_en": "Bern"}, "city_en", "venue"),
]


def url_of(session):
    return reverse("admin:conversation_session_change", args=[session.pk])


def save(client, session, **fields):
    data = form_of(client, url_of(session))
    data |= {name: [value] for name, value in fields.items()}
    return client.post(url_of(session), data)


def stored(session):
    row = Session.objects.get(pk=session.pk)
    return {name: str(getattr(row, name) or "") for name in WATCHED}


@pytest.mark.parametrize(("fields", "name", "kind"), CHANGES)
def test_with_people_registered_the_form_leads_to_the_page_that_tells_them(
    admin_client, fields, name, kind
):
    session = make_session(venue="Hall")
    for state in ["pending", "waiting", "confirmed"]:
        make_registration(session, status=state)
    before = stored(session)

    page = parse(save(admin_client, session, **fields))

    error = page.one("ul", id=f"id_{name}_error")
    url = reverse("admin:participants_message_change_session", args=[session.pk, kind])
    assert "3 people are registered" in error.text
    assert error.links == [url]
    assert stored(session) == before
    assert admin_client.get(url).status_code == 200


@pytest.mark.parametrize(("fields", "_name", "_kind"), CHANGES)
def test_with_nobody_to_tell_the_form_is_free(admin_client, fields, _name, _kind):
    session = make_session(venue="Hall")
    make_registration()  # for another session
    for state in ["unverified", "declined", "cancelled"]:
        make_registration(session, status=state)

    assert save(admin_client, session, **fields).status_code == 302

    now = stored(session)
    assert now == now | {k: v for k, v in fields.items() if k in WATCHED}
    assert not Message.objects.exists()
    assert not EmailMessage.objects.exists()


def test_what_moves_nobody_stays_free(admin_client):
    session = make_session(venue="Hall")
    make_registration(session)

    same = {"title_en": "Better", "venue_fr": "Salle", "capacity_in_person": "20"}
    assert save(admin_client, session, **same).status_code == 302

    assert Session.objects.get(pk=session.pk).venue_fr == "Salle"


def test_a_session_that_is_over_can_be_put_right(admin_client):
    day = (timezone.now() - timedelta(days=9)).date()
    session = make_session(starts_on=day, ends_on=day)
    make_registration(session)

    assert save(admin_client, session, city_en="Bern").status_code == 302


def test_who_registers_while_the_form_is_open_counts(admin_client):
    session = make_session()
    data = form_of(admin_client, url_of(session)) | {"status": ["cancelled"]}
    make_registration(session)

    page = parse(admin_client.post(url_of(session), data))

    assert "must be told" in page.one("ul", id="id_status_error").text


def test_a_draft_does_not_get_round_it(admin_client):
    session = make_session()
    data = form_of(admin_client, url_of(session))
    data |= {"city_en": ["Bern"], "_save_draft": ["x"]}
    admin_client.post(url_of(session), data)
    draft = SessionDraft.objects.get()
    make_registration(session)

    publish = reverse("admin:conversation_session_draft", args=[session.pk])
    page = parse(admin_client.post(publish, {"publish": "x"}, follow=True))

    assert "1 person is registered and must be told" in page.text
    assert "<a" not in page.text
    assert stored(session)["city_en"] == "Geneva"
    draft.delete()
    admin_client.post(url_of(session), data)
    assert not SessionDraft.objects.exists()
