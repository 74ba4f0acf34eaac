"""Run the whole site on this machine: prepare it, then web server and worker."""

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

HOST = "127.0.0.1"
WEB_WORKERS = 2
# Per web worker. Each may keep a connection to the database; more than granian
# finds sensible for the machine would only wait for one another.
THREADS = min(8, 2 * (os.cpu_count() or 1) + 1)
PATIENCE = 60  # seconds for the web server to answer for the first time
GRACE = 8  # seconds for a child to end by itself
TICK = 0.2  # seconds between two looks at the children

Children = dict[str, subprocess.Popen[bytes]]


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options: Any) -> None:
        refuse_taken_port(settings.PORT)
        # SIGINT too: a shell that starts this in the background has it ignored.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.default_int_handler)
        try:
            self._prepare()
            with running(commands(settings.PORT)) as children:
                wait_for_site(children, settings.PORT)
                self._tell_where()
                ended = first_to_end(children)
        except KeyboardInterrupt:
            return
        raise CommandError(f"The {ended} has ended by itself; everything is stopped.")

    def _prepare(self) -> None:
        call_command("prepare", demonstration=True, stdout=self.stdout)
        collect_static_files()

    def _tell_where(self) -> None:
        outgoing = getattr(settings, "EMAIL_FILE_PATH", None) or settings.EMAIL_HOST
        self.stdout.write(f"Site:          {settings.SITE_URL}/")
        self.stdout.write(f"Admin:         {settings.SITE_URL}/admin/")
        self.stdout.write(f"Outgoing mail: {outgoing}")
        self.stdout.flush()


def collect_static_files() -> None:
    """Collect and compress the static files if one has changed since the last time."""
    mark = settings.STATIC_ROOT / ".collected"
    state = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            state.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    if mark.exists() and mark.read_text() == state.hexdigest():
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    mark.write_text(state.hexdigest())


def refuse_taken_port(port: int) -> None:
    """Stop with a clear line if somebody listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} is not free ({error.strerror}). "
                "Take another: PORT=8123 make run"
            ) from error


def commands(port: int) -> dict[str, list[str]]:
    """Return what to start, by the name that messages call it."""
    web = ["-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port)]
    web += ["--workers", str(WEB_WORKERS), "--blocking-threads", str(THREADS)]
    web += ["--workers-kill-timeout", "3", "--log-level", "warning", "--no-ws"]
    worker = [str(settings.BASE_DIR / "manage.py"), "run_worker"]
    return {
        "web server": [sys.executable, *web, "wipoconv.wsgi:application"],
        "worker": [sys.executable, *worker],
    }


@contextmanager
def running(programs: dict[str, list[str]]) -> Iterator[Children]:
    """Keep these programs running, out of reach of the terminal's Ctrl-C; stop all."""
    children: Children = {}
    try:
        for name, program in programs.items():
            children[name] = subprocess.Popen(  # noqa: S603 (our own programs)
                program, cwd=settings.BASE_DIR, process_group=0
            )
        yield children
    finally:
        stop(children)


def stop(children: Children) -> None:
    """Ask every child to end, and make it after a while; deaf to further Ctrl-C."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for child in children.values():
        child.terminate()
    deadline = time.monotonic() + GRACE
    for child in children.values():
        with suppress(subprocess.TimeoutExpired):
            child.wait(max(0, deadline - time.monotonic()))
        with suppress(ProcessLookupError):  # whoever is left of its group
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def wait_for_site(children: Children, port: int) -> None:
    """Return when the site answers; raise if it does not in a minute."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if site_answers(port):
            return
        for name, child in children.items():
            if child.poll() is not None:
                raise CommandError(f"The {name} did not start; see the lines above.")
        time.sleep(TICK)
    raise CommandError(f"The web server does not answer after {PATIENCE} seconds.")


def site_answers(port: int) -> bool:
    """Say whether the process that serves the site is there."""
    connection = HTTPConnection(HOST, port, timeout=5)
    try:
        host = urlsplit(settings.SITE_URL).netloc
        connection.request("GET", "/healthz", headers={"Host": host})
        return connection.getresponse().status == 200  # noqa: PLR2004 (HTTP's OK)
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def first_to_end(children: Children) -> str:
    """Wait until a child ends and return its name."""
    while True:
        for name, child in children.items():
            if child.poll() is not None:
                return name
        time.sleep(TICK)
