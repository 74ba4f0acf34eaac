"""What the mails say: when and where, in whose time, and the entry of the calendar."""

from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar

from participants import emails, links, services
from participants.models import Status
from sessions.models import AgendaItem
from tests.factories import make_registration, make_session, make_staff

pytestmark = pytest.mark.django_db

LONG = "Join at https://join.example.org/room/" + "x" * 80


def session_with_programme(**fields):
    """Make a session in Geneva that begins at ten, in winter time."""
    session = make_session(
        starts_on=date(2027, 1, 14),
        ends_on=date(2027, 1, 15),
        venue="Demo Hall",
        join_instructions=LONG,
        **fields,
    )
    AgendaItem.objects.create(
        session=session,
        kind="opening",
        starts_at=datetime(2027, 1, 14, 9, tzinfo=UTC),
        ends_at=datetime(2027, 1, 14, 10, tzinfo=UTC),
    )
    return session


def confirmed(session=None, **fields):
    """Register somebody who proves the address; return the row and its last mail."""
    row = make_registration(session, status=Status.UNVERIFIED, **fields)
    services.confirm(row)
    row.refresh_from_db()
    return row, row.emails.latest("pk")


def entry_of(mail):
    [attached] = mail.attachments
    calendar = Calendar.from_ical(attached["text"])
    [event] = calendar.walk("VEVENT")
    assert str(calendar["METHOD"]) == attached["method"]
    return attached["text"], attached["method"], event


def test_a_mail_says_when_with_weekday_and_offset_and_in_the_readers_own_time():
    _row, mail = confirmed(session_with_programme(), time_zone="America/New_York")

    assert "Begins: Thursday 14 January 2027, 10:00 Geneva time (UTC+1)" in mail.text
    own = "Thursday 14 January 2027, 04:00 America/New York\N{NO-BREAK SPACE}(UTC−5)"
    assert f"For you: {own}" in mail.text
    assert "Where: Demo Hall, Geneva" in mail.text
    assert "04:00 America/New York" in mail.html


@pytest.mark.parametrize("zone", ["Europe/Paris", "", "Nowhere/Land", "Europe", "../x"])
def test_whose_clock_shows_the_same_or_is_unknown_reads_one_time(zone):
    _row, mail = confirmed(session_with_programme(), time_zone=zone)

    assert "Begins:" in mail.text
    assert "For you" not in mail.text


def test_without_a_programme_the_days_have_their_weekdays():
    _row, mail = confirmed(
        make_session(starts_on=date(2027, 1, 14), ends_on=date(2027, 1, 15))
    )

    assert "Thursday 14 January – Friday 15 January" in mail.text


def test_a_mail_in_arabic_runs_from_right_to_left():
    _row, mail = confirmed(session_with_programme(), language="ar")

    assert '<html lang="ar" dir="rtl">' in mail.html
    assert "text-align: left" not in mail.html
    assert "\u2066+1\u2069" in mail.text


def test_how_to_join_is_for_who_is_confirmed_online_alone():
    session = session_with_programme(capacity_in_person=0, capacity_online=1)
    online, online_mail = confirmed(session, mode="online")
    _room, room_mail = confirmed(session_with_programme())
    _waiting, waiting_mail = confirmed(session)

    assert LONG in online_mail.text
    assert f'href="{LONG.removeprefix("Join at ")}"' in online_mail.html
    assert LONG in entry_of(online_mail)[2]["DESCRIPTION"]
    for mail in [room_mail, waiting_mail]:
        assert "join.example.org" not in mail.text + mail.html + str(mail.attachments)
    assert waiting_mail.attachments == []
    assert online.emails.count() == 1


def test_the_entry_keeps_its_uid_while_its_sequence_rises_until_it_is_cancelled():
    row, first = confirmed(session_with_programme())
    services.change(row, **services.answers.answers_of(row) | {"city": "Demo"})
    second = row.emails.latest("pk")
    services.cancel(row)
    last = row.emails.latest("pk")

    entries = [entry_of(mail) for mail in [first, second, last]]
    sequences = [event["SEQUENCE"] for _text, _method, event in entries]
    assert [method for _t, method, _e in entries] == ["PUBLISH", "PUBLISH", "CANCEL"]
    assert len({str(event["UID"]) for _t, _m, event in entries}) == 1
    assert sequences == sorted(set(sequences))
    assert str(entries[-1][2]["STATUS"]) == "CANCELLED"


def test_the_entry_is_folded_has_no_organizer_and_no_personal_link():
    row, mail = confirmed(session_with_programme(title="T" * 200), mode="online")
    text, _method, event = entry_of(mail)

    assert text.count("\n") == text.count("\r\n") > 10
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert "ORGANIZER" not in text
    assert "ATTENDEE" not in text
    unfolded = text.replace("\r\n ", "")
    assert "/registrations/" not in unfolded
    assert links.PLACEHOLDER not in unfolded
    assert row.code not in unfolded
    assert event["DTSTART"].dt == date(2027, 1, 14)
    assert event["DTEND"].dt == date(2027, 1, 16)


def test_who_is_declined_after_a_confirmation_loses_the_entry_who_waited_has_none():
    full = session_with_programme(capacity_in_person=1, capacity_online=0)
    row, _mail = confirmed(full)
    waiting, _mail = confirmed(full)
    services.decline(waiting, by=make_staff())
    services.decline(row, by=make_staff())

    assert entry_of(row.emails.latest("pk"))[1] == "CANCEL"
    assert waiting.emails.latest("pk").attachments == []


def test_who_takes_part_online_while_waiting_has_an_entry_until_the_end():
    full = session_with_programme(capacity_in_person=0)
    waiting, mail = confirmed(full)
    services.cancel(waiting)

    assert (waiting.status, entry_of(mail)[1]) == ("waiting", "PUBLISH")
    assert LONG in entry_of(mail)[2]["DESCRIPTION"]
    assert entry_of(waiting.emails.latest("pk"))[1] == "CANCEL"


def test_a_name_that_looks_like_an_address_becomes_no_link():
    row = make_registration(family_name="www.example.org <i>")
    emails.queue_verification(row)

    mail = row.emails.get()
    assert "www.example.org" in mail.text
    assert 'href="http://www.example.org' not in mail.html
    assert "<i>" not in mail.html
