"""Decisions on more registrations than an answer has time for: the worker's."""

from datetime import timedelta

import pytest
from auditlog.models import LogEntry as AuditEntry
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from django.utils import timezone

from participants import services
from participants.admin import bulk
from participants.models import (
    DecisionJob,
    DeclineReason,
    EmailMessage,
    JobState,
    Registration,
    Status,
    Transition,
)
from participants.services import deciding, outbox
from sessions.models import Mode
from tests.factories import make_mail, make_registration, make_session
from tests.pages import parse
from tests.participants.test_admin_actions import YES, act

pytestmark = pytest.mark.django_db
assert act  # the fixture


@pytest.fixture(autouse=True)
def _few_at_once(monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    monkeypatch.setattr(deciding, "BATCH", 2)


def url(name, job):
    return reverse(f"admin:participants_decisionjob_{name}", args=[job.pk])


def pending(count, session=None):
    session = session or make_session()
    return [make_registration(session, status=Status.PENDING) for _n in range(count)]


def staff(name, *codes):
    user = User.objects.create_user(name, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    return user


def work():
    while services.run_decisions():
        pass


def test_many_are_decided_on_by_the_worker_and_every_row_is_told(act, admin_client):
    rows = [*pending(3), make_registration(), make_registration(status="cancelled")]

    asked = act("approve", *rows)
    assert "in the background" in parse(asked).text
    response = act("approve", *rows, **YES)

    job = DecisionJob.objects.get()
    assert response.redirect_chain[-1][0] == url("change", job)
    assert (job.state, job.total) == (JobState.QUEUED, 5)
    assert {row.status for row in rows[:3]} == {"pending"}
    work()

    job.refresh_from_db()
    assert (job.state, job.done, job.refused_count) == (JobState.DONE, 5, 2)
    assert Registration.objects.filter(status="confirmed").count() == 4
    assert {t.by.username for t in Transition.objects.all()} == {"admin"}
    assert EmailMessage.objects.filter(kind="status").count() == 3
    page = parse(admin_client.get(url("change", job)))
    facts = page.one("dl", id="result").all("div")
    assert [fact.text for fact in facts] == ["Registrations5", "Done3", "Refused2"]
    refused = {li.text for li in page.one("ul", id="refused").all("li")}
    assert refused == {
        f"{row}: This registration is not pending approval." for row in rows[3:]
    }


def test_it_is_logged_and_the_log_names_nobody(act):
    act("approve", *pending(3), make_registration(), **YES)
    work()

    entry = LogEntry.objects.get()
    assert (entry.user.username, entry.object_repr) == ("admin", "decision approve")
    assert entry.change_message == "3 done, 1 refused"
    audit = AuditEntry.objects.get(additional_data__event="decision approve")
    assert audit.additional_data["what"] == "3 done, 1 refused"


@pytest.mark.parametrize(
    ("action", "before", "answers", "after"),
    [
        ("decline", "confirmed", {"reason": "Too late."}, "declined"),
        ("cancel", "waiting", {}, "cancelled"),
        ("admit_above_capacity", "waiting", {"reason": "The chair asks."}, "confirmed"),
        ("approve_without_letter", "pending", {"reason": "Seen."}, "confirmed"),
    ],
)
def test_each_action_takes_its_answers_along(act, action, before, answers, after):
    session = make_session(capacity_in_person=3)
    rows = [make_registration(session, status=before) for _n in range(3)]

    act(action, *rows, **YES, **answers)
    work()

    assert set(Registration.objects.values_list("status", flat=True)) == {after}


def test_promoting_needs_no_question_and_stops_at_the_last_place(act):
    session = make_session(capacity_in_person=2)
    rows = [make_registration(session, status="waiting") for _n in range(3)]

    act("promote", *rows)
    work()

    job = DecisionJob.objects.get()
    assert job.refused == {"There is no free place.": [rows[2].pk]}


def test_a_ready_made_reason_is_taken_along_by_its_key(act):
    reason = DeclineReason.objects.create(text_en="No letter.", text_fr="Sans lettre.")
    rows = [make_registration(language="fr") for _n in range(3)]

    act("decline", *rows, **YES, ready_made=reason.pk)
    work()

    assert set(Registration.objects.values_list("decline_reason", flat=True)) == {
        "Sans lettre."
    }


def test_the_mode_of_many_is_changed_within_the_places(act):
    session = make_session(capacity_in_person=1)
    rows = [make_registration(session, mode=Mode.ONLINE) for _n in range(3)]

    act("change_mode", *rows, mode="in_person")
    work()

    found = Registration.objects.order_by("pk")
    assert [row.status for row in found] == ["confirmed", "waiting", "waiting"]


def test_a_worker_that_dies_leaves_none_twice_and_none_forgotten(act, monkeypatch):
    rows = pending(5)
    act("approve", *rows, **YES)
    real, calls = deciding.renew, []

    def die_in_the_second_batch(*args, **fields):
        real(*args, **fields)
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(deciding, "renew", die_in_the_second_batch)
        with pytest.raises(KeyboardInterrupt):
            services.run_decisions()
    job = DecisionJob.objects.get()
    assert (job.state, job.done) == (JobState.RUNNING, 2)
    assert Transition.objects.count() == 2
    assert services.run_decisions() == 0  # its lease still runs

    DecisionJob.objects.update(next_try_at=timezone.now())
    work()

    job.refresh_from_db()
    assert (job.state, job.done, job.refused) == (JobState.DONE, 5, {})
    assert sorted(Transition.objects.values_list("registration", flat=True)) == [
        row.pk for row in rows
    ]


def test_the_mails_go_out_between_its_turns(act, monkeypatch):
    monkeypatch.setattr(deciding, "TURN", 1)
    act("approve", *pending(5), **YES)

    assert services.run_decisions() == 1

    job = DecisionJob.objects.get()
    assert (job.state, job.done, job.attempts) == (JobState.RUNNING, 2, 0)
    work()
    job.refresh_from_db()
    assert (job.state, job.done) == (JobState.DONE, 5)


def test_a_row_that_is_gone_is_told_too(act, admin_client):
    rows = pending(3)
    act("approve", *rows, **YES)
    gone = rows[0].pk
    Registration.objects.filter(pk=gone).delete()

    work()

    job = DecisionJob.objects.get()
    assert job.refused == {"It does not exist any more.": [gone]}
    assert f"#{gone}" in parse(admin_client.get(url("change", job))).text


def test_who_lost_the_permission_decides_nothing(act, admin_user):
    act("approve", *pending(3), **YES)
    User.objects.filter(pk=admin_user.pk).update(is_superuser=False)

    work()

    assert DecisionJob.objects.get().state == JobState.FAILED
    assert Registration.objects.filter(status="pending").count() == 3


def test_one_may_stop_it_and_sees_what_was_left(act, admin_client, monkeypatch):
    monkeypatch.setattr(deciding, "TURN", 1)
    act("approve", *pending(5), **YES)
    services.run_decisions()
    job = DecisionJob.objects.get()

    assert admin_client.get(url("stop", job)).status_code == 405
    page = parse(admin_client.post(url("stop", job), follow=True))
    work()

    assert Registration.objects.filter(status="pending").count() == 3
    assert page.one("dl", id="result").all("div")[-1].text == "Not decided on3"
    assert LogEntry.objects.get().change_message == "2 done, 0 refused"


def test_stopped_in_the_middle_of_a_batch_it_takes_that_batch_back(act, monkeypatch):
    act("approve", *pending(3), **YES)
    job = DecisionJob.objects.get()
    real = deciding.renew

    def stop_first(*args, **fields):
        DecisionJob.objects.update(state=JobState.FAILED, lease=None)
        real(*args, **fields)

    monkeypatch.setattr(deciding, "renew", stop_first)
    services.run_decisions()

    job.refresh_from_db()
    assert job.done == 0
    assert not Transition.objects.exists()


def test_what_breaks_three_times_is_given_up(act, admin_client, monkeypatch):
    act("approve", *pending(3), **YES)

    def break_off(*_args):
        raise OSError

    monkeypatch.setattr(deciding, "_decide_batch", break_off)
    for _n in range(5):
        DecisionJob.objects.update(next_try_at=timezone.now())
        services.run_decisions()

    job = DecisionJob.objects.get()
    assert (job.state, job.attempts) == (JobState.FAILED, 3)
    assert b"errornote" in admin_client.get(url("change", job)).content


def test_its_page_shows_how_far_it_is_and_only_to_who_asked(act, admin_client, client):
    act("approve", *pending(3), **YES)
    job = DecisionJob.objects.get()

    page = admin_client.get(url("change", job)).content.decode()
    assert "<progress" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    told = admin_client.get(url("progress", job)).json()
    assert told == {"state": "queued", "done": 0, "total": 3, "is_under_way": True}

    client.force_login(staff("other", "view_registration", "change_registration"))
    assert client.get(url("change", job)).status_code == 404
    assert client.post(url("stop", job)).status_code == 404
    client.force_login(staff("reader", "view_registration"))
    assert client.get(url("change", job)).status_code == 403


def test_it_goes_after_a_day():
    old = timezone.now() - timedelta(hours=25)
    DecisionJob.objects.create(action="approve", state="done", created_at=old)
    DecisionJob.objects.create(action="approve", state="done")

    assert services.delete_old_decisions() == 1


def test_up_to_the_limit_the_answer_waits(act):
    rows = pending(2)

    act("approve", *rows, **YES)

    assert not DecisionJob.objects.exists()
    assert {row.status for row in rows} == {"confirmed"}


def test_it_waits_while_many_mails_are_due(act, monkeypatch):
    act("approve", *pending(3), **YES)
    monkeypatch.setattr(outbox, "FULL", 1)
    make_mail()

    assert services.run_decisions() == 0
    services.deliver_due()
    assert services.run_decisions() == 1


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.RUNNING])
def test_what_is_not_done_yet_is_never_cleared_away(act, state):
    act("approve", *pending(3), **YES)
    old = timezone.now() - timedelta(days=30)
    DecisionJob.objects.update(created_at=old, state=state)

    assert services.delete_old_decisions() == 0
    DecisionJob.objects.update(state=JobState.DONE)
    assert services.delete_old_decisions() == 1


def test_nobody_is_declined_without_the_reason_that_was_chosen(act):
    reason = DeclineReason.objects.create(text_en="Full.")
    rows = pending(3)
    act("decline", *rows, ready_made=reason.pk, **YES)
    reason.delete()

    work()

    assert DecisionJob.objects.get().state == JobState.FAILED
    assert {r.status for r in Registration.objects.all()} == {Status.PENDING}
