"""What staff do on behalf of somebody, within the rules of places."""

import pytest
from django.core.exceptions import ValidationError

from participants import services
from participants.models import EmailMessage, Participant, Registration, Status
from sessions.models import Category, Mode, Session
from tests.factories import (
    make_delegation,
    make_registration,
    make_session,
    make_staff,
    person,
)

pytestmark = pytest.mark.django_db


def registered(session, **fields):
    return services.register_by_staff(session, by=make_staff(), **person(**fields))


def refused(session, **fields):
    with pytest.raises(ValidationError) as refusal:
        registered(session, **fields)
    error = refusal.value
    return set(error.error_dict) if hasattr(error, "error_dict") else error.code


@pytest.mark.parametrize(
    ("of_session", "fields", "refusal"),
    [
        ({"status": Session.Status.CANCELLED}, {}, "cancelled"),
        ({"status": Session.Status.CANCELLED}, {"takes_place": False}, "cancelled"),
        ({"status": Session.Status.DRAFT}, {}, "cancelled"),
        ({"mode": "online"}, {}, {"mode"}),
        ({"mode": "online"}, {"takes_place": False}, {"mode"}),
        ({"in_person_categories": ["press"]}, {}, {"mode"}),
        ({}, {"category": Category.MEMBER_STATE}, {"delegation"}),
    ],
)
def test_what_the_session_does_not_allow_is_refused(of_session, fields, refusal):
    session = make_session(**of_session)

    assert refused(session, **fields) == refusal
    assert not Registration.objects.exists()


def test_nobody_is_registered_twice():
    session = make_session()
    row = make_registration(session)
    same = {"email": row.email, "family_name": row.family_name}

    assert refused(session, **same, given_name="Test") == {"email"}
    Registration.objects.update(status=Status.DECLINED)
    assert refused(session, **same, given_name="Test") == {"email"}
    Registration.objects.update(status=Status.CANCELLED)
    assert registered(session, **same, given_name="Test").participant == row.participant


def test_what_was_not_confirmed_gives_way():
    session = make_session()
    old = make_registration(session, status=Status.UNVERIFIED)

    new = registered(
        session, email=old.email, family_name=old.family_name, given_name="Test"
    )

    assert list(Registration.objects.all()) == [new]
    assert new.status == "confirmed"


def test_a_full_room_makes_wait_and_who_takes_no_place_comes_in():
    session = make_session(
        capacity_in_person=0, in_person_categories=["press"], approval="all"
    )

    speaker = registered(session, role="speaker", takes_place=False)
    guest = registered(session, category=Category.PRESS)

    assert (speaker.status, guest.status) == ("confirmed", "waiting")
    assert speaker.transitions.get().by is not None
    assert EmailMessage.objects.count() == 2


def test_a_speaker_is_registered_before_the_session_is_published():
    session = make_session(status=Session.Status.DRAFT)
    assert registered(session, takes_place=False).status == "confirmed"


def test_without_address_there_is_no_mail_and_everybody_is_somebody_else():
    session = make_session()
    same = {"family_name": "Núñez", "given_name": "Ana"}

    rows = [
        services.register_by_staff(
            session, by=make_staff(), **person(**same) | {"email": ""}
        )
        for _twice in range(2)
    ]

    assert {row.status for row in rows} == {"confirmed"}
    assert Participant.objects.count() == 2
    assert not EmailMessage.objects.exists()


def test_a_changed_mode_passes_the_old_place_on():
    session = make_session(capacity_in_person=1)
    seated = make_registration(session)
    waiting = make_registration(session, status=Status.WAITING)

    services.change_mode(seated, mode=Mode.ONLINE, by=make_staff())

    waiting.refresh_from_db()
    assert waiting.status == "confirmed"


def test_what_needs_approval_in_the_new_mode_stays_pending():
    session = make_session(approval="in_person")
    row = make_registration(session, status=Status.PENDING)

    staff = make_staff()
    assert services.change_mode(row, mode=Mode.ONLINE, by=staff).status == "confirmed"
    row = make_registration(
        make_session(approval="all"), status=Status.PENDING, mode=Mode.ONLINE
    )
    assert services.change_mode(row, mode=Mode.IN_PERSON, by=staff).status == "pending"


def test_a_delegate_keeps_the_delegation():
    session = make_session()
    state = make_delegation()
    row = registered(session, category=Category.MEMBER_STATE, delegation=state)
    assert row.delegation == state
