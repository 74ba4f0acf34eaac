"""Registering: what is stored and mailed before the address is proved."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from participants import links, services
from participants.models import EmailMessage, Participant, Registration, Status
from sessions.models import Category, Mode, Session
from tests.factories import make_delegation, make_registration, make_session, person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "fields",
    [
        {"registration_closes_at": timezone.now() - timedelta(seconds=1)},
        {"registration_opens_at": timezone.now() + timedelta(hours=1)},
        {"registration_opens_at": None, "registration_closes_at": None},
        {"status": Session.Status.DRAFT},
        {"status": Session.Status.CANCELLED},
    ],
    ids=["closed", "not yet open", "not announced", "draft", "cancelled"],
)
def test_nobody_registers_when_registration_is_not_open(fields):
    session = make_session(**fields)

    with pytest.raises(ValidationError) as refusal:
        services.register(session, **person())

    assert refusal.value.code == "closed"
    assert not Registration.objects.exists()
    assert not Participant.objects.exists()
    assert not EmailMessage.objects.exists()


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"mode": "by balloon"}, "mode"),
        ({"mode": Mode.IN_PERSON, "category": Category.PRESS}, "mode"),
        ({"category": Category.MEMBER_STATE}, "delegation"),
        ({"category": Category.OBSERVER, "delegation": "state"}, "delegation"),
        ({"category": Category.ACADEMIA, "delegation": "state"}, "delegation"),
    ],
)
def test_answers_that_do_not_fit_are_refused_at_their_field(answers, field):
    session = make_session(
        in_person_categories=["academia", "member_state", "observer"]
    )
    if answers.get("delegation") == "state":
        answers = answers | {"delegation": make_delegation()}

    with pytest.raises(ValidationError) as refusal:
        services.register(session, **person(**answers))

    assert list(refusal.value.message_dict) == [field]
    assert not EmailMessage.objects.exists()


def test_registering_takes_no_place_and_mails_a_link():
    session = make_session(capacity_in_person=1)

    registration = services.register(session, **person("ana@example.org"))

    assert registration.status == Status.UNVERIFIED
    assert services.free_places(session, Mode.IN_PERSON) == 1
    mail = EmailMessage.objects.get()
    assert (mail.to, mail.kind) == ("ana@example.org", "verify")
    assert registration.token not in mail.text + mail.html


def test_the_same_answers_again_change_nothing_and_mail_nothing():
    session = make_session()
    answers = person()
    first = services.register(session, **answers)

    second = services.register(session, **answers)

    assert second == first
    assert second.epoch == first.epoch
    assert EmailMessage.objects.count() == 1


def test_other_answers_replace_the_first_and_kill_its_link():
    session = make_session()
    answers = person()
    first = services.register(session, **answers)

    second = services.register(session, **answers | {"organisation": "Another"})

    assert second.pk == first.pk
    assert second.organisation == "Another"
    assert second.token != first.token
    assert EmailMessage.objects.get().dedupe_key == f"verify:{first.pk}:1:"


def test_case_and_accents_do_not_make_two_people_of_one():
    session = make_session()
    answers = person("Ana@Example.org", family_name="Núñez", given_name="José")

    services.register(session, **answers)
    services.register(
        session,
        **answers | {"email": "ana@example.org", "family_name": "NUNEZ"},
    )

    assert Participant.objects.count() == 1
    assert Registration.objects.count() == 1


def test_five_delegates_may_share_a_mailbox():
    session = make_session()
    for number in range(5):
        services.register(
            session, **person("mission@example.org", family_name=f"Delegate{number}")
        )

    assert Registration.objects.count() == 5
    assert EmailMessage.objects.filter(to="mission@example.org").count() == 5


@pytest.mark.parametrize(
    "status", [Status.CONFIRMED, Status.WAITING, Status.PENDING, Status.DECLINED]
)
def test_somebody_known_gets_one_mail_and_no_second_registration(status):
    known = make_registration(status=status)
    answers = person(
        known.email, family_name=known.family_name, given_name=known.given_name
    )

    for _again in range(3):
        assert services.register(known.session, **answers) is None

    sent = Registration.objects.exclude(pk=known.pk).get()
    assert (sent.status, sent.emails.count()) == (Status.UNVERIFIED, 0)
    assert Registration.objects.get(pk=known.pk).status == status
    assert EmailMessage.objects.get().kind == "known"


def test_what_was_sent_for_somebody_known_can_never_be_confirmed():
    known = make_registration()
    name = {"family_name": known.family_name, "given_name": known.given_name}
    services.register(known.session, **person(known.email, **name))
    sent = Registration.objects.exclude(pk=known.pk).get()

    with pytest.raises(ValidationError) as refusal:
        services.confirm(sent)
    assert refusal.value.code == "known"
    keys = {"email_key": known.email, "name_key": known.participant.name_key}
    code = links.make_code(sent.pk, sent.epoch)
    with pytest.raises(ValidationError) as refusal:
        services.confirm_by_code(known.session, **keys, code=code)
    assert refusal.value.code == "code"


def test_who_cancelled_after_trying_again_still_gets_the_mail():
    known = make_registration()
    name = {"family_name": known.family_name, "given_name": known.given_name}
    answers = person(known.email, **name)
    services.register(known.session, **answers)
    services.cancel(known)

    again = services.register(known.session, **answers)

    assert again.emails.get().kind == "verify"
    assert services.confirm(again).status == Status.CONFIRMED


def test_who_cancelled_may_register_again():
    known = make_registration(status=Status.CANCELLED)
    answers = person(
        known.email, family_name=known.family_name, given_name=known.given_name
    )

    again = services.register(known.session, **answers)

    assert again.pk != known.pk
    assert again.participant == known.participant


def test_unproved_registrations_go_after_48_hours_with_their_people():
    session = make_session()
    stale = services.register(session, **person())
    fresh = services.register(session, **person())
    Registration.objects.filter(pk=stale.pk).update(
        created_at=timezone.now() - timedelta(hours=49)
    )

    assert services.delete_unverified() == 1

    assert Registration.objects.get() == fresh
    assert Participant.objects.get() == fresh.participant
