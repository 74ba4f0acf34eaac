"""What staff see first: right figures, each with its list, for whom may see it."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from participants import dashboard
from participants.models import Participant, Registration, Status
from sessions.models import Mode, Session
from tests.factories import make_mail, make_registration, make_session
from tests.pages import against_the_policy, parse

pytestmark = pytest.mark.django_db

INDEX = reverse("admin:index")


def tiles(page):
    return {
        div.one("dt").text: div.one("a")
        for div in page.one("dl", class_="tiles").children
        if not isinstance(div, str)
    }


def number(link):
    return link.text.split(" – ")[0]


def signed_in(*permissions):
    user = User.objects.create_user("somebody", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def session():
    session = make_session(capacity_in_person=5)
    make_session(starts_on=None, ends_on=None, registration_opens_at=None)
    for status in [*[Status.WAITING] * 2, *[Status.PENDING] * 3, Status.CONFIRMED]:
        make_registration(session, status=status)
    make_registration(session, mode=Mode.ONLINE)
    make_registration()  # of a later session
    make_mail(state="failed")
    make_mail(state="sent")
    return session


def test_every_figure_is_the_length_of_the_list_behind_it(admin_client, session):
    page = parse(admin_client.get(INDEX))
    found = tiles(page)

    assert {label: number(a) for label, a in found.items()} == {
        "Places left: In person": "4",
        "Places left: Online": "no limit",
        "On the waiting list": "2",
        "Approvals to decide": "3",
        "Mails failed": "1",
    }
    for label in ["On the waiting list", "Approvals to decide", "Mails failed"]:
        rows = parse(admin_client.get(found[label].attrs["href"]))
        listed = rows.one("table", id="result_list").one("tbody").all("tr")
        assert len(listed) == int(number(found[label]))
    assert against_the_policy(page) == []


def test_the_days_lead_to_who_registered_on_them(admin_client, session):
    now = timezone.now()
    old = make_registration(session)
    Registration.objects.filter(pk=old.pk).update(created_at=now - timedelta(days=3))
    Registration.objects.filter(session=session).exclude(pk=old.pk).update(
        created_at=now - timedelta(days=400)
    )

    page = parse(admin_client.get(INDEX))
    days = page.one("figure", class_="columns").one("tbody").all("tr")

    assert len(days) == dashboard.DAYS
    counted = [row.one("td").text for row in days]
    assert counted == ["0"] * 10 + ["1"] + ["0"] * 3
    listed = parse(admin_client.get(days[10].links[0]))
    assert len(listed.one("table", id="result_list").one("tbody").all("tr")) == 1


def test_one_sees_what_ones_permissions_show(session):
    client = signed_in("view_emailmessage")
    page = parse(client.get(INDEX))
    assert list(tiles(page)) == ["Mails failed"]
    assert not page.all("section")
    assert session.title not in page.text


def test_only_who_reads_the_log_sees_what_others_did(admin_client, session):
    admin = User.objects.get(username="admin")
    LogEntry.objects.log_actions(admin.pk, [session], CHANGE, "x", single_object=True)

    words = parse(admin_client.get(INDEX)).text
    assert "Last changes" in words
    assert "Last changes" not in parse(signed_in().get(INDEX)).text


def test_the_board_counts_no_further_than_it_says(admin_client, session, monkeypatch):
    monkeypatch.setattr(dashboard, "COUNT_UP_TO", 2)
    found = tiles(parse(admin_client.get(INDEX)))
    assert number(found["Approvals to decide"]) == "more than 2"
    assert number(found["On the waiting list"]) == "2"


def test_more_rows_ask_no_more_questions(
    admin_client, session, django_assert_max_num_queries
):
    Participant.objects.bulk_create(Participant() for _n in range(30))
    with django_assert_max_num_queries(18):
        admin_client.get(INDEX)


def test_the_next_session_is_the_nearest_that_is_not_over_nor_cancelled():
    today = timezone.localdate()
    make_session(starts_on=today - timedelta(9), ends_on=today - timedelta(8))
    near = today + timedelta(2)
    make_session(starts_on=near, ends_on=near, status=Session.Status.CANCELLED)
    later = make_session()
    assert dashboard.next_session() == later

    running = make_session(starts_on=today, ends_on=today)
    assert dashboard.next_session() == running
