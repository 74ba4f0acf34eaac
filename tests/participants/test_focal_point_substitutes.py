"""A focal point passes the place of one of their people to another, at once."""

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile

from participants import services
from participants.models import Registration, Status
from participants.uploads import judge_letter
from tests.factories import make_delegation, make_registration
from tests.participants.test_delegation_pages import at, member
from tests.participants.test_letters import PDF

pytestmark = pytest.mark.django_db

INSTEAD = {"family_name": "New", "form_of_address": "ms", "email": "new@example.org"}
INFORMED = INSTEAD | {"informed": "on"}


def test_a_substitute_has_the_place_at_once_and_both_are_written_to(
    client, session, focal_point
):
    mine = member(session, focal_point, rank="head")
    old_page = f"/en/registrations/{mine.token}/"
    url = at(focal_point, "substitute", mine.pk)
    opened = client.get(url)
    assert b"at once" in opened.content
    assert not opened.context["form"].errors

    for wrong in [INFORMED | {"email": "x"}, INSTEAD, INFORMED | {"family_name": ""}]:
        assert client.post(url, wrong).context["form"].errors
    assert Registration.objects.get() == mine
    done = client.post(url, INFORMED)

    mine.refresh_from_db()
    new = Registration.objects.get(replaces=mine)
    assert b"both get a message" in done.content
    assert (mine.status, new.status, new.rank) == ("cancelled", "confirmed", "head")
    assert (new.registered_by, new.form_of_address) == (focal_point, "ms")
    assert new.privacy_version
    assert [*services.people_of(focal_point.delegation, session)] == [new]
    assert client.get(old_page).status_code == 410
    services.deliver_due()
    told = {message.to[0]: message for message in mail.outbox}
    assert set(told) == {mine.email, "new@example.org"}
    assert "another person in your place" in told[mine.email].body
    assert "focal point of your delegation" in told["new@example.org"].body
    assert new.token in told["new@example.org"].body
    assert new.token not in done.content.decode()
    assert client.post(url, INFORMED).status_code == 404  # the same page once more


def test_the_mission_gets_the_link_of_a_substitute_without_an_address(
    client, session, focal_point
):
    mine = member(session, focal_point)

    client.post(at(focal_point, "substitute", mine.pk), INFORMED | {"email": ""})

    new = Registration.objects.get(replaces=mine)
    assert (new.email, new.language) == ("mission@example.org", focal_point.language)


def test_who_is_registered_already_is_no_substitute(client, session, focal_point):
    mine, other = member(session, focal_point), member(session, focal_point)
    names = ["family_name", "given_name", "email"]
    same = {name: getattr(other, name) for name in names}

    page = client.post(at(focal_point, "substitute", mine.pk), INFORMED | same)

    assert page.context["form"].non_field_errors()
    assert not Registration.objects.filter(status=Status.CANCELLED).exists()


def test_nobody_of_another_delegation_is_replaced(client, session, focal_point):
    foreign = make_registration(
        session, category="member_state", delegation=make_delegation()
    )

    url = at(focal_point, "substitute", foreign.pk)
    assert client.get(url).status_code == 404
    assert client.post(url, INFORMED).status_code == 404


def test_a_substitute_brings_a_letter_or_the_one_of_several_names_them_too(
    client, session, focal_point, tmp_path, settings
):
    settings.MEDIA_ROOT = tmp_path
    session.letter_categories = ["member_state"]
    session.save()
    alone, a, b = [member(session, focal_point) for _n in range(3)]
    services.add_letter(alone, judge_letter(SimpleUploadedFile("l.pdf", PDF)))
    url = at(focal_point, "substitute", alone.pk)

    asked = client.post(url, INFORMED | {"covered": "on"})
    assert "letter" in asked.context["form"].errors
    assert b"A new letter that names" in asked.content
    assert b'name="covered"' not in asked.content  # no letter names several yet

    services.add_letter_for([a, b], judge_letter(SimpleUploadedFile("l.pdf", PDF)))
    assert "letter" in client.post(url, INFORMED).context["form"].errors
    client.post(url, INFORMED | {"covered": "on"})
    new = Registration.objects.get(replaces=alone)
    assert new.letters.get() == a.letters.get()

    url = at(focal_point, "substitute", a.pk)
    sent = {"letter": SimpleUploadedFile("l.pdf", PDF), "family_name": "Newer"}
    client.post(url, INFORMED | sent)
    newer = Registration.objects.get(replaces=a)
    assert newer.letters.get() not in [new.letters.get(), alone.letters.get()]
    assert newer.status == Status.CONFIRMED
