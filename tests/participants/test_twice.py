"""One person with several rows in a session: what exports and the list make of them."""

import csv
from io import StringIO

import pytest
from django.urls import reverse

from participants import services
from participants.exports import write_csv
from participants.exports.columns import choose
from participants.exports.list_flags import flags
from participants.exports.list_of_participants import entries, list_content
from participants.models import Registration, Status
from tests.factories import make_delegation, make_registration, make_session, make_staff
from tests.pages import parse
from tests.participants.lists import make_member
from tests.participants.test_export_command import export

pytestmark = pytest.mark.django_db
PAGE = reverse("admin:participants_registration_export_page")


@pytest.fixture
def session():
    """Somebody who cancelled twice and came back, and somebody with a substitute."""
    session = make_session()
    shown = {"visibility": "everyone", "given_name": ""}
    back = make_registration(session, family_name="Back", **shown)
    for status in [Status.CANCELLED, Status.CANCELLED, Status.UNVERIFIED]:
        again = make_registration(session, family_name="Back", status=status, **shown)
        again.participant = back.participant
        again.save()
    state = make_delegation(kind="member_state", name_en="Chile", name_fr="Chili")
    away = make_member(session, state, "Away", given_name="", rank="head")
    services.substitute(
        away,
        by=make_staff(),
        email="instead@example.org",
        language="en",
        family_name="Instead",
        given_name="",
    )
    return session


def names_in(session):
    return [entry["name"] for _heading, entry in entries(list_content(session))]


def test_the_list_shows_nobody_twice_and_the_substitute_alone(session):
    assert sorted(names_in(session)) == ["BACK", "INSTEAD"]


def test_the_same_name_at_two_addresses_is_flagged_and_not_dropped(session):
    make_registration(session, family_name="Báck", given_name="", visibility="everyone")

    assert sorted(names_in(session)) == ["BACK", "BÁCK", "INSTEAD"]
    twice = [
        flag
        for flag in flags(list_content(session))
        if str(flag.question) == "Probably the same person twice"
    ]
    assert [len(flag.rows) for flag in twice] == [2]


def test_an_export_is_the_list_as_it_is_and_each_row_says_its_state(session):
    out = StringIO()
    write_csv(
        session.registrations.order_by("pk"), out, choose(["family_name", "status"])
    )
    rows = list(csv.reader(out.getvalue().removeprefix("\ufeff").splitlines()))[1:]

    assert sorted(map(tuple, rows)) == [
        ("Away", "Cancelled"),
        ("Back", "Cancelled"),
        ("Back", "Cancelled"),
        ("Back", "Confirmed"),
        ("Back", "E-mail address to be confirmed"),
        ("Instead", "Confirmed"),
    ]


def test_staff_are_told_and_leave_out_what_does_not_stand(admin_client, session):
    page = parse(admin_client.get(PAGE, {"session__id__exact": session.pk}))

    assert "6 registrations are exported." in page.text
    assert "4 of them are cancelled, declined or not confirmed by e-mail." in page.text
    [link] = [link for link in page.links if "attends=live" in link]
    fewer = parse(admin_client.get(PAGE + link))
    assert "2 registrations are exported." in fewer.text
    assert "Leave them out" not in fewer.text
    assert "Pending, confirmed or waiting" in fewer.text


def test_the_command_leaves_them_out_when_told(session):
    assert "6 registrations" in export(session, "csv")[1]
    out, told = export(session, "csv", live=True)

    assert "2 registrations" in told
    assert out.count("Back") == 1
    assert Registration.objects.count() == 6
