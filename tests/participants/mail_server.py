"""A real SMTP server with moods, and a real worker beside it."""

import os
import socket
import subprocess
import sys
import time
from email import policy
from email.message import EmailMessage as ParsedMail
from email.parser import BytesParser
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from aiosmtpd.controller import Controller
from django.db import connection


class Mailbox:
    """What an SMTP server received; ``answers`` maps an address to its reply.

    ``refusal`` answers everybody, ``drops`` hangs up before any mail is taken.
    """

    def __init__(self) -> None:
        self.mails: list[ParsedMail] = []
        self.answers: dict[str, str] = {}
        self.seconds = 0.0
        self.refusal = ""
        self.drops = False

    async def handle_RCPT(  # noqa: N802 (the name aiosmtpd calls)
        self, server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.drops:
            server.transport.abort()
        refusal = self.answers.get(address, self.refusal)
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        parsed = BytesParser(policy=policy.default).parsebytes(envelope.content)
        self.mails.append(parsed)
        time.sleep(self.seconds)
        return "250 OK"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def controller(box: Mailbox, port: int) -> Controller:
    return Controller(box, hostname="127.0.0.1", port=port)


def use_mail_server(settings: Any, port: int) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_TIMEOUT = 5


def database_url() -> str:
    """Return the address of the test database, for other processes."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    server = urlsplit(os.environ["TEST_DATABASE_URL"])
    return urlunsplit(server._replace(path=f"/{name}"))


def start_worker(settings: Any) -> subprocess.Popen:
    """Start a real worker on the test database and the test mail server."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "wipoconv.settings",
        "DATABASE_URL": database_url(),
        "EMAIL_URL": f"smtp://127.0.0.1:{settings.EMAIL_PORT}",
        "MAIL_LEASE_SECONDS": "1",
    }
    command = [sys.executable, "manage.py", "run_worker"]
    return subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR)


def wait_for(condition: Any, seconds: float = 180) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)
