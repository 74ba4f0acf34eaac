"""The whole history of a registration on one page."""

import pytest
from django.urls import reverse

from participants import services
from participants.models import CheckIn, EmailMessage, Status
from tests.factories import make_registration, make_session, make_staff
from tests.pages import against_the_policy, parse
from tests.participants.test_dashboard import signed_in

pytestmark = pytest.mark.django_db


def url_of(row):
    return reverse("admin:participants_registration_history", args=[row.pk])


@pytest.fixture
def row():
    session = make_session(approval="all")
    row = make_registration(session, status=Status.UNVERIFIED)
    staff = make_staff()
    services.confirm(row)
    services.approve(row, by=staff)
    CheckIn.objects.create(registration=row, day=session.starts_on, minutes_online=7)
    EmailMessage.objects.filter(subject__contains="pending").update(
        state="failed", last_answer="550 <b>no</b> such mailbox"
    )
    return row


def test_everything_stands_in_the_order_of_time(admin_client, row):
    page = parse(admin_client.get(url_of(row)))
    lines = [
        line.text for line in page.one("table", id="history").one("tbody").all("tr")
    ]

    words = ["E-mail address confirmed", "pending approval", "Approved", "is confirmed"]
    places = [next(n for n, line in enumerate(lines) if word in line) for word in words]
    assert places == sorted(places)
    assert "7 minutes online" in lines[-1]
    assert any("550 <b>no</b> such mailbox" in line for line in lines)
    assert any("Pending approval → Confirmed" in line for line in lines)
    assert against_the_policy(page) == []


def test_the_number_of_queries_does_not_grow(
    admin_client, row, django_assert_num_queries
):
    admin_client.get(url_of(row))
    with django_assert_num_queries(10):
        admin_client.get(url_of(row))


def test_it_needs_the_permission_of_the_list(row):
    assert signed_in("view_emailmessage").get(url_of(row)).status_code == 403


def test_mails_are_linked_for_who_may_read_them(row):
    assert "emailmessage" not in str(
        parse(signed_in("view_registration").get(url_of(row))).links
    )


def test_nobody_has_the_history_of_no_registration(admin_client):
    for key in ["1", "x", "9" * 30]:
        url = reverse("admin:participants_registration_history", args=[key])
        assert admin_client.get(url).status_code == 404
