"""Proofs with real servers: a mail server in every bad mood, a web server killed."""

import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from html import unescape
from http.client import HTTPException
from statistics import median, quantiles
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from benchmarks.browser import Browser
from participants.models import EmailMessage, Registration, Status
from tests.factories import make_mail, make_session, make_staff, person
from tests.participants.mail_server import (
    Mailbox,
    controller,
    database_url,
    free_port,
    start_worker,
    use_mail_server,
    wait_for,
)

pytestmark = pytest.mark.django_db(transaction=True)

A_MOOD = 50  # registrations while the mail server is in one mood; there are four
MAILS = 2 * 4 * A_MOOD  # each proves the address and says where it stands
STRUCK = 500  # registrations while the web server is killed again and again


def test_a_mail_server_in_every_bad_mood_delays_no_answer_and_loses_no_mail(
    client, settings
):
    box, port = Mailbox(), free_port()
    use_mail_server(settings, port)
    session = make_session()
    form = reverse("participants:register", args=[session.slug])
    worker, server = start_worker(settings), controller(box, port)
    seconds: list[float] = []

    def register() -> None:
        for _n in range(A_MOOD):
            one = person()
            answered(form, answers(one))
            row = Registration.objects.get(email=one["email"])
            answered(reverse("participants:confirm", args=[row.token]))

    def answered(path: str, data: Any = None) -> None:
        begun = time.perf_counter()
        assert client.post(path, data).status_code == 302
        seconds.append(time.perf_counter() - begun)

    try:
        register()  # it is down
        wait_for(lambda: has_answer("refused"))
        box.refusal = "451 Come back later"
        server.start()
        try_again()
        register()
        wait_for(lambda: has_answer("451 Come back later"))
        box.refusal, box.seconds = "", 0.2  # it is slow
        register()
        box.seconds, box.drops = 0.0, True
        try_again()
        register()
        wait_for(lambda: has_answer("Disconnected"))
        box.drops = False  # it is back
        wait_for(lambda: try_again() or len(mails("sent")) == MAILS)
    finally:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=20) == 0
        server.stop()

    assert session.registrations.confirmed().count() == 4 * A_MOOD
    assert median(seconds) < 1
    assert quantiles(seconds, n=100)[-1] < 5  # however loaded the machine is
    received = [mail["Message-ID"] for mail in box.mails]
    assert len(received) == len(set(received)) == MAILS
    told = {(mail["To"], mail["Subject"]) for mail in box.mails}
    assert len(told) == MAILS


def mails(state):
    return EmailMessage.objects.filter(state=state)


def has_answer(words):
    return EmailMessage.objects.filter(last_answer__contains=words).exists()


def try_again():
    """Let the growing waits pass."""
    mails("queued").update(next_try_at=timezone.now())


def test_staff_see_what_was_refused_for_good_and_send_it_again(client, settings):
    mail = make_mail(state="failed", last_answer="550 No such mailbox", attempts=1)
    client.force_login(make_staff())
    page = reverse("admin:participants_emailmessage_change", args=[mail.pk])

    shown = client.get(page).content.decode()
    assert "550 No such mailbox" in shown
    form = re.search(r'<form method="post" action="([^"]+)" class="again">', shown)
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', shown))
    client.post(form[1], fields)

    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("queued", 0)
    assert 'class="again"' not in client.get(page).content.decode()


@pytest.mark.looks  # SQLite's file is what is to be proved
def test_what_a_killed_web_server_had_acknowledged_is_stored_once(settings):
    session = make_session()
    path = reverse("participants:register", args=[session.slug])
    port = free_port()
    people = [person() for _ in range(STRUCK)]
    acknowledged: list[str] = []

    with ThreadPoolExecutor(4) as threads:
        for n in range(4):
            threads.submit(register_all, port, path, people[n::4], acknowledged)
        for share in (1, 2, 3):  # killed on the way, the last time at the end
            with web_server(settings, port):
                wait_for(lambda share=share: len(acknowledged) >= share * STRUCK // 3)

    stored = list(session.registrations.values_list("email", flat=True))
    assert sorted(stored) == sorted(acknowledged) == sorted(p["email"] for p in people)
    assert session.registrations.filter(status=Status.UNVERIFIED).count() == STRUCK
    assert EmailMessage.objects.filter(kind="verify").count() == STRUCK


def register_all(port, path, people, acknowledged):
    """Register one after the other, like browsers that are reloaded after an error."""
    end = time.monotonic() + 180
    left = list(people)
    while left and time.monotonic() < end:
        with Browser(port) as browser, suppress(HTTPException, OSError):
            fields = hidden_fields(browser.get(path).body)
            while browser.post(path, fields | answers(left[-1])).status == 302:
                acknowledged.append(left.pop()["email"])
                if not left:
                    return
        time.sleep(0.1)


@contextmanager
def web_server(settings, port):
    """Run the real web server; kill -9 it in the end, with all its processes."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "TEST_DATABASE_URL": database_url(),
    }
    command = ["-m", "granian", "--interface", "wsgi", "--port", str(port)]
    command += ["--workers", "2", "--blocking-threads", "4", "--log-level", "error"]
    server = subprocess.Popen(
        [sys.executable, *command, "wipoconv.wsgi:application"],
        env=environment,
        cwd=settings.BASE_DIR,
        process_group=0,
    )
    try:
        yield
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def hidden_fields(page):
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


def answers(one):
    texts = {name: value for name, value in one.items() if value and name != "language"}
    return texts | {"privacy": "on"}
