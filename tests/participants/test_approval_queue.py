"""The queue of pending registrations, and the reasons staff give."""

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from participants.admin import bulk
from participants.models import (
    DeclineReason,
    EmailMessage,
    NominationLetter,
    Transition,
)
from sessions.models import Category
from tests.factories import make_delegation, make_registration, make_session
from tests.pages import parse

pytestmark = pytest.mark.django_db
QUEUE = reverse("admin:participants_registration_approvals")


def pending(session, **fields):
    if "delegation" in fields:
        fields["category"] = Category.OBSERVER
    return make_registration(session, status="pending", **fields)


def make_reason():
    return DeclineReason.objects.create(text_en="No letter.", text_fr="Pas de lettre.")


def test_the_queue_stands_by_delegation_and_says_who_is_accredited(admin_client):
    session = make_session()
    one = make_delegation(name="Alpha", kind="ngo")
    two = make_delegation(name="Beta", kind="ngo", is_accredited=False)
    for delegation in [two, one]:
        pending(session, delegation=delegation)
    pending(session, delegation=one)
    pending(session)
    make_registration(session, family_name="Confirmed")

    page = parse(admin_client.get(QUEUE))

    captions = [caption.text for caption in page.all("caption")]
    assert [c.split(" · ")[0] for c in captions] == [
        "Alpha",
        "Beta",
        "Without a delegation",
    ]
    assert [c.split(" · ")[-1] for c in captions[:2]] == [
        "Accredited",
        "Not accredited",
    ]
    assert len(page.all("input", name="row")) == 4
    assert "Confirmed" not in page.one("main").text


def test_the_ticked_rows_are_approved(admin_client):
    session = make_session(capacity_in_person=1)
    rows = [pending(session) for _n in range(3)]

    admin_client.post(QUEUE, {"do": "approve", "row": [rows[0].pk, rows[1].pk]})

    for row in rows:
        row.refresh_from_db()
    assert [row.status for row in rows] == ["confirmed", "waiting", "pending"]
    assert rows[0].transitions.get().by.username == "admin"


def test_many_refusals_are_all_shown(admin_client, monkeypatch):
    monkeypatch.setattr(bulk, "MOST_MESSAGES", 1)
    session = make_session()
    rows = [make_registration(session, status="cancelled") for _n in range(3)]
    keys = [row.pk for row in [*rows, pending(session)]]

    page = parse(admin_client.post(QUEUE, {"do": "approve", "row": keys}, follow=True))

    assert len(page.one("ul", id="refused").all("li")) == 3
    assert "1 registration done." in page.one("main").text


def test_a_reason_is_mailed_in_the_language_of_the_participant(admin_client):
    session, reason = make_session(), make_reason()
    french, arabic = pending(session, language="fr"), pending(session, language="ar")
    data = {"do": "decline", "ready_made": reason.pk, "reason": "Write to us."}

    admin_client.post(QUEUE, data | {"row": [french.pk, arabic.pk]})

    texts = {mail.language: mail.text for mail in EmailMessage.objects.all()}
    assert "Pas de lettre.\n\nWrite to us." in texts["fr"]
    assert "No letter." in texts["ar"]  # has no Arabic text: English
    french.refresh_from_db()
    assert (french.status, french.decline_reason.split("\n")[0]) == (
        "declined",
        "Pas de lettre.",
    )


def test_a_wrong_reason_keeps_the_ticks_and_declines_nobody(admin_client):
    row = pending(make_session())
    data = {"do": "decline", "reason": "x" * 501, "row": [row.pk]}

    page = parse(admin_client.post(QUEUE, data))

    assert page.all("ul", class_="errorlist")
    assert "checked" in page.one("input", name="row").attrs
    row.refresh_from_db()
    assert row.status == "pending"


def add_letter(row):
    letter = NominationLetter.objects.create(kind="pdf", file="letters/demo.pdf")
    letter.registrations.add(row)
    return letter


def test_the_queue_says_whose_letter_is_missing_and_opens_the_others(admin_client):
    session = make_session(letter_categories=["observer"])
    delegation = make_delegation(kind="ngo")
    with_letter, _without = (pending(session, delegation=delegation) for _n in "12")
    pending(session)
    letter = add_letter(with_letter)

    page = parse(admin_client.get(QUEUE))

    rows = [tr for tr in page.all("tr") if tr.all("input", name="row")]
    assert [tr.all("td")[-2].text for tr in rows] == ["yes", "no", "not needed"]
    name = "admin:participants_nominationletter_file"
    assert page.one("a", href=reverse(name, args=[letter.pk]))


def test_who_lacks_the_letter_is_approved_with_a_reason_only(admin_client):
    session = make_session(letter_categories=["observer"])
    rows = [pending(session, delegation=make_delegation(kind="ngo")) for _n in "12"]
    add_letter(rows[0])
    data = {"do": "approve", "row": [row.pk for row in rows]}

    page = parse(admin_client.post(QUEUE, data))

    assert page.one("ul", class_="errorlist").text.startswith("The letter")
    assert all("checked" in box.attrs for box in page.all("input", name="row"))
    assert not Transition.objects.exists()

    admin_client.post(QUEUE, data | {"letter_reason": "Known to us."})

    reasons = [row.transitions.get().reason for row in rows]
    assert reasons == ["", "Known to us."]
    assert {r.status for r in session.registrations.all()} == {"confirmed"}


@pytest.mark.parametrize("row", [[], ["x"], ["0"], ["9" * 40], ["²"]])
def test_rows_that_are_none_do_no_harm(admin_client, row):
    assert (
        admin_client.post(QUEUE, {"do": "approve", "row": row}, follow=True).status_code
        == 200
    )


@pytest.mark.parametrize("number", ["x", "0", "9" * 40])
def test_an_unknown_session_shows_the_first(admin_client, number):
    pending(make_session())

    assert admin_client.get(QUEUE, {"session": number}).status_code == 200


def test_who_may_only_read_does_not_decide(client):
    user = User.objects.create_user("reader", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_registration"))
    client.force_login(user)
    row = pending(make_session())

    assert client.post(QUEUE, {"do": "approve", "row": row.pk}).status_code == 403
    row.refresh_from_db()
    assert row.status == "pending"


def test_the_queue_costs_the_same_however_long(
    admin_client, django_assert_max_num_queries
):
    session = make_session(letter_categories=["observer"])
    for _n in range(12):
        pending(session, delegation=make_delegation(kind="ngo"))

    with django_assert_max_num_queries(10):
        admin_client.get(QUEUE)
