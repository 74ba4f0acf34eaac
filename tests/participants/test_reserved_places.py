"""Places kept for a category until their release, and online while one waits."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from participants import services
from participants.models import EmailMessage, Registration, Status
from sessions.models import Category, Mode, ReservedPlaces, Session
from tests.factories import (
    make_delegation,
    make_registration,
    make_session,
    make_staff,
    person,
)
from tests.pages import form_of
from tests.participants.test_personal_pages import page_of
from tests.participants.test_states import answers_of, registered, statuses

pytestmark = pytest.mark.django_db
IN_PERSON = Mode.IN_PERSON


def keep(session, places, category=Category.MEMBER_STATE, mode=IN_PERSON, hours=1):
    return ReservedPlaces.objects.create(
        session=session,
        category=category,
        mode=mode,
        places=places,
        released_at=timezone.now() + timedelta(hours=hours),
    )


def delegate(session, **fields):
    fields |= {"category": Category.MEMBER_STATE, "delegation": make_delegation()}
    return registered(session, **fields)


def test_kept_places_go_to_their_category_alone():
    session = make_session(capacity_in_person=2)
    keep(session, 1)

    rows = [services.confirm(registered(session)) for _n in range(2)]
    state = services.confirm(delegate(session))
    late = services.confirm(delegate(session))

    assert statuses(*rows, state, late) == [
        "confirmed",
        "waiting",
        "confirmed",
        "waiting",
    ]


def test_who_cannot_have_a_kept_place_stands_before_nobody():
    session = make_session(capacity_in_person=1)
    keep(session, 1)
    first = services.confirm(registered(session))

    assert services.free_places(session, IN_PERSON) == 0
    assert services.free_places(session, IN_PERSON, Category.MEMBER_STATE) == 1
    assert services.confirm(delegate(session)).status == Status.CONFIRMED
    assert statuses(first) == ["waiting"]


def test_a_release_lets_places_fall_to_the_waiting_list_by_itself():
    session = make_session(capacity_in_person=2)
    kept = keep(session, 2)
    rows = [services.confirm(registered(session)) for _n in range(3)]
    assert services.fill_waiting_sessions() == 0

    ReservedPlaces.objects.filter(pk=kept.pk).update(released_at=timezone.now())

    assert services.fill_waiting_sessions() == 2
    assert statuses(*rows) == ["confirmed", "confirmed", "waiting"]


def test_staff_promote_nobody_into_a_place_kept_for_others():
    session = make_session(capacity_in_person=1)
    keep(session, 1)
    row, staff = services.confirm(registered(session)), make_staff()

    with pytest.raises(ValidationError) as refusal:
        services.promote(row, by=staff)
    assert refusal.value.code == "full"

    services.admit_above_capacity(row, by=staff, reason="Minister")
    session.refresh_from_db()
    assert session.capacity_in_person == 2
    assert services.free_places(session, IN_PERSON, Category.MEMBER_STATE) == 1


def test_who_leaves_the_category_leaves_the_place_that_was_kept_for_it():
    session = make_session(capacity_in_person=1)
    keep(session, 1)
    row = services.confirm(delegate(session))

    changed = answers_of(row, category=Category.ACADEMIA, delegation=None)
    services.change(row, **changed)

    assert statuses(row) == ["waiting"]
    assert services.free_places(session, IN_PERSON, Category.MEMBER_STATE) == 1


def test_raising_the_capacity_stands_in_the_history_of_the_session(admin_client):
    session = make_session(capacity_in_person=0)
    row = services.confirm(registered(session))

    services.admit_above_capacity(row, by=make_staff(), reason="A minister")

    url = reverse("admin:conversation_session_history", args=[session.pk])
    history = admin_client.get(url).content.decode()
    assert "places in the room: 0 → 1" in history
    assert "A minister" not in history


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"places": "3"}, "3 places are reserved, but there are only 2"),
        ({"places": "0"}, "greater than or equal to 1"),
        ({"released_at_0": ""}, "This field is required"),
        ({"mode": "online"}, "only where their number is limited"),
        ({"category": "press"}, "not admitted to the room"),
        ({}, None),
    ],
)
def test_reservations_are_judged_against_the_session(admin_client, row, words):
    session = make_session(
        capacity_in_person=2, in_person_categories=["member_state", "academia"]
    )
    url = reverse("admin:conversation_session_change", args=[session.pk])
    data = form_of(admin_client, url)
    prefix = "reserved_places-0-"
    new = {
        "category": "member_state",
        "mode": "in_person",
        "places": "2",
        "released_at_0": "2030-01-01",
        "released_at_1": "12:00",
    } | row
    data |= {f"{prefix}{name}": value for name, value in new.items()}
    data["reserved_places-TOTAL_FORMS"] = "1"

    response = admin_client.post(url, data)

    if words is None:
        assert response.status_code == 302, response.context["errors"]
        assert ReservedPlaces.objects.get().places == 2
    else:
        assert words in response.content.decode()
        assert not ReservedPlaces.objects.exists()


# Online while waiting for the room ----------------------------------------------------


def test_who_waits_for_the_room_takes_part_online_meanwhile(client):
    session = make_session(
        capacity_in_person=0, capacity_online=1, join_instructions_en="Room 42 online"
    )

    first, second = [services.confirm(registered(session)) for _n in range(2)]

    assert (first.status, first.online_meanwhile) == ("waiting", True)
    assert second.online_meanwhile is False
    assert services.free_places(session, Mode.ONLINE) == 0
    mail = first.emails.latest("pk")
    assert "Until then you take part online" in mail.text
    assert "Room 42 online" in mail.text
    assert b"Room 42 online" in client.get(page_of(first)).content
    assert "Room 42 online" not in second.emails.latest("pk").text
    assert b"Room 42 online" not in client.get(page_of(second)).content


def test_promotion_into_the_room_passes_the_place_online_on():
    session = make_session(capacity_in_person=0, capacity_online=1)
    first, second = [services.confirm(registered(session)) for _n in range(2)]

    Session.objects.update(capacity_in_person=1)
    services.fill_waiting_sessions()

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, first.online_meanwhile) == ("confirmed", False)
    assert (second.status, second.online_meanwhile) == ("waiting", True)
    assert second.transitions.last().event == "meanwhile"
    mail = second.emails.latest("pk")
    assert mail.subject.startswith("You can take part online while you wait")
    assert EmailMessage.objects.filter(kind="status").count() == 4


def test_staffs_promotion_into_the_room_passes_the_place_online_on_at_once():
    session = make_session(capacity_in_person=0, capacity_online=1)
    first, second = [services.confirm(registered(session)) for _n in range(2)]
    Session.objects.update(capacity_in_person=1)

    services.promote(first, by=make_staff())

    second.refresh_from_db()
    assert (second.status, second.online_meanwhile) == ("waiting", True)


def test_nobody_passes_the_line_online_while_waiting_for_the_room():
    session = make_session(capacity_in_person=0, capacity_online=0)
    online = services.confirm(registered(session, mode=Mode.ONLINE))
    Session.objects.update(capacity_online=1)

    room = services.confirm(registered(session))

    assert not room.online_meanwhile
    services.fill_waiting_sessions()
    assert statuses(online, room) == ["confirmed", "waiting"]


def test_who_asked_for_online_comes_before_who_waits_for_the_room():
    session = make_session(capacity_in_person=0, capacity_online=0)
    room = services.confirm(registered(session))
    online = services.confirm(registered(session, mode=Mode.ONLINE))

    Session.objects.update(capacity_online=1)
    services.fill_waiting_sessions()

    assert statuses(room, online) == ["waiting", "confirmed"]
    assert not Registration.objects.filter(online_meanwhile=True).exists()


def test_after_the_access_deadline_the_place_online_is_still_given():
    session = make_session(access_deadline_at=timezone.now())

    row = services.confirm(registered(session))

    assert (row.status, row.online_meanwhile) == ("waiting", True)


def test_online_alone_offers_nothing_meanwhile():
    session = make_session(mode=Session.Mode.IN_PERSON, capacity_in_person=0)

    assert services.confirm(registered(session)).online_meanwhile is False


def test_cancelling_frees_the_place_online_too():
    session = make_session(capacity_in_person=0, capacity_online=1)
    row = services.confirm(registered(session))
    services.cancel(row)

    assert services.free_places(session, Mode.ONLINE) == 1


def test_erasing_frees_the_place_online_and_keeps_what_is_over():
    session = make_session(capacity_in_person=0, capacity_online=1)
    answers = person()
    row = services.confirm(services.register(session, **answers))
    past = make_registration(make_session(starts_on="2024-03-13", ends_on="2024-03-14"))
    Registration.objects.filter(pk=past.pk).update(participant=row.participant)

    services.erase(row)

    assert services.free_places(session, Mode.ONLINE) == 1
    assert statuses(row, past) == ["cancelled", "confirmed"]
