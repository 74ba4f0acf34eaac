"""Opening, closing and the access deadline: to the minute, in the session's zone."""

from datetime import UTC, date, datetime, timedelta
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from participants import services
from participants.models import Status
from sessions.models import Mode, Session
from tests.factories import make_registration, make_session
from tests.participants.test_states import statuses

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def at(moment):
    return mock.patch.object(timezone, "now", return_value=moment)


@pytest.mark.parametrize(
    ("zone", "local", "utc"),
    [
        # Clocks go forward on 28 March 2027 in Geneva, on 14 March in New York.
        ("Europe/Zurich", "2027-03-27 18:00", "2027-03-27 17:00"),
        ("Europe/Zurich", "2027-03-28 18:00", "2027-03-28 16:00"),
        ("America/New_York", "2027-03-14 18:00", "2027-03-14 22:00"),
        # They go back on 31 October: the hour from two to three comes twice.
        ("Europe/Zurich", "2027-10-31 02:30", "2027-10-31 00:30"),
        ("Asia/Kolkata", "2027-10-31 09:15", "2027-10-31 03:45"),
    ],
)
def test_deadlines_hold_to_the_minute_across_daylight_saving(zone, local, utc):
    deadline = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone))
    moment = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    session = make_session(
        time_zone=zone,
        starts_on=date(2027, 11, 10),
        ends_on=date(2027, 11, 11),
        registration_opens_at=deadline - timedelta(days=30),
        registration_closes_at=deadline,
        access_deadline_at=deadline,
        capacity_in_person=1,
    )
    session.refresh_from_db()

    with at(moment - MINUTE):
        assert session.registration_is_open
        assert session.promotes_from_waiting_list(Mode.IN_PERSON)
    with at(moment):
        assert not session.registration_is_open
        assert not session.promotes_from_waiting_list(Mode.IN_PERSON)
        assert session.promotes_from_waiting_list(Mode.ONLINE)


def test_after_the_access_deadline_a_free_place_in_the_room_is_staffs_to_give():
    deadline = timezone.now()
    session = make_session(access_deadline_at=deadline + MINUTE, capacity_in_person=9)
    in_time, late = [make_registration(session, status="unverified") for _n in "ab"]

    services.confirm(in_time)
    with at(deadline + MINUTE):
        services.confirm(late)

    assert statuses(in_time, late) == [Status.CONFIRMED, Status.WAITING]


def test_a_place_freed_in_the_last_minute_is_given_and_later_is_not():
    deadline = datetime(2027, 3, 28, 3, tzinfo=ZoneInfo("Europe/Zurich"))
    session = make_session(
        starts_on=date(2027, 4, 10),
        ends_on=date(2027, 4, 11),
        access_deadline_at=deadline,
        capacity_in_person=2,
    )
    seated = [make_registration(session) for _n in range(2)]
    waiting = [make_registration(session, status=Status.WAITING) for _n in range(2)]

    moment = deadline.astimezone(UTC)  # a minute before it is 01:59 by the clock there
    with at(moment - MINUTE):
        services.cancel(seated[0])
    with at(moment):
        services.cancel(seated[1])
        services.fill_waiting_sessions()

    assert statuses(*waiting) == ["confirmed", "waiting"]


@pytest.mark.parametrize(
    ("zone", "over"),
    [("Europe/Zurich", True), ("America/New_York", False)],
)
def test_a_session_is_over_when_its_day_is_over_at_the_venue(zone, over):
    session = make_session(
        time_zone=zone, starts_on=date(2027, 3, 27), ends_on=date(2027, 3, 28)
    )

    with at(datetime(2027, 3, 28, 22, 0, tzinfo=UTC)):  # midnight in Geneva, summer
        assert session.is_over is over
    assert Session.objects.filter(pk=session.pk).exists()
