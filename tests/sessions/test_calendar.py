"""Sessions in calendars: read by a parser that is not the writer, and by the octet."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import vobject
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from sessions.models import AgendaItem, Appearance, Session
from tests.factories import make_session
from tests.sessions.factories import fill_session, make_item, make_speaker

pytestmark = pytest.mark.django_db
LANGUAGES = [code for code, _name in settings.LANGUAGES]
HOSTILE = 'A, b; c\\ <b>d</b> "e"\r\nBEGIN:VEVENT\r\nSUMMARY:forged\nUID:x\r\x0b\x85'


def address(name, *arguments, language="en"):
    with translation.override(language):
        return reverse(f"sessions:{name}", args=arguments)


def ics_of(client, session=None, language="en", query=""):
    """Fetch the calendar of a session, or of the series, and judge its octets."""
    arguments = ["session-ics", session.slug] if session else ["series-ics"]
    response = client.get(address(*arguments, language=language) + query)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return strict(response.content)


def strict(ics):
    """Insist on what RFC 5545 says of lines: CRLF, 75 octets, no character split."""
    assert ics.endswith(b"\r\n")
    for line in ics.removesuffix(b"\r\n").split(b"\r\n"):
        assert 0 < len(line) <= 75
        assert not re.search(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]", line.decode())
    return ics


def unfolded(ics):
    return ics.decode().replace("\r\n ", "").split("\r\n")


def events(ics):
    calendar = vobject.readOne(ics.decode(), validate=True)
    return calendar.contents.get("vevent", [])


def the_event(ics):
    [event] = events(ics)
    return event


@pytest.mark.parametrize(
    "fields",
    [
        {"status": Session.Status.DRAFT},
        {
            "starts_on": None,
            "ends_on": None,
            "held_year": 2022,
            "registration_opens_at": None,
        },
    ],
    ids=["a draft", "without days"],
)
def test_what_is_not_public_or_has_no_days_is_in_no_calendar(client, fields):
    session = make_session(**fields)

    assert client.get(address("session-ics", session.slug)).status_code == 404
    assert client.get(address("session-ics", "there-is-none")).status_code == 404
    assert events(ics_of(client)) == []


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_calendars_only_read(client, method):
    response = getattr(client, method)(address("series-ics"))

    assert response.status_code == 405


def test_hostile_words_stay_words(client):
    session = make_session(
        title=HOSTILE, summary=HOSTILE * 20, venue=HOSTILE, city="Genève"
    )
    item = make_item(session, title=HOSTILE, abstract=HOSTILE)
    speaker = make_speaker(name=HOSTILE)
    Appearance.objects.create(session=session, agenda_item=item, speaker=speaker)

    ics = ics_of(client, session, query="?programme")

    whole, part = events(ics)
    words = 'A, b; c\\ <b>d</b> "e" BEGIN:VEVENT SUMMARY:forged UID:x'
    assert whole.summary.value == f"WIPO Conversation · {words}"
    assert part.summary.value == words
    assert "SUMMARY:forged\nUID:x" in part.description.value
    names = [line.partition(":")[0] for line in unfolded(ics)]
    assert names.count("BEGIN") == 3
    assert names.count("UID") == 2
    assert "ORGANIZER" not in ics.decode()


@pytest.mark.parametrize(
    "text", ["会" * 200, "й" * 200, "🎓" * 100, "a" * 400, "\\" * 90]
)
def test_long_words_are_folded_between_characters(client, text):
    session = make_session(title=text[:250], summary=text)

    event = the_event(ics_of(client, session))

    assert event.summary.value == f"WIPO Conversation · {text[:250]}"
    assert event.description.value.startswith(text)


def test_a_session_is_one_event_over_all_its_days(client):
    session = make_session(
        number=9,
        starts_on=date(2024, 3, 13),
        ends_on=date(2024, 3, 14),
        venue="Conference hall",
        summary="Two days.",
    )

    ics = ics_of(client, session)

    event = the_event(ics)
    page = f"http://localhost{session.get_absolute_url()}"
    assert event.uid.value == "session-9@localhost"
    assert event.dtstart.value == date(2024, 3, 13)
    assert event.dtend.value == date(2024, 3, 15)  # the day after the last
    assert event.summary.value == f"WIPO Conversation · {session.title}"
    assert event.location.value == "Conference hall, Geneva"
    assert event.description.value == f"Two days.\n\n{page}"
    assert event.url.value == page
    assert event.status.value == "CONFIRMED"
    assert event.transp.value == "TRANSPARENT"
    assert "DTSTART;VALUE=DATE:20240313" in unfolded(ics)


def test_a_browser_stores_the_calendar_of_a_session_under_its_name(client):
    session = make_session()

    response = client.get(address("session-ics", session.slug))

    wanted = f'attachment; filename="{session.slug}.ics"'
    assert response["Content-Disposition"] == wanted


def test_a_cancelled_session_is_cancelled_in_calendars_too(client):
    session = make_session(status=Session.Status.CANCELLED)
    make_item(session)

    found = events(ics_of(client, session, query="?programme"))

    assert [event.status.value for event in found] == ["CANCELLED", "CANCELLED"]


def test_an_invented_session_says_so(client):
    session = make_session(title="Copyright", is_demonstration=True)

    event = the_event(ics_of(client, session))

    assert event.summary.value == "WIPO Conversation · Demonstration · Copyright"


def test_each_change_raises_the_sequence_and_keeps_the_name(client):
    session = make_session()
    found = []
    for second in range(2):
        changed = datetime(2026, 11, 23, 10, 0, second, tzinfo=UTC)
        Session.objects.update(updated_at=changed)
        event = the_event(ics_of(client, session))
        found.append((event.uid.value, int(event.sequence.value)))
        assert event.last_modified.value == changed
        assert event.dtstamp.value == changed

    (name, before), (same_name, after) = found
    assert name == same_name
    assert after == before + 1
    assert 0 < after < 2**31


def test_the_programme_adds_an_event_for_each_item_in_utc(client):
    session = make_session(
        starts_on=date(2024, 3, 13), ends_on=date(2024, 3, 13), title="Machines"
    )
    panel = make_item(
        session, title="Who owns it?", abstract="A question.", room="Room B"
    )
    speaker = make_speaker(name="Ana Núñez")
    role = Appearance.Role.MODERATOR
    Appearance.objects.create(
        session=session, agenda_item=panel, speaker=speaker, role=role
    )
    pause = make_item(
        session,
        kind=AgendaItem.Kind.BREAK,
        title="",
        starts_at=panel.ends_at,
    )

    whole, first, second = events(ics_of(client, session, query="?programme"))

    assert whole.dtstart.value == date(2024, 3, 13)
    assert first.uid.value == f"session-{session.number}-item-{panel.pk}@localhost"
    assert first.dtstart.value == datetime(2024, 3, 13, 9, tzinfo=UTC)
    assert first.dtend.value == datetime(2024, 3, 13, 10, tzinfo=UTC)
    assert first.summary.value == "Who owns it?"
    assert first.location.value.startswith("Room B")
    assert not second.location.value.startswith("Room B")
    paragraphs = first.description.value.split("\n\n")
    assert paragraphs[:3] == ["Machines", "A question.", "Ana Núñez, Moderator"]
    assert not hasattr(first, "transp")  # one is busy
    assert second.uid.value == f"session-{session.number}-item-{pause.pk}@localhost"
    assert (second.summary.value, second.transp.value) == ("Break", "TRANSPARENT")


def test_the_series_is_a_calendar_to_subscribe_to(client):
    later, earlier = make_session(number=9), make_session(number=8)

    ics = ics_of(client)

    assert [event.uid.value for event in events(ics)] == [
        "session-8@localhost",
        "session-9@localhost",
    ]
    lines = unfolded(ics)
    name = "WIPO Conversation on Intellectual Property and Frontier Technologies"
    for wanted in [
        "VERSION:2.0",
        f"NAME:{name}",
        f"X-WR-CALNAME:{name}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        "X-PUBLISHED-TTL:PT12H",
    ]:
        assert wanted in lines
    assert not [line for line in lines if line.startswith("METHOD")]
    assert earlier.starts_on == later.starts_on


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_calendar_speaks_the_language_of_its_address(client, language):
    titles = {f"title_{code.replace('-', '_')}": f"In {code}" for code in LANGUAGES}
    session = make_session(**titles)

    ics = ics_of(client, session, language)

    event = the_event(ics)
    assert event.summary.value.endswith(f" · In {language}")
    assert f"/{language}/sessions/" in event.url.value
    with translation.override(language):
        name = translation.gettext(
            "WIPO Conversation on Intellectual Property and Frontier Technologies"
        )
    series = unfolded(ics_of(client, language=language))
    assert f"X-WR-CALNAME:{name}".replace(",", "\\,") in series


def test_who_has_the_calendar_already_is_told_so(client):
    make_session()
    first = client.get(address("series-ics"))

    again = client.get(address("series-ics"), headers={"if-none-match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    Session.objects.update(updated_at=datetime.now(UTC) + timedelta(seconds=5))
    changed = client.get(
        address("series-ics"), headers={"if-none-match": first["ETag"]}
    )
    assert changed.status_code == 200


@pytest.mark.parametrize(("query", "queries"), [("", 1), ("?programme", 3)])
@pytest.mark.parametrize("rows", [1, 12])
def test_a_calendar_costs_the_same_however_much_it_holds(
    client, django_assert_num_queries, rows, query, queries
):
    for _session in range(rows):
        fill_session(make_session(), rows)

    with django_assert_num_queries(queries):
        ics = ics_of(client, query=query)

    assert len(events(ics)) == rows + (rows * rows if query else 0)
