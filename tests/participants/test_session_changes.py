"""A session is postponed, moved or cancelled, and everybody is told once."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from icalendar import Calendar

from participants import links, services
from participants.models import Message, Status
from sessions.models import AgendaItem, Session
from tests.factories import make_registration, make_session, make_staff

pytestmark = pytest.mark.django_db

Kind = Message.Kind


def january(**fields):
    session = make_session(
        starts_on=date(2027, 1, 14),
        ends_on=date(2027, 1, 15),
        venue="Old Hall",
        **fields,
    )
    AgendaItem.objects.create(
        session=session,
        kind="opening",
        starts_at=datetime(2027, 1, 14, 9, tzinfo=UTC),
        ends_at=datetime(2027, 1, 14, 10, tzinfo=UTC),
    )
    return session


def change(session, kind, **fields):
    message = Message(session=session, kind=kind)
    expected = message.recipients().count()
    return services.change_session(
        message, by=make_staff(), expected=expected, **fields
    )


def let_go(message):
    Message.objects.filter(pk=message.pk).update(send_at=timezone.now())
    return services.write_due_messages()


def entry_of(row):
    [attached] = row.emails.latest("pk").attachments
    [event] = Calendar.from_ical(attached["text"]).walk("VEVENT")
    return attached["method"], event


MOVED = {"starts_on": date(2027, 4, 8), "ends_on": date(2027, 4, 9)}


def test_a_moved_session_takes_its_programme_along_by_the_clock_of_the_venue():
    session = january()

    change(session, Kind.MOVED, **MOVED)

    item = session.agenda_items.get()
    local = item.starts_at.astimezone(session.zone)
    assert (local.date(), local.hour) == (date(2027, 4, 8), 10)  # summer time by then
    assert Session.objects.get(pk=session.pk).ends_on == date(2027, 4, 9)


def test_everybody_is_told_once_and_calendars_follow():
    session = january(capacity_in_person=None)
    row = make_registration(session, sequence=3)
    waiting = make_registration(session, status=Status.WAITING)
    make_registration(session, status=Status.CANCELLED)
    message = change(session, Kind.MOVED, **MOVED)

    assert not row.emails.exists()
    assert let_go(message) == 2
    assert let_go(message) == 0

    mail = row.emails.get()
    method, event = entry_of(row)
    row.refresh_from_db()
    assert "Thursday 8 April 2027, 10:00 Geneva time (UTC+2)" in mail.text
    assert "Planned before: 14–15 January 2027" in mail.text
    assert (method, event["SEQUENCE"], row.sequence) == ("PUBLISH", 4, 4)
    assert event["DTSTART"].dt == date(2027, 4, 8)
    assert links.CANCEL_PLACEHOLDER in mail.text
    assert waiting.emails.get().attachments == []


@pytest.mark.parametrize("kind", [Kind.POSTPONED, Kind.CANCELLED])
def test_what_does_not_take_place_leaves_the_calendar(kind):
    session = january()
    row = make_registration(session)

    assert let_go(change(session, kind)) == 1

    method, event = entry_of(row)
    assert (method, event["DTSTART"].dt) == ("CANCEL", date(2027, 1, 14))
    assert (links.CANCEL_PLACEHOLDER in row.emails.get().text) == (kind == "postponed")
    session.refresh_from_db()
    assert session.registration_is_open is False


def test_a_venue_is_told_in_each_language_with_the_one_before():
    session = january()
    row = make_registration(session, language="fr")
    change_to = {"venue_en": "New Hall", "venue_fr": "Nouvelle salle"}

    let_go(change(session, Kind.VENUE, **change_to))

    text = row.emails.get().text
    assert "Nouvelle salle, Geneva" in text
    assert "Old Hall" in text


def test_change_and_mail_are_stored_together_or_not_at_all():
    session = january()
    with pytest.raises(ValidationError) as refused:
        services.change_session(
            Message(session=session, kind=Kind.CANCELLED), by=make_staff(), expected=7
        )
    assert refused.value.code == "count"
    with pytest.raises(ValidationError):
        change(
            session, Kind.MOVED, starts_on=date(2027, 4, 9), ends_on=date(2027, 4, 8)
        )

    assert not Message.objects.exists()
    assert Session.objects.get(pk=session.pk).starts_on == date(2027, 1, 14)


def test_a_second_change_before_anybody_was_told_replaces_the_first():
    session = january()
    row = make_registration(session)
    first = change(session, Kind.POSTPONED)
    second = change(session, Kind.MOVED, **MOVED)

    assert let_go(first) + let_go(second) == 1

    first.refresh_from_db()
    assert first.state == "stopped"
    assert "Planned before: 14–15 January 2027" in row.emails.get().text


def test_while_one_change_is_mailed_another_waits():
    session = january()
    Message.objects.filter(pk=change(session, Kind.POSTPONED).pk).update(
        state="sending"
    )

    with pytest.raises(ValidationError) as refused:
        change(session, Kind.CANCELLED)
    assert refused.value.code == "sending"


def test_stopping_the_mail_leaves_the_session_changed():
    session = january()
    row = make_registration(session)
    message = change(session, Kind.CANCELLED)

    services.stop_message(message)

    assert let_go(message) == 0
    assert not row.emails.exists()
    assert Session.objects.get(pk=session.pk).status == "cancelled"
    with pytest.raises(ValidationError) as refused:
        change(session, Kind.CANCELLED)
    assert refused.value.code == "cancelled"
