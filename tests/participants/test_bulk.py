"""One decision on many: what is asked, counted, refused and told."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from participants import services
from participants.admin import bulk
from participants.models import EmailMessage, Registration, Status
from participants.services import deciding
from sessions.models import Mode
from tests.factories import make_registration, make_session
from tests.pages import form_data, parse
from tests.participants.test_admin_actions import LIST, YES, act, messages_of

pytestmark = pytest.mark.django_db
assert act  # the fixture


def test_the_question_states_numbers_states_and_mails(act):
    session = make_session()
    rows = [
        *[make_registration(session, status=Status.PENDING) for _n in range(3)],
        without := make_registration(session, status=Status.PENDING),
        make_registration(session),
    ]

    Registration.objects.filter(pk=without.pk).update(email="")

    asked = parse(act("approve", *rows))

    assert "5 registrations are concerned." in asked.text
    assert "3 mails are sent." in asked.text
    states = {li.text for li in asked.one("ul", id="states").all("li")}
    assert states == {"Pending approval: 4", "Confirmed: 1 – refused in this state"}
    assert not EmailMessage.objects.exists()

    response = act("approve", *rows, **YES)

    assert EmailMessage.objects.count() == 3
    assert messages_of(response)[-1] == "4 registrations done."


def test_many_refusals_are_listed_on_a_page_of_their_own(act):
    session = make_session()
    rows = [make_registration(session) for _n in range(21)]
    good = make_registration(session, status=Status.PENDING)

    page = parse(act("approve", *rows, good, **YES))

    assert len(page.one("ul", id="refused").all("li")) == 21
    assert "1 registration done." in page.text
    assert good.status == "confirmed"


def test_more_than_the_limit_are_refused_before_anything_is_done(act, monkeypatch):
    monkeypatch.setattr(bulk, "MOST", 2)
    session = make_session()
    rows = [make_registration(session, status=Status.PENDING) for _n in range(3)]

    response = act("approve", *rows)

    assert messages_of(response) == ["Choose 2 registrations at most."]
    assert {row.status for row in rows} == {"pending"}


def test_batches_hold_one_session_each_and_the_longest_waiting_first(monkeypatch):
    monkeypatch.setattr(deciding, "BATCH", 2)
    sessions = [make_session(), make_session()]
    rows = [make_registration(sessions[n % 2]) for n in range(6)]

    keys = services.keys_of(Registration.objects.all())
    batches = [[row for _key, row in batch] for batch in deciding.batches(keys)]

    assert [len({r.session_id for r in batch}) for batch in batches] == [1] * 4
    assert [len(batch) for batch in batches] == [2, 1, 1, 2]
    assert [r for batch in batches for r in batch] == rows[0::2] + rows[1::2]


def test_each_further_row_costs_the_same(admin_client):
    session = make_session()
    rows = [make_registration(session, status=Status.PENDING) for _n in range(36)]

    def approve(some):
        data = {"action": "approve", "_selected_action": [row.pk for row in some]}
        with CaptureQueriesContext(connection) as captured:
            admin_client.post(LIST, data | YES)
        return len(captured)

    approve(rows[:2])
    few, more, many = approve(rows[2:4]), approve(rows[4:12]), approve(rows[12:36])

    each = (more - few) / 6
    assert (many - more) / 16 == each
    assert each <= 9
    assert not Registration.objects.filter(status=Status.PENDING).exists()


def test_who_comes_in_between_is_asked_about_anew(act):
    session = make_session()
    rows = [make_registration(session, status=Status.PENDING) for _n in range(2)]

    response = act("approve", *rows, **YES, expected="1")

    assert messages_of(response) == [
        "The number of registrations has changed. Look at it again."
    ]
    assert {row.status for row in rows} == {"pending"}


def test_the_log_says_who_decided_what_on_how_many(act):
    session = make_session()
    rows = [make_registration(session, status=s) for s in ["pending", "confirmed"]]

    act("approve", *rows, **YES)

    entry = LogEntry.objects.get()
    assert (entry.user.username, entry.object_repr) == ("admin", "decision approve")
    assert entry.change_message == "1 done, 1 refused"


def test_the_mode_of_many_is_changed_within_the_places(act):
    session = make_session(capacity_in_person=1)
    rows = [make_registration(session, mode=Mode.ONLINE) for _n in range(2)]

    asked = act("change_mode", *rows)
    assert parse(asked).all("select", name="mode")

    act("change_mode", *rows, mode="in_person")

    assert [row.status for row in rows] == ["confirmed", "waiting"]
    assert {row.mode for row in rows} == {"in_person"}
    assert rows[0].transitions.get().by.username == "admin"


def test_an_unknown_mode_is_asked_again(act):
    row = make_registration(mode=Mode.ONLINE)

    response = act("change_mode", row, mode="by_post")

    assert parse(response).all("ul", class_="errorlist")
    assert row.mode == "online"


def test_a_mode_that_the_session_lacks_is_refused(act):
    row = make_registration(make_session(mode="online"), mode=Mode.ONLINE)

    response = act("change_mode", row, mode="in_person")

    assert messages_of(response) == [f"{row}: Choose one of the modes offered."]


def test_the_back_of_the_question_does_nothing(admin_client):
    row = make_registration(status=Status.PENDING)
    data = {"action": "approve", "_selected_action": [row.pk]}
    form = next(
        form
        for form in parse(admin_client.post(LIST, data)).all("form")
        if form.all("input", name="sure")
    )
    assert form_data(form)["_selected_action"] == [str(row.pk)]
    row.refresh_from_db()
    assert row.status == "pending"
    assert reverse("admin:participants_registration_changelist") == LIST
