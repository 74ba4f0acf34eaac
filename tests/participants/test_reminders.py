"""Reminders: on the morning so many days before, once each, to the confirmed."""

from datetime import UTC, date, datetime

import pytest

from participants import services
from participants.models import Message, Status
from tests.factories import make_registration, make_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch):
    """Set the time of django.utils.timezone by hand."""

    def set_to(moment):
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    return set_to


def test_the_confirmed_are_reminded_seven_days_and_one_day_before(clock, settings):
    settings.REMINDER_DAYS = [1, 7]
    clock(datetime(2027, 1, 1, 12, tzinfo=UTC))
    session = make_session(
        starts_on=date(2027, 1, 14), ends_on=date(2027, 1, 15), time_zone="Asia/Tokyo"
    )
    row = make_registration(session, mode="online")
    make_registration(session, status=Status.WAITING)
    make_registration(make_session(status="draft", starts_on=date(2027, 1, 14)))
    subjects = []
    for moment in [
        datetime(2027, 1, 6, 22, 59, tzinfo=UTC),  # 7:59 in Tokyo on the 7th
        datetime(2027, 1, 6, 23, 1, tzinfo=UTC),
        datetime(2027, 1, 9, tzinfo=UTC),
        datetime(2027, 1, 12, 23, 1, tzinfo=UTC),
        datetime(2027, 1, 13, tzinfo=UTC),
        datetime(2027, 1, 14, tzinfo=UTC),  # it has begun
    ]:
        clock(moment)
        services.queue_reminders()
        services.queue_reminders()
        services.write_due_messages()
        subjects.append(row.emails.count())

    assert subjects == [0, 1, 1, 2, 2, 2]
    assert set(Message.objects.values_list("state", "written")) == {("sent", 1)}


def test_who_registers_after_the_reminder_was_due_gets_no_late_one(clock, settings):
    settings.REMINDER_DAYS = [1, 7]
    session = make_session(starts_on=date(2027, 1, 14), ends_on=date(2027, 1, 14))
    now = datetime(2027, 1, 10, 12, tzinfo=UTC)
    clock(now)
    late = make_registration(session, created_at=now)

    services.queue_reminders()
    services.write_due_messages()

    assert not late.emails.exists()


def test_a_session_that_moves_is_reminded_of_anew(clock, settings):
    settings.REMINDER_DAYS = [7]
    clock(datetime(2027, 1, 1, tzinfo=UTC))
    session = make_session(starts_on=date(2027, 1, 14), ends_on=date(2027, 1, 14))
    row = make_registration(session)
    for day, moment in [(14, datetime(2027, 1, 8, tzinfo=UTC)), (24, None)]:
        clock(moment or datetime(2027, 1, 18, tzinfo=UTC))
        session.starts_on = session.ends_on = date(2027, 1, day)
        session.save()
        services.queue_reminders()
        services.write_due_messages()

    assert row.emails.filter(kind="reminder").count() == 2


def test_no_days_no_reminders(settings):
    settings.REMINDER_DAYS = []

    assert services.queue_reminders() == 0
