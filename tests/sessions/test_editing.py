"""Editing a session: conflicts show both sides, copies, the programme by day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from sessions.copying import copy_session
from sessions.models import AgendaItem, Appearance, Session, Topic
from sessions.overlaps import programme_warnings
from tests.factories import make_registration, make_session
from tests.pages import against_the_policy, form_data, form_of, parse
from tests.participants.test_dashboard import signed_in
from tests.sessions.factories import (
    fill_session,
    make_document,
    make_item,
    make_speaker,
)

pytestmark = pytest.mark.django_db


def change_url(session):
    return reverse("admin:conversation_session_change", args=[session.pk])


def page_of(name, session):
    return reverse(f"admin:conversation_session_{name}", args=[session.pk])


# Two who save ----------------------------------------------------------------------


def test_a_save_over_anothers_change_shows_both_and_loses_neither(admin_client):
    session = make_session(city="Geneva", hours="9–18")
    Topic.objects.create(session=session, text="Old topic")
    mine, theirs = form_of(admin_client, change_url(session)), None
    theirs = form_of(admin_client, change_url(session))
    theirs |= {"city_en": ["Lausanne"], "topics-0-text_en": ["Their topic"]}
    admin_client.post(change_url(session), theirs)
    mine |= {"city_en": ["Bern"], "venue_en": ["Hall"]}

    page = parse(admin_client.post(change_url(session), mine))

    assert "admin saved this at" in page.text
    assert "Stored now: Lausanne" in page.text
    assert "Stored now: (empty)" in page.text  # the venue, which I alone changed
    assert "Stored now: Their topic" in page.text  # a row that I would write over
    assert page.one("input", name="city_en").attrs["value"] == "Bern"
    session.refresh_from_db()
    assert (session.city, session.venue) == ("Lausanne", "")

    form = next(f for f in page.all("form") if f.attrs.get("id") == "session_form")
    response = admin_client.post(change_url(session), form_data(form))
    assert response.status_code == 302
    session.refresh_from_db()
    assert (session.city, session.venue) == ("Bern", "Hall")


def test_what_registering_does_to_the_row_is_a_change_too(admin_client):
    session = make_session(capacity_in_person=1)
    mine = form_of(admin_client, change_url(session))
    session.capacity_in_person = 2  # staff admitted one above capacity
    session.save(update_fields=["capacity_in_person", "updated_at"])

    page = parse(admin_client.post(change_url(session), mine))

    assert "Stored now: 2" in page.text
    session.refresh_from_db()
    assert session.capacity_in_person == 2


def test_a_save_without_a_change_between_is_a_save(admin_client):
    session = make_session()
    for _twice in range(2):
        data = form_of(admin_client, change_url(session))
        assert admin_client.post(change_url(session), data).status_code == 302


# Warnings --------------------------------------------------------------------------


def test_overlaps_people_in_two_places_and_other_days_are_named():
    session = make_session()
    one = make_item(session, title="One")
    make_item(session, title="Next", starts_at=one.ends_at)
    half = one.starts_at + timedelta(minutes=30)
    other = make_item(session, title="Other", starts_at=half)
    apart = make_item(session, title="Apart", starts_at=half, room="Room B")
    speaker = make_speaker()
    for item in [one, apart]:
        Appearance.objects.create(session=session, agenda_item=item, speaker=speaker)
    make_item(session, title="Late", starts_at=one.starts_at + timedelta(days=9))

    assert programme_warnings(session) == [
        "“One” and “Other” overlap.",
        f"“{other}” and “Next” overlap.",
        "Ana Núñez appears in “One” and “Apart” at the same time.",
        "“Late” lies outside the days of the session.",
    ]


def test_days_that_leave_the_programme_behind_are_saved_with_a_warning(admin_client):
    session = make_session()
    make_item(session)
    data = form_of(admin_client, change_url(session))
    later = (session.starts_on + timedelta(days=9)).isoformat()
    data |= {"starts_on": [later], "ends_on": [later]}

    page = parse(admin_client.post(change_url(session), data, follow=True))

    assert "lies outside the days of the session." in page.text
    session.refresh_from_db()
    assert session.starts_on.isoformat() == later


# The programme as a table ----------------------------------------------------------


def programme(client, session):
    page = parse(client.get(page_of("programme", session)))
    assert against_the_policy(page) == []
    form = page.one("form", class_="programme")
    return form_data(form), page


def test_the_programme_is_edited_at_the_clock_of_the_venue(admin_client):
    session = make_session(time_zone="Asia/Tokyo")
    first = make_item(session)
    make_item(session, starts_at=first.starts_at + timedelta(days=1))
    data, page = programme(admin_client, session)
    assert len(page.all("th", scope="rowgroup")) == 3  # two days, and new items
    assert data["agenda_items-0-starts_at"][0].endswith("T10:00")

    day = session.starts_on.isoformat()
    data |= {
        "agenda_items-0-title_en": ["Renamed"],
        "agenda_items-1-DELETE": ["on"],
        "agenda_items-2-starts_at": [f"{day}T12:00"],
        "agenda_items-2-ends_at": [f"{day}T13:00"],
        "agenda_items-2-kind": ["break"],
    }
    assert admin_client.post(page_of("programme", session), data).status_code == 302

    items = list(session.agenda_items.all())
    assert [str(item) for item in items] == ["Renamed", "Break"]
    assert items[1].starts_at.astimezone(UTC).hour == 3


def test_a_programme_saved_over_another_is_shown_again_as_typed(admin_client):
    session = make_session()
    item = make_item(session)
    data, _page = programme(admin_client, session)
    item.title_en = "Theirs"
    item.save()
    session.save()

    data["agenda_items-0-title_en"] = ["Mine"]
    page = parse(admin_client.post(page_of("programme", session), data))

    assert "saved this at" in page.text
    names = [i.attrs.get("value") for i in page.all("input")]
    assert "Mine" in names
    assert "Stored now: Theirs" in page.text
    assert AgendaItem.objects.get().title_en == "Theirs"
    again = form_data(page.one("form", class_="programme"))
    assert admin_client.post(page_of("programme", session), again).status_code == 302
    assert AgendaItem.objects.get().title_en == "Mine"


def test_a_wrong_time_is_said_and_the_rest_kept(admin_client):
    session = make_session()
    make_item(session)
    data, _page = programme(admin_client, session)
    data |= {"agenda_items-0-starts_at": ["soon"], "agenda_items-0-title_en": ["Kept"]}

    page = parse(admin_client.post(page_of("programme", session), data))

    assert page.all("ul", class_="errorlist")
    assert "Kept" in [i.attrs.get("value") for i in page.all("input")]


# Copies ----------------------------------------------------------------------------


def test_a_copy_starts_the_next_session_without_anybody(admin_client):
    session = make_session(
        starts_on=date(2026, 3, 27), ends_on=date(2026, 3, 28), meeting_code="CONV/1"
    )
    fill_session(session, 2)
    make_document(session)
    make_registration(session)
    url = page_of("copy", session)
    assert parse(admin_client.get(url)).one("input", name="number").attrs["value"]

    data = {"number": "150", "first_day": "2026-04-03", "with_speakers": "on"}
    assert admin_client.post(url, data).status_code == 302

    new = Session.objects.get(number=150)
    assert (new.status, new.title, new.meeting_code) == ("draft", session.title, "")
    assert (new.starts_on, new.ends_on) == (date(2026, 4, 3), date(2026, 4, 4))
    assert new.registration_opens_at - session.registration_opens_at < timedelta(8)
    assert new.topics.count() == session.themes.count() == new.themes.count() == 2
    assert new.appearances.count() == session.appearances.count() == 4
    assert {a.agenda_item.session for a in new.appearances.all() if a.agenda_item} == {
        new
    }
    starts = [i.starts_at.astimezone(new.zone) for i in new.agenda_items.all()]
    assert [at.hour for at in starts] == [9, 9]  # in summer time as in winter time
    assert not new.registrations.exists()
    assert not new.documents.exists()
    assert session.agenda_items.count() == 2


def test_a_copy_keeps_the_rules_of_registration():
    session = make_session(
        starts_on=date(2026, 3, 27),
        ends_on=date(2026, 3, 28),
        letter_categories=["member_state"],
    )
    released_at = datetime(2026, 3, 20, 12, tzinfo=session.zone)
    session.reserved_places.create(
        category="member_state", places=5, released_at=released_at
    )

    new = copy_session(
        session, number=150, first_day=date(2026, 4, 3), with_speakers=False
    )

    kept = new.reserved_places.get()
    assert new.letter_categories == ["member_state"]
    assert (kept.category, kept.mode, kept.places) == ("member_state", "in_person", 5)
    assert kept.released_at.astimezone(new.zone) == datetime(
        2026, 3, 27, 12, tzinfo=new.zone
    )
    assert session.reserved_places.get().released_at == released_at


def test_a_copy_without_days_has_no_programme():
    session = make_session()
    fill_session(session, 1)
    session.reserved_places.create(
        category="member_state", places=5, released_at=session.registration_closes_at
    )

    new = copy_session(session, number=150, first_day=None, with_speakers=True)

    assert (new.starts_on, new.registration_opens_at) == (None, None)
    assert not new.reserved_places.exists()
    assert not new.agenda_items.exists()
    assert new.appearances.count() == 1  # on the podium of the whole session


@pytest.mark.parametrize(
    "wrong", [{"number": "0"}, {"number": "taken"}, {"number": "x"}, {"first_day": "x"}]
)
def test_a_wrong_copy_is_refused(admin_client, wrong):
    session = make_session()
    data = {"number": "150"} | wrong
    if wrong.get("number") == "taken":
        data["number"] = str(session.number)

    page = parse(admin_client.post(page_of("copy", session), data))

    assert page.all("ul", class_="errorlist")
    assert Session.objects.count() == 1


def test_pages_of_editing_need_the_permission_to_change():
    session = make_session()
    client = signed_in("view_session")
    for name in ["copy", "programme"]:
        assert client.get(page_of(name, session)).status_code == 403
    assert signed_in_editor(session).status_code == 403


def signed_in_editor(session):
    """Somebody who changes sessions but adds none makes no copy."""
    User.objects.filter(username="somebody").delete()
    client = signed_in("change_session", "view_session")
    return client.post(page_of("copy", session), {"number": "150"})
