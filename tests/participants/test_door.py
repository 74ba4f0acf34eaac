"""The door: who is let in, once a day, in big words, without a script."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from participants import services
from participants.models import CheckIn, DoorAssignment, Status
from sessions.models import Mode
from tests.factories import make_registration, make_session, make_staff
from tests.pages import against_the_policy, form_data, parse
from tests.participants.test_races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    today = timezone.localdate()
    return make_session(starts_on=today, ends_on=today + timedelta(days=1))


@pytest.fixture
def doorkeeper(session):
    """Somebody who may check people in at this session and nothing else."""
    user = User.objects.create_user("door", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="check_in_registration"))
    DoorAssignment.objects.create(user=user, session=session)
    client = Client()
    client.force_login(user)
    return client


def url_of(session):
    return reverse("admin:participants_door", args=[session.number])


@pytest.fixture
def say(doorkeeper, session):
    """Post to the door; return the words of the answer and the whole page."""

    def post(**data):
        page = parse(doorkeeper.post(url_of(session), data))
        assert against_the_policy(page) == []
        return page.one("p", class_="door-words").text, page

    return post


# What is refused, in big words -----------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"status": Status.WAITING}, "Not confirmed. State: On the waiting list"),
        ({"status": Status.CANCELLED}, "Not confirmed. State: Cancelled"),
        ({"mode": Mode.ONLINE}, "Registered to take part online."),
    ],
)
def test_who_has_no_place_in_the_room_is_not_let_in(say, session, fields, words):
    row = make_registration(session, **fields)

    assert say(typed=row.code)[0] == words
    assert not CheckIn.objects.exists()


def test_the_badge_of_another_session_is_named(say):
    other = make_session(title="Another one")

    words, _page = say(typed=make_registration(other).code)

    assert words == f"This badge is for another session: {other}"
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"typed": "A" * 22}, "Unknown badge"),
        ({"typed": "x\x00" * 500}, "Nobody of this name is registered"),
        ({"typed": " "}, "Scan a badge"),
        ({"registration": "9" * 30}, "Unknown badge"),
        ({"registration": "１"}, "Unknown badge"),
        ({"undo": "x"}, "Unknown badge"),
        ({}, "Scan a badge"),
    ],
)
def test_what_nobody_carries_is_unknown(say, data, words):
    assert say(**data)[0].startswith(words)
    assert not CheckIn.objects.exists()


def test_nobody_is_checked_in_on_another_day(say, session):
    session.starts_on = session.ends_on = session.today + timedelta(days=3)
    session.save()

    words, page = say(typed=make_registration(session).code)

    assert words == "The session is not held today."
    assert not CheckIn.objects.exists()
    assert page.all("p", class_="errornote")


def test_the_door_of_another_session_is_not_there(doorkeeper):
    elsewhere = make_session()

    assert doorkeeper.get(url_of(elsewhere)).status_code == 404
    assert doorkeeper.post(url_of(elsewhere), {"typed": "x"}).status_code == 404
    counts = reverse("admin:participants_door_counts", args=[elsewhere.number])
    assert doorkeeper.get(counts).status_code == 404


def test_the_door_needs_its_permission_and_no_other(doorkeeper, session):
    assert doorkeeper.get(url_of(session)).status_code == 200
    lists = reverse("admin:participants_registration_changelist")
    assert doorkeeper.get(lists).status_code == 403

    User.objects.get(username="door").user_permissions.clear()
    for name, args in [
        ("participants_doors", []),
        ("participants_door", [session.number]),
        ("participants_door_counts", [session.number]),
    ]:
        response = doorkeeper.get(reverse(f"admin:{name}", args=args))
        assert response.status_code == 403
    row = make_registration(session)
    assert doorkeeper.post(url_of(session), {"typed": row.code}).status_code == 403
    assert not CheckIn.objects.exists()


# What is done ----------------------------------------------------------------------


def test_a_badge_is_checked_in_once_a_day(say, session):
    row = make_registration(session, family_name="Núñez", given_name="Ana")

    words, page = say(typed=f" {row.code} ")
    assert words == "Welcome"
    assert "Ana Núñez" in page.text
    assert "1 of 1 person expected is here today" in page.text
    check_in = CheckIn.objects.get()
    assert (check_in.day, check_in.by.username) == (session.today, "door")

    at = datetime.combine(session.today, datetime.min.time(), session.zone)
    CheckIn.objects.update(at=at + timedelta(hours=9, minutes=3))
    words, _page = say(typed=row.code)
    assert words.replace("\u2068", "").replace("\u2069", "") == (
        "Already checked in at 09:03"
    )
    assert CheckIn.objects.count() == 1


def test_a_name_gives_people_to_choose_from_and_the_choice_can_be_taken_back(
    say, session
):
    row = make_registration(session, family_name="Núñez", given_name="Ana")
    make_registration(session, family_name="Nunez", status=Status.WAITING)
    make_registration(family_name="Núñez")  # of another session

    words, page = say(typed="nunez")
    assert words == "Who is it?"
    choices = [form_data(form) for form in page.all("form", class_="door-send")]
    assert len(choices) == 1  # who waits has no button
    assert "On the waiting list" in page.text

    assert say(registration=row.pk)[0] == "Welcome"
    assert "is here" in say(typed="ana nunez")[1].text
    assert say(undo=row.pk)[0] == "Check-in taken back"
    assert not CheckIn.objects.exists()
    assert say(undo=row.pk)[0] == "Not checked in today"


def test_the_day_is_the_day_at_the_venue(say, session):
    session.time_zone = "Pacific/Kiritimati"
    session.starts_on = session.ends_on = session.today
    session.save()

    say(typed=make_registration(session).code)

    assert CheckIn.objects.get().day == session.today


def test_the_script_gets_only_the_answer(doorkeeper, session):
    row = make_registration(session)

    answer = doorkeeper.post(url_of(session), {"typed": row.code, "part": "1"})

    page = parse(answer)
    assert not page.all("html")
    assert page.one("p", class_="door-words").text == "Welcome"
    assert "no-store" in answer["Cache-Control"]


def test_the_way_to_the_door_of_today_is_short(doorkeeper, session):
    response = doorkeeper.get(reverse("admin:participants_doors"))
    assert response.url == url_of(session)

    other = make_session(starts_on=session.starts_on, ends_on=session.ends_on)
    DoorAssignment.objects.create(user=User.objects.get(), session=other)
    page = parse(doorkeeper.get(reverse("admin:participants_doors")))
    assert url_of(session) in page.links


@pytest.mark.django_db(transaction=True)
def test_ten_doors_at_once_let_one_person_in_once(session):
    row, staff = make_registration(session), make_staff()
    new = []

    def scan():
        new.append(services.check_in(row, session, by=staff)[1])

    at_once([partial(scan)] * 10)

    assert sorted(new) == [False] * 9 + [True]
    assert CheckIn.objects.count() == 1
