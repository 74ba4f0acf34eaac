"""What a new site holds before anybody has touched it."""

from io import StringIO

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.utils import timezone, translation

from sessions.models import Session

LANGUAGES = [code for code, _name in settings.LANGUAGES]

pytestmark = pytest.mark.django_db


def prepare(*, demonstration):
    said = StringIO()
    call_command("prepare", demonstration=demonstration, stdout=said)
    return said.getvalue()


def test_without_demonstration_there_is_only_what_is_true():
    said = prepare(demonstration=False)

    assert Session.objects.count() == 12
    assert not Session.objects.filter(is_demonstration=True).exists()
    assert not get_user_model().objects.exists()
    assert said == ""


def test_the_password_that_is_shown_opens_the_admin(client):
    said = prepare(demonstration=True)

    password = said.partition("password ")[2].split()[0]
    assert client.login(username="staff", password=password)


def test_repeating_it_changes_nothing():
    prepare(demonstration=True)
    Session.objects.get(number=9).delete()

    said = prepare(demonstration=True)

    assert said == ""
    assert Session.objects.count() == 12
    assert get_user_model().objects.count() == 1


def test_the_demonstration_session_takes_registrations():
    prepare(demonstration=True)

    session = Session.objects.get(is_demonstration=True)

    assert (session.number, session.slug) == (13, "13-demonstration-session")
    assert session.registration_is_open
    assert (session.starts_on - timezone.localdate()).days == 30
    assert (session.mode, session.capacity_in_person) == ("hybrid", 20)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_demonstration_session_says_so_in_every_language(language):
    call_command("make_demo_session", stdout=StringIO())
    session = Session.objects.get()

    with translation.override(language):
        session.refresh_from_db()
        own = [session.title, session.summary, session.venue, session.city]
        items = [item.title for item in session.agenda_items.all()]
    with translation.override("en"):
        english = [session.title, session.summary, session.venue, session.city]

    assert all(own)
    assert len(items) == 6
    assert all(items)
    if language != "en":
        assert not set(own) & set(english)


def test_there_is_never_a_second_demonstration_session():
    call_command("make_demo_session", stdout=StringIO())
    call_command("make_demo_session", stdout=StringIO())

    assert Session.objects.count() == 1
