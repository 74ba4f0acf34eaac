"""Staff decide on registrations: each action calls its service and says how it went."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from django.utils import timezone

from participants import services
from participants.models import EmailMessage, Registration, Status, Transition
from tests.factories import make_registration, make_session
from tests.pages import form_data, parse

pytestmark = pytest.mark.django_db

LIST = reverse("admin:participants_registration_changelist")


@pytest.fixture
def act(admin_client):
    """Tick rows, choose an action, press the button; go through its question."""

    def perform(action, *rows, query="", **answers):
        data = {
            "action": action,
            "_selected_action": [row.pk for row in rows],
            "index": 0,
        }
        response = admin_client.post(LIST + query, data, follow=True)
        if answers:
            asked = next(
                f for f in parse(response).all("form") if f.all("input", name="sure")
            )
            sent = form_data(asked) | answers
            response = admin_client.post(LIST + query, sent, follow=True)
        for row in rows:
            row.refresh_from_db()
        return response

    return perform


def messages_of(response):
    return [li.text for li in parse(response).one("ul", class_="messagelist").all("li")]


def waiting(session, **fields):
    return make_registration(session, status=Status.WAITING, **fields)


YES = {"sure": "1"}


# What each action does ----------------------------------------------------------------


def test_approving_gives_a_place_or_a_line_in_the_queue_by_age(act):
    session = make_session(capacity_in_person=1)
    now = timezone.now()
    late = make_registration(session, status="pending", queued_at=now)
    early = make_registration(
        session, status="pending", queued_at=now - timedelta(hours=1)
    )

    response = act("approve", late, early, **YES)

    assert messages_of(response) == ["2 registrations done."]
    assert (early.status, late.status) == ("confirmed", "waiting")
    transition = early.transitions.get()
    assert (transition.event, transition.by.username) == ("approved", "admin")
    assert EmailMessage.objects.filter(kind="status").count() == 2


def test_declining_asks_for_a_reason_that_is_mailed(act):
    row = make_registration()

    asked = act("decline", row)
    assert row.status == "confirmed"
    assert "mailed in the language of each participant" in parse(asked).text

    response = act("decline", row, reason="The letter\nis missing.")

    assert messages_of(response) == ["1 registration done."]
    assert row.status == "declined"
    assert row.decline_reason.splitlines() == ["The letter", "is missing."]
    assert "The letter" in EmailMessage.objects.get().text


def test_declining_needs_no_reason_and_frees_the_place(act):
    session = make_session(capacity_in_person=1)
    row, next_one = make_registration(session), waiting(session)

    act("decline", row, **YES)

    next_one.refresh_from_db()
    assert (row.status, next_one.status) == ("declined", "confirmed")


def test_promoting_passes_the_queue_while_there_is_a_place(act):
    session = make_session(
        capacity_in_person=1, access_deadline_at=timezone.now() - timedelta(hours=1)
    )
    first, second = waiting(session), waiting(session)

    act("promote", second)

    first.refresh_from_db()
    assert (first.status, second.status) == ("waiting", "confirmed")


def test_promoting_into_a_full_room_is_refused_and_said(act):
    session = make_session(capacity_in_person=0)
    row = waiting(session, family_name="Núñez", given_name="Ana")

    response = act("promote", row)

    assert messages_of(response) == ["Ana Núñez: There is no free place."]
    assert row.status == "waiting"
    assert not Transition.objects.exists()


def test_admitting_above_capacity_needs_a_reason_and_raises_it(act):
    session = make_session(capacity_in_person=1)
    make_registration(session)
    row = waiting(session)

    without = act("admit_above_capacity", row, reason="")
    assert "This field is required." in parse(without).text
    assert row.status == "waiting"

    act("admit_above_capacity", row, reason="Minister")

    session.refresh_from_db()
    assert (row.status, session.capacity_in_person) == ("confirmed", 2)
    assert row.transitions.get().reason == "Minister"
    assert "Minister" not in EmailMessage.objects.get().text


def test_cancelling_asks_once_more(act):
    session = make_session(capacity_in_person=1)
    row, next_one = make_registration(session, family_name="Núñez"), waiting(session)

    asked = parse(act("cancel", row))
    assert "1 registration is concerned." in asked.text
    assert "Núñez" in asked.text
    assert row.status == "confirmed"

    act("cancel", row, **YES)

    next_one.refresh_from_db()
    assert (row.status, next_one.status) == ("cancelled", "confirmed")


def test_an_action_on_all_that_the_filter_shows_touches_nothing_else(admin_client, act):
    session = make_session()
    rows = [make_registration(session) for _n in range(60)]  # more than a page
    other = make_registration()
    query = f"?session__id__exact={session.pk}"
    data = {"action": "cancel", "_selected_action": [rows[0].pk], "select_across": "1"}

    asked = admin_client.post(LIST + query, data | {"index": "0"})
    question = parse(asked)
    form = next(f for f in question.all("form") if f.all("input", name="sure"))
    assert "60 registrations are concerned." in question.text
    admin_client.post(LIST + query, form_data(form))

    assert session.registrations.filter(status="cancelled").count() == 60
    other.refresh_from_db()
    assert other.status == "confirmed"


# What is refused ----------------------------------------------------------------------

REFUSALS = [
    ("approve", Status.CONFIRMED, "This registration is not pending approval."),
    ("approve", Status.UNVERIFIED, "This registration is not pending approval."),
    ("promote", Status.CONFIRMED, "This registration is not on the waiting list."),
    ("promote", Status.CANCELLED, "This registration is not on the waiting list."),
    (
        "admit_above_capacity",
        Status.PENDING,
        "This registration is not on the waiting list.",
    ),
    ("decline", Status.CANCELLED, "This registration does not stand any more."),
    ("decline", Status.UNVERIFIED, "This registration does not stand any more."),
    ("cancel", Status.DECLINED, "This registration does not stand any more."),
]
ANSWERS = {
    "approve": YES,
    "decline": YES,
    "cancel": YES,
    "admit_above_capacity": {"reason": "Why not"},
}


@pytest.mark.parametrize(("action", "status", "words"), REFUSALS)
def test_what_a_state_does_not_allow_is_refused_and_said(act, action, status, words):
    row = make_registration(status=status)

    response = act(action, row, **ANSWERS.get(action, {}))

    assert messages_of(response) == [f"{row}: {words}"]
    assert row.status == status
    assert not Transition.objects.exists()
    assert not EmailMessage.objects.exists()


def test_one_refusal_does_not_stop_the_others(act):
    bad, good = make_registration(), make_registration(status="pending")

    response = act("approve", bad, good, **YES)

    assert messages_of(response) == [
        f"{bad}: This registration is not pending approval.",
        "1 registration done.",
    ]
    assert good.status == "confirmed"


@pytest.mark.parametrize("action", ["approve", "decline", "promote", "cancel"])
def test_an_action_twice_is_done_once(act, action):
    before = {"approve": "pending", "promote": "waiting"}.get(action, "confirmed")
    row = make_registration(status=before)

    for _twice in range(2):
        act(action, row, **ANSWERS.get(action, {}))

    assert row.transitions.count() == 1
    assert EmailMessage.objects.count() == 1


@pytest.mark.parametrize("reason", ["x" * 501, "NUL\0", "\u202egnirts"])
def test_an_unreadable_reason_is_named_and_nothing_happens(act, reason):
    row = make_registration()

    response = act("decline", row, reason=reason)

    assert parse(response).all("ul", class_="errorlist")
    assert row.status == "confirmed"


@pytest.mark.parametrize(
    "action", ["approve", "decline", "promote", "admit_above_capacity", "cancel"]
)
def test_staff_without_the_permission_decide_nothing(client, action):
    user = User.objects.create_user("reader", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_registration"))
    client.force_login(user)
    rows = [make_registration(status=status) for status in Status.values]
    before = list(Registration.objects.order_by("pk").values())
    data = {"action": action, "_selected_action": [row.pk for row in rows]}

    client.post(LIST, data | YES | {"reason": "Because"})

    assert list(Registration.objects.order_by("pk").values()) == before


def test_the_question_is_read_as_text(act):
    row = make_registration(family_name="<script>alert(1)</script>")

    asked = act("cancel", row)

    assert "<script>alert" not in asked.content.decode()
    assert "<script>alert(1)</script>" in parse(asked).text


def test_a_registration_that_staff_decide_on_stays_within_capacity(act):
    session = make_session(capacity_in_person=3)
    rows = [make_registration(session, status="pending") for _n in range(10)]

    act("approve", *rows, **YES)

    assert session.registrations.confirmed().count() == 3
    assert services.free_places(session, "in_person") == 0
