"""Messages to many: who gets them, what is filled in, how they go and are stopped."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from participants import services
from participants.emails.placeholders import Form, unknown_in, wrong_targets
from participants.models import EmailMessage, Message, Participant, Registration, Status
from participants.services import messages, outbox
from tests.factories import (
    make_delegation,
    make_mail,
    make_registration,
    make_session,
    make_staff,
    person,
)

pytestmark = pytest.mark.django_db


def make_message(session=None, **fields):
    texts = {"subject_en": "News of {session}", "body_en": "Dear {name},\n\n{link}"}
    return Message.objects.create(session=session or make_session(), **texts | fields)


def send(message):
    """Let a message go, and its ten minutes pass."""
    count = message.recipients().count()
    services.send_message(message, by=make_staff(), expected=count)
    Message.objects.filter(pk=message.pk).update(send_at=timezone.now())


def test_nothing_is_written_before_the_ten_minutes_have_passed():
    row = make_registration()
    message = make_message(row.session)
    services.send_message(message, by=make_staff(), expected=1)

    assert services.write_due_messages() == 0
    message.refresh_from_db()
    wait = message.send_at - timezone.now()
    assert timedelta(minutes=9) < wait <= timedelta(minutes=10)

    Message.objects.update(send_at=timezone.now())
    assert services.write_due_messages() == 1
    assert services.write_due_messages() == 0
    message.refresh_from_db()
    assert (message.state, message.written) == ("sent", 1)
    assert row.emails.get().message == message


def test_a_message_that_is_stopped_in_time_writes_to_nobody():
    row = make_registration()
    message = make_message(row.session)
    send(message)

    assert services.stop_message(message) == 0
    assert services.write_due_messages() == 0
    assert not row.emails.exists()
    with pytest.raises(ValidationError) as refused:
        services.stop_message(message)
    assert refused.value.code == "too_late"


def test_stopping_half_way_takes_back_what_no_worker_has_tried(monkeypatch):
    monkeypatch.setattr(messages, "BATCH", 2)
    session = make_session()
    rows = [make_registration(session) for _ in range(5)]
    message = make_message(session)
    send(message)
    services.write_due_messages()
    message.emails.filter(registration=rows[0]).update(state="sent", attempts=1)

    assert services.stop_message(message) == 1
    assert services.write_due_messages() == 0
    assert message.emails.get().registration == rows[0]


def test_who_gets_a_message():
    session, state = make_session(), make_delegation()
    make_registration()  # of another session
    make_registration(session, status=Status.UNVERIFIED)
    make_registration(session, status=Status.CANCELLED)
    by_staff = make_registration(session)
    session.registrations.filter(pk=by_staff.pk).update(email="")
    make_registration(session, erased_at=timezone.now())
    waiting = make_registration(session, status=Status.WAITING, language="fr")
    delegate = make_registration(
        session, category="member_state", delegation=state, country="KE", mode="online"
    )

    def meant(**segment):
        return set(make_message(session, segment=segment).recipients())

    assert meant() == {waiting, delegate}
    assert meant(status=["waiting"]) == {waiting}
    assert meant(status=["cancelled"]).isdisjoint({waiting, delegate})
    assert meant(delegation=[state.pk]) == {delegate}
    assert meant(country=["KE", "FR"], mode=["online"]) == {delegate}
    assert meant(language=["fr"], category=["academia"]) == {waiting}
    assert meant(language=["fr"], mode=["online"]) == set()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("{{ settings.SECRET_KEY }}", [" settings.SECRET_KEY "]),
        ("{name.__class__}", ["name.__class__"]),
        ("{% load x %} {nmae}", ["% load x %", "nmae"]),
        ("{0} {} {name}", ["0", ""]),
        ("{ alone and } {name} {link}", [" alone and "]),
        ("plain } { text", []),
    ],
)
def test_what_is_no_placeholder_is_named(text, names):
    assert unknown_in(text) == names


def test_a_value_that_looks_like_a_placeholder_or_markup_stays_text():
    form = Form("Dear {family_name}, *see* {given_name}.")
    values = {"family_name": "{given_name} {{ 7*7 }} <b>", "given_name": "*Ana* {link}"}

    assert form.fill_text(values) == (
        "Dear {given_name} {{ 7*7 }} <b>, *see* *Ana* {link}."
    )
    html = form.fill_html(values)
    assert "{given_name} {{ 7*7 }} &lt;b&gt;, <em>see</em> *Ana* {link}." in html


def test_markdown_is_sanitised_and_only_our_links_are_targets():
    form = Form("<script>x</script> [a](javascript:alert(1)) [b]({link})")
    html = form.fill_html({"link": "https://example.org/p"})

    assert "<script" not in html
    assert "javascript:" not in html.replace("(javascript:alert(1))", "")
    assert '<a href="https://example.org/p" rel="noopener noreferrer">b</a>' in html
    assert wrong_targets("[b]({link}) [c](https://example.org/{name})") == ["name"]


def test_everybody_reads_their_language_or_english_which_says_so():
    session = make_session(title_en="Rights", title_fr="Droits")
    french = make_registration(session, language="fr", family_name="Demo & Fils")
    arabic = make_registration(session, language="ar")
    message = make_message(
        session,
        subject_fr="Nouvelles : {session}",
        body_fr="Bonjour {name} : {state}\n\n{cancel_link}",
    )
    send(message)
    services.write_due_messages()

    own, fallen_back = french.emails.get(), arabic.emails.get()
    assert own.subject == "Nouvelles : Droits"
    assert "Bonjour Test Demo & Fils : Confirmée" in own.text
    assert "Test Demo &amp; Fils" in own.html
    assert fallen_back.subject == "News of Rights"
    assert 'lang="en" dir="ltr"' in fallen_back.html
    assert '<html lang="ar" dir="rtl">' in fallen_back.html
    assert len(fallen_back.text.split("\n\n")) == len(own.text.split("\n\n")) + 1


def test_the_number_that_was_shown_must_still_hold():
    row = make_registration()
    message = make_message(row.session)
    for expected, code in [(2, "count"), (1, None), (1, "not_draft")]:
        if code is None:
            services.send_message(message, by=make_staff(), expected=expected)
            continue
        with pytest.raises(ValidationError) as refused:
            services.send_message(message, by=make_staff(), expected=expected)
        assert refused.value.code == code
    with pytest.raises(ValidationError) as refused:
        services.send_message(make_message(), by=make_staff(), expected=0)
    assert refused.value.code == "nobody"


def test_who_registers_while_it_is_sent_is_not_written_to(monkeypatch):
    monkeypatch.setattr(messages, "BATCH", 2)
    session = make_session()
    for _ in range(3):
        make_registration(session)
    message = make_message(session)
    send(message)
    services.write_due_messages()
    late = make_registration(session)

    while services.write_due_messages():
        pass
    assert message.emails.count() == 3
    assert not late.emails.exists()


def test_a_batch_somebody_overtook_is_composed_anew(monkeypatch):
    row = make_registration(status=Status.WAITING)
    message = make_message(row.session, body_en="{state}")
    send(message)
    compose = messages.Mailing.mail

    def overtaken(self, registration):
        mail = compose(self, registration)
        Registration.objects.filter(status=Status.WAITING).update(status="confirmed")
        return mail

    monkeypatch.setattr(messages.Mailing, "mail", overtaken)
    assert services.write_due_messages() == 0
    assert services.write_due_messages() == 1
    assert "Confirmed" in row.emails.get().text


def test_two_workers_write_each_mail_once(monkeypatch):
    """The second has read the same batch before the first stores it."""
    row = make_registration()
    message = make_message(row.session)
    send(message)
    compose = messages.Mailing.mail
    others = []

    def raced(self, registration):
        if not others:
            others.append(1)
            assert services.write_due_messages() == 1
        return compose(self, registration)

    monkeypatch.setattr(messages.Mailing, "mail", raced)
    assert services.write_due_messages() == 0
    message.refresh_from_db()
    assert (message.written, message.state) == (1, "sent")
    assert row.emails.count() == 1


def test_who_waits_for_a_code_does_not_queue_behind_thousands(monkeypatch):
    monkeypatch.setattr(outbox, "FULL", 3)
    row = make_registration()
    message = make_message(row.session)
    send(message)
    mails = [make_mail() for _ in range(3)]

    assert services.write_due_messages() == 0
    mails[0].delete()
    assert services.write_due_messages() == 1


def test_queries_do_not_grow_with_the_recipients():
    session = make_session()
    people(session, 10)
    few = queries_of(session)
    people(session, 180)

    assert queries_of(session) <= few + 4  # SQLite takes so many values at a time


def queries_of(session):
    message = make_message(session)
    send(message)
    EmailMessage.objects.all().delete()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        written = services.write_due_messages()
    assert written == session.registrations.count()
    return len(queries)


def people(session, number):
    rows = [person() for _ in range(number)]
    made = Participant.objects.bulk_create(
        Participant(email=r["email"], email_key=r["email"], name_key=r["family_name"])
        for r in rows
    )
    Registration.objects.bulk_create(
        Registration(session=session, participant=p, status="confirmed", **row)
        for p, row in zip(made, rows, strict=True)
    )
