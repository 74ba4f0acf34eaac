"""The admin of a session asks as little of the database however long the programme."""

from datetime import date

import pytest
from django.urls import reverse

from tests.factories import make_session
from tests.pages import form_of, parse
from tests.sessions.factories import fill_session

pytestmark = pytest.mark.django_db


def change_url(session):
    return reverse("admin:conversation_session_change", args=[session.pk])


@pytest.mark.parametrize("rows", [2, 30])
def test_the_form_costs_the_same_however_long_the_programme(
    admin_client, django_assert_num_queries, rows
):
    session = make_session()
    fill_session(session, rows)
    admin_client.get(change_url(session))  # what is asked once a process

    # web session, user, draft, reserved places, one or two a kind of row
    with django_assert_num_queries(19):
        page = parse(admin_client.get(change_url(session)))

    speakers = [s for s in page.all("select") if s.attrs["name"].endswith("-speaker")]
    assert len(speakers) == 2 * rows + 1
    assert len(speakers[0].all("option", selected="")) == 1


def test_a_long_programme_is_saved(admin_client):
    session = make_session(starts_on=date(2099, 3, 13), ends_on=date(2099, 3, 15))
    fill_session(session, 40)
    url = change_url(session)
    data = form_of(admin_client, url)
    data["agenda_items-39-title_en"] = ["The last"]

    response = admin_client.post(url, data)

    assert len(data) > 3000
    assert response.status_code == 302
    last = session.agenda_items.order_by("pk").last()
    assert last.title == "The last"


@pytest.mark.parametrize("sessions", [2, 30])
def test_the_list_costs_the_same_however_many_sessions(
    admin_client, django_assert_num_queries, sessions
):
    for _n in range(sessions):
        make_session()
    url = reverse("admin:conversation_session_changelist")
    admin_client.get(url)

    with django_assert_num_queries(10):
        admin_client.get(url)
