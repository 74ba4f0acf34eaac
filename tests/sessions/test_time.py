"""What a session says of time: registration, days, clocks."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from sessions.models import Session
from tests.factories import make_session

State = Session.RegistrationState
ZURICH = ZoneInfo("Europe/Zurich")
SECOND = timedelta(seconds=1)
DAY = date(2024, 3, 13)
OPENS = datetime(2024, 2, 1, 9, tzinfo=UTC)
CLOSES = datetime(2024, 3, 8, 17, tzinfo=UTC)
NO_REGISTRATION = {"registration_opens_at": None, "registration_closes_at": None}
NO_DAYS = {"starts_on": None, "ends_on": None} | NO_REGISTRATION

# Registration in time -----------------------------------------------------------------


def registering(**fields):
    defaults = {
        "status": Session.Status.PUBLISHED,
        "registration_opens_at": OPENS,
        "registration_closes_at": CLOSES,
    }
    return Session(**defaults | fields)


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (OPENS - SECOND, State.NOT_YET),
        (OPENS, State.OPEN),
        (OPENS + SECOND, State.OPEN),
        (CLOSES - SECOND, State.OPEN),
        (CLOSES, State.CLOSED),
        (CLOSES + SECOND, State.CLOSED),
    ],
)
def test_registration_opens_and_closes_to_the_second(now, state):
    assert registering().registration_state(now) == state


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"status": Session.Status.DRAFT}, State.NONE),
        ({"status": Session.Status.CANCELLED}, State.CANCELLED),
        (NO_REGISTRATION, State.NONE),
        (NO_REGISTRATION | {"status": Session.Status.CANCELLED}, State.CANCELLED),
    ],
)
def test_registration_is_open_for_published_sessions_that_announce_it(fields, state):
    assert registering(**fields).registration_state(OPENS) == state


@pytest.mark.parametrize(
    ("closes", "utc"),
    [
        # The night to 31 March 2024: clocks go from 02:00 to 03:00.
        (datetime(2024, 3, 31, 1, 59, 59, tzinfo=ZURICH), (0, 59, 59)),
        (datetime(2024, 3, 31, 3, 0, 0, tzinfo=ZURICH), (1, 0, 0)),
        # The night to 27 October 2024: the hour from 02:00 comes twice.
        (datetime(2024, 10, 27, 2, 30, 0, fold=0, tzinfo=ZURICH), (0, 30, 0)),
        (datetime(2024, 10, 27, 2, 30, 0, fold=1, tzinfo=ZURICH), (1, 30, 0)),
    ],
)
def test_registration_closes_to_the_second_when_the_clocks_change(closes, utc):
    session = registering(registration_closes_at=closes)
    hour, minute, second = utc
    moment = datetime(
        closes.year, closes.month, closes.day, hour, minute, second, tzinfo=UTC
    )

    assert session.registration_state(moment - SECOND) == State.OPEN
    assert session.registration_state(moment) == State.CLOSED


@pytest.mark.django_db
def test_a_time_of_closing_comes_back_from_the_database_as_it_was():
    closes = datetime(2099, 10, 25, 2, 30, fold=1, tzinfo=ZURICH)
    make_session(registration_closes_at=closes)

    stored = Session.objects.get().registration_closes_at

    assert stored == closes.astimezone(UTC)


# Days and clocks ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (None, None, []),
        (date(2024, 3, 13), date(2024, 3, 13), [13]),
        (date(2024, 3, 13), date(2024, 3, 14), [13, 14]),
        (date(2024, 3, 30), date(2024, 4, 1), [30, 31, 1]),  # clocks change between
        (date(2024, 2, 28), date(2024, 3, 1), [28, 29, 1]),
    ],
)
def test_days_are_all_days_from_the_first_to_the_last(first, last, days):
    found = list(Session(starts_on=first, ends_on=last).days())

    assert [day.day for day in found] == days
    assert found == sorted(found)


@pytest.mark.parametrize(
    ("zone", "day", "offset"),
    [
        ("Europe/Zurich", date(2024, 3, 13), "+1"),
        ("Europe/Zurich", date(2024, 7, 7), "+2"),
        ("Europe/Zurich", date(2024, 3, 31), "+2"),  # at noon of the day of change
        ("America/New_York", date(2024, 3, 13), "−4"),
        ("Asia/Kathmandu", date(2024, 3, 13), "+5:45"),
        ("America/St_Johns", date(2024, 1, 13), "−3:30"),
        ("UTC", date(2024, 3, 13), "+0"),
    ],
)
def test_the_offset_is_that_of_the_first_day_at_the_venue(zone, day, offset):
    assert Session(time_zone=zone, starts_on=day).utc_offset() == offset


@pytest.mark.parametrize(
    ("zone", "last_moment"),
    [
        ("Europe/Zurich", datetime(2024, 3, 14, 22, 59, 59, tzinfo=UTC)),
        ("Pacific/Auckland", datetime(2024, 3, 14, 10, 59, 59, tzinfo=UTC)),
        ("America/New_York", datetime(2024, 3, 15, 3, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_session_is_over_at_midnight_at_the_venue(monkeypatch, zone, last_moment):
    session = Session(time_zone=zone, starts_on=DAY, ends_on=date(2024, 3, 14))

    for now, is_over in [(last_moment, False), (last_moment + SECOND, True)]:
        monkeypatch.setattr(timezone, "now", lambda now=now: now)
        assert session.is_over is is_over


@pytest.mark.parametrize(
    ("fields", "is_over"), [({"held_year": 2022}, True), ({}, False)]
)
def test_a_session_known_by_its_year_was_held(fields, is_over):
    assert Session(**fields).is_over is is_over


@pytest.mark.django_db
def test_past_and_upcoming_part_all_sessions():
    day = date(2024, 3, 14)
    sessions = {
        "over": make_session(starts_on=DAY, ends_on=DAY),
        "last day": make_session(starts_on=DAY, ends_on=day),
        "no date": make_session(**NO_DAYS),
        "year": make_session(**NO_DAYS | {"held_year": 2022}),
    }

    past, upcoming = Session.objects.past(day), Session.objects.upcoming(day)

    assert set(past) == {sessions["over"], sessions["year"]}
    assert set(upcoming) == {sessions["last day"], sessions["no date"]}
