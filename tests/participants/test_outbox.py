"""Delivering mails to a real SMTP server that refuses, hangs up or is away."""

import signal
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from participants import emails, links, services
from participants.models import EmailMessage
from tests.factories import make_mail, make_registration
from tests.participants.mail_server import start_worker, wait_for

pytestmark = pytest.mark.django_db


def test_a_mail_goes_out_with_its_link_filled_in(mailbox):
    row = make_registration(family_name="R&D <b>", language="fr")
    emails.queue_verification(row)

    assert services.deliver_due() == 1

    mail = mailbox.mails[0]
    url = f"http://localhost/fr/registrations/{row.token}/"
    text = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    assert url in text
    assert f'href="{url}"' in html
    assert "R&D <b>" in text
    assert "R&amp;D &lt;b&gt;" in html
    assert links.PLACEHOLDER not in text + html
    assert mail["To"] == row.email
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "fr"


def test_what_is_sent_is_not_sent_again(mailbox):
    make_mail()

    services.deliver_due()
    services.deliver_due()

    assert len(mailbox.mails) == 1
    assert EmailMessage.objects.get().state == "sent"


def test_a_final_refusal_fails_with_the_servers_words_and_can_be_sent_again(mailbox):
    mail = make_mail(to="nobody@example.org")
    other = make_mail()
    mailbox.answers["nobody@example.org"] = "550 No such mailbox"

    services.deliver_due()

    mail.refresh_from_db()
    other.refresh_from_db()
    assert (mail.state, mail.last_answer) == ("failed", "550 No such mailbox")
    assert other.state == "sent"
    mailbox.answers.clear()
    assert services.retry([mail, other]) == 1
    services.deliver_due()
    assert len(mailbox.mails) == 2


def test_a_passing_refusal_is_tried_again_after_growing_waits(mailbox):
    mail = make_mail()
    mailbox.answers[mail.to] = "451 Come back later"
    waits = []
    for _attempt in range(3):
        EmailMessage.objects.update(next_try_at=timezone.now())
        before = timezone.now()
        services.deliver_due()
        mail.refresh_from_db()
        waits.append((mail.next_try_at - before).total_seconds())
        assert (mail.state, mail.last_answer) == ("queued", "451 Come back later")

    assert [round(wait / 60) for wait in waits] == [1, 2, 4]
    mailbox.answers.clear()
    assert services.deliver_due() == 0
    EmailMessage.objects.update(next_try_at=timezone.now())
    assert services.deliver_due() == 1
    assert len(mailbox.mails) == 1


def test_a_server_that_is_away_loses_nothing(mailbox, settings):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    for _n in range(3):
        make_mail()

    services.deliver_due()

    assert set(EmailMessage.objects.values_list("state", flat=True)) == {"queued"}
    assert "refused" in EmailMessage.objects.first().last_answer
    settings.EMAIL_PORT = port
    EmailMessage.objects.update(next_try_at=timezone.now())
    services.deliver_due()
    assert len(mailbox.mails) == 3


def test_a_mail_is_given_up_after_three_days_of_tries(mailbox):
    mail = make_mail(attempts=23)
    mailbox.answers[mail.to] = "451 Come back later"

    services.deliver_due()

    mail.refresh_from_db()
    assert mail.state == "failed"


def test_a_lease_that_ran_out_is_taken_over_and_a_running_one_is_not(mailbox):
    held = make_mail(state="leased", next_try_at=timezone.now() + timedelta(minutes=1))
    left = make_mail(state="leased", next_try_at=timezone.now())

    assert services.deliver_due() == 1

    held.refresh_from_db()
    left.refresh_from_db()
    assert (held.state, left.state) == ("leased", "sent")


def test_the_entry_of_a_calendar_arrives_byte_for_byte(mailbox):
    row = make_registration(status="unverified", language="ar")
    services.confirm(row)

    services.deliver_due()

    stored = EmailMessage.objects.get().attachments[0]["text"]
    [part] = mailbox.mails[0].iter_attachments()
    assert part.get_content_type() == "text/calendar"
    assert part.get_param("method") == "PUBLISH"
    assert part.get_filename() == "session.ics"
    assert part.get_payload(decode=True).decode() == stored


def test_a_title_with_a_line_break_makes_no_header(mailbox):
    row = make_registration()
    row.session.title_en = row.session.title = "One\r\nBcc: all@example.org"
    emails.queue_verification(row)

    services.deliver_due()

    assert mailbox.mails[0]["Bcc"] is None
    assert "One Bcc: all@example.org" in mailbox.mails[0]["Subject"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seconds", [0.0, 0.3, 0.6, 1.2])
def test_a_worker_killed_at_any_moment_loses_no_mail(mailbox, settings, seconds):
    mailbox.seconds = 0.05
    mails = [make_mail() for _n in range(30)]

    worker = start_worker(settings)
    wait_for(lambda: len(mailbox.mails) > 0 or worker.poll() is not None)
    time.sleep(seconds)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    mailbox.seconds = 0.0
    worker = start_worker(settings)
    try:
        wait_for(lambda: EmailMessage.objects.filter(state="sent").count() == 30)
    finally:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=20) == 0

    ids = [mail["Message-ID"] for mail in mailbox.mails]
    assert {mail["To"] for mail in mailbox.mails} == {mail.to for mail in mails}
    assert len(ids) - len(set(ids)) <= 1  # the one whose yes the dead worker lost


def test_a_confirmation_with_its_calendar_becomes_a_file(settings, tmp_path):
    settings.EMAIL_BACKEND = "wipoconv.mail.FolderBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    services.confirm(make_registration(status="unverified"))

    assert services.deliver_due() == 1

    [file] = settings.EMAIL_FILE_PATH.iterdir()
    assert ".ics" in file.read_text(encoding="utf-8")
    assert EmailMessage.objects.get().state == "sent"


def test_a_mail_that_breaks_is_put_off_and_the_others_go(mailbox, monkeypatch):
    broken, other = make_mail(registration=make_registration()), make_mail()
    fill_in = emails.fill_in

    def breaks(body, registration):
        if registration == broken.registration:
            raise ValueError("words")
        return fill_in(body, registration)

    monkeypatch.setattr(emails, "fill_in", breaks)

    services.deliver_due()

    broken.refresh_from_db()
    other.refresh_from_db()
    assert (broken.state, broken.last_answer) == ("queued", "ValueError: words")
    assert other.state == "sent"
