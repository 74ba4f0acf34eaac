"""Messages in the admin: written, looked at, tested, sent, stopped; by whom."""

import re
from datetime import datetime, time

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from django.utils import timezone

from participants import demo, services
from participants.models import EmailMessage, Message, Status
from sessions.models import AgendaItem
from tests.factories import make_registration, make_session, make_staff
from tests.pages import parse
from tests.staff.people import browser_of, make_member

pytestmark = pytest.mark.django_db

ADD = reverse("admin:participants_message_add")
LIST = reverse("admin:participants_message_changelist")


@pytest.fixture
def staff(client):
    """Sign in somebody who may write to people and reschedule sessions, no more."""
    user = User.objects.create_user("writer", email="writer@example.org", is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["send_message", "reschedule_session"])
    )
    client.force_login(user)
    return client


def written(staff, session, **fields):
    texts = {"subject_en": "News", "body_en": "Dear {name},\n\n{link}"}
    return staff.post(
        ADD, {"session": session.pk, "_save": "1", **texts, **fields}, follow=True
    )


def preview_of(message):
    return reverse("admin:participants_message_preview", args=[message.pk])


def test_a_message_is_written_looked_at_and_sent(staff):
    session = make_session()
    row = make_registration(session, family_name="{link} <b>", language="fr")
    make_registration(session, status=Status.WAITING)

    page = written(staff, session, status=["confirmed"])
    message = Message.objects.get()
    assert page.redirect_chain[-1][0] == preview_of(message)
    text = page.content.decode()
    assert "1 person will get this message." in text
    assert "{link} &lt;b&gt;" in text
    assert row.token not in text
    assert "style=" not in re.sub(r"<head>.*?</head>", "", text, flags=re.DOTALL)

    sent = staff.post(preview_of(message), {"send": "1", "expected": "1"}, follow=True)
    message.refresh_from_db()
    assert message.state == "waiting"
    assert message.by.username == "writer"
    assert "Stop" in sent.content.decode()
    assert not EmailMessage.objects.exists()

    staff.post(reverse("admin:participants_message_stop", args=[message.pk]))
    message.refresh_from_db()
    assert message.state == "stopped"


def test_another_number_of_recipients_than_shown_asks_again(staff):
    session = make_session()
    make_registration(session)
    written(staff, session)
    make_registration(session)

    page = staff.post(
        preview_of(Message.objects.get()), {"send": "1", "expected": "1"}
    ).content.decode()

    assert "2 people will get this message." in page
    assert Message.objects.get().state == "draft"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"body_en": "Dear {{ user.password }}"}, "There is no placeholder { user."),
        ({"body_en": "Dear {nmae}"}, "There is no placeholder {nmae}."),
        ({"body_fr": "Bonjour {nom}"}, "There is no placeholder {nom}."),
        ({"subject_en": "{link}"}, "A personal link does not belong into the subject."),
        ({"body_en": "[a](https://x.example.org/{name})"}, "cannot lead to {name}"),
        ({"subject_fr": "Bonjour"}, "Give both subject and text, or neither."),
        ({"subject_en": ""}, "This field is required."),
        ({"body_en": "x" * 20_001}, "at most 20000 characters"),
        ({"body_en": "null \0"}, "Null characters are not allowed."),
        ({"country": ["XX"]}, "XX is not one of the available choices"),
        ({"delegation": ["999999"]}, "999999 is not one of the available choices"),
        ({"delegation": ["x"]}, "is not a valid value"),
    ],
)
def test_what_cannot_be_sent_is_refused_and_stays_typed(staff, fields, words):
    page = written(staff, make_session(), **fields)

    assert page.status_code == 200
    assert words in page.content.decode().replace("&quot;", '"')
    assert not Message.objects.exists()


def test_a_test_goes_to_the_writer_with_dead_links(staff):
    row = make_registration(language="es")
    written(staff, row.session)
    message = Message.objects.get()

    staff.post(preview_of(message), {"test": "1", "recipient": row.pk})

    mail = EmailMessage.objects.get()
    assert (mail.to, mail.language, mail.kind) == ("writer@example.org", "es", "test")
    assert row.token not in mail.text + mail.html
    assert "\ue000" not in mail.text + mail.html
    assert message.emails.count() == 0
    assert Message.objects.get().state == "draft"


@pytest.mark.parametrize("asked", ["999999999999999999999", "-1", "x", "999"])
def test_an_unknown_recipient_shows_the_first(staff, asked):
    row = make_registration()
    written(staff, row.session)

    page = staff.get(preview_of(Message.objects.get()), {"recipient": asked})

    assert row.full_name in page.content.decode()


def test_progress_leads_to_the_mails(staff):
    row = make_registration()
    written(staff, row.session)
    message = Message.objects.get()
    services.send_message(message, by=make_staff(), expected=1)
    Message.objects.update(send_at=timezone.now())
    services.write_due_messages()

    page = staff.get(reverse("admin:participants_message_change", args=[message.pk]))

    assert "Queued: 1" in page.content.decode()
    assert "1 / 1" in staff.get(LIST).content.decode()


def test_what_was_sent_is_neither_changed_nor_deleted(staff):
    row = make_registration()
    written(staff, row.session)
    message = Message.objects.get()
    services.send_message(message, by=make_staff(), expected=1)
    page = reverse("admin:participants_message_change", args=[message.pk])

    assert staff.post(page, {"subject_en": "Other"}).status_code == 403
    delete = reverse("admin:participants_message_delete", args=[message.pk])
    assert staff.post(delete, {"post": "yes"}).status_code == 403
    assert staff.get(preview_of(message)).status_code == 302
    assert Message.objects.get().subject_en == "News"


@pytest.mark.parametrize("codes", [["send_message"], ["reschedule_session"]])
def test_rescheduling_needs_both_rights_and_editing_is_none_of_them(client, codes):
    user = User.objects.create_user("half", is_staff=True)
    codes += ["view_session", "change_session"]
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client.force_login(user)
    session = make_session()

    assert client.get(change_page(session, "moved")).status_code == 403
    assert client.post(change_page(session, "cancelled")).status_code == 403
    form = reverse("admin:conversation_session_change", args=[session.pk])
    assert change_page(session, "moved") not in client.get(form).content.decode()


def test_the_secretariat_postpones_and_cancels_alone(client):
    client = browser_of(make_member("Secretariat"))
    session = make_session()
    form = reverse("admin:conversation_session_change", args=[session.pk])

    assert change_page(session, "cancelled") in client.get(form).content.decode()
    assert client.get(change_page(session, "cancelled")).status_code == 200
    client.post(change_page(session, "cancelled"), {"sure": "1", "expected": "0"})

    session.refresh_from_db()
    assert session.status == "cancelled"


def test_a_number_of_recipients_above_a_thousand_comes_back_as_it_was_shown(staff):
    session = make_session(is_demonstration=True)
    demo.make_registrations(session, count=1_500, seed=1)
    message = Message.objects.create(session=session, subject_en="x", body_en="x")
    count = message.recipients().count()
    assert count > 1_000

    for page in [preview_of(message), change_page(session, "cancelled")]:
        shown = staff.get(page).content.decode()
        assert f"<b>{count:,} people" in shown
        assert f'name="expected" value="{count}"' in shown


def test_who_may_not_send_messages_sees_none(client):
    user = User.objects.create_user("reader", is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["view_message", "change_message"])
    )
    client.force_login(user)
    message = Message.objects.create(session=make_session(), subject_en="x")
    stop = reverse("admin:participants_message_stop", args=[message.pk])
    change = reverse(
        "admin:participants_message_change_session", args=[message.session_id, "moved"]
    )
    for page in [LIST, ADD, preview_of(message), stop, change]:
        assert client.get(page).status_code == 403
        assert client.post(page).status_code == 403


# A changed session ----------------------------------------------------------------


def change_page(session, kind):
    return reverse("admin:participants_message_change_session", args=[session.pk, kind])


MOVE = {"starts_on": "2027-04-08", "ends_on": "2027-04-09"}


def test_a_change_shows_its_mail_in_six_languages_before_it_is_made(staff):
    session = make_session(title_ar="حق")
    AgendaItem.objects.create(
        session=session,
        kind="opening",
        starts_at=datetime.combine(session.starts_on, time(10), session.zone),
        ends_at=datetime.combine(session.starts_on, time(11), session.zone),
    )
    row = make_registration(session)
    page = change_page(session, "moved")

    shown = staff.post(page, MOVE | {"body_en": "Sorry, **all**."}).content.decode()

    assert shown.count('<details class="mail-preview">') == 6
    assert "1 person with a live registration will get a mail." in shown
    assert "<strong>all</strong>" in shown
    assert "8–9 April 2027" in shown
    assert "Thursday 8 April 2027, 10:00 Geneva time (UTC+2)" in shown
    session.refresh_from_db()
    assert session.starts_on.isoformat() != "2027-04-08"

    done = staff.post(page, MOVE | {"sure": "1", "expected": "1"}, follow=True)
    session.refresh_from_db()
    assert session.starts_on.isoformat() == "2027-04-08"
    assert "Stop" in done.content.decode()
    Message.objects.update(send_at=timezone.now())
    services.write_due_messages()
    assert row.emails.get().kind == "moved"


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("moved", {"starts_on": "", "ends_on": "x"}, "Enter a valid date."),
        ("moved", {"starts_on": "2027-04-09"}, "The last day is before the first."),
        (
            "moved",
            {
                "registration_opens_at": "2027-04-01T10:00",
                "registration_closes_at": "2027-03-01T10:00",
            },
            "a later time of closing",
        ),
        ("venue", {"venue_en": ""}, "This field is required."),
        ("cancelled", {"body_en": "{x}"}, "There is no placeholder {x}."),
    ],
)
def test_a_change_that_cannot_be_is_refused(staff, kind, fields, words):
    session = make_session()
    data = MOVE | {"ends_on": "2027-04-08", "sure": "1", "expected": "0"} | fields

    page = staff.post(change_page(session, kind), data)

    assert page.status_code == 200
    assert words in page.content.decode()
    assert not Message.objects.exists()


def test_other_kinds_and_sessions_are_not_found(staff):
    assert staff.get(change_page(make_session(), "reminder")).status_code == 404
    other = reverse("admin:participants_message_change_session", args=[999, "moved"])
    assert staff.get(other).status_code == 404


def test_the_session_offers_its_changes(admin_client):
    session = make_session()
    page = admin_client.get(
        reverse("admin:conversation_session_change", args=[session.pk])
    ).content.decode()

    for kind in ["postponed", "moved", "venue", "cancelled"]:
        assert change_page(session, kind) in page
        assert admin_client.get(change_page(session, kind)).status_code == 200


def test_the_preview_keeps_the_names_of_the_languages_at_its_foot(staff):
    session = make_session()
    make_registration(session)
    written(staff, session)

    page = parse(staff.get(preview_of(Message.objects.get())))

    buttons = page.one("nav", id="languages").all("button")
    assert [button.text for button in buttons] == [n for _c, n in settings.LANGUAGES]
