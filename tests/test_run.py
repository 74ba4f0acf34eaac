"""``manage.py run``, for real: own folder, own port, own processes."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection

PATIENCE = 240  # seconds, on a busy machine
CHILDREN = ["granian", "run_worker"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def database_url():
    """An empty database beside the one of the tests, of the same kind."""
    if connection.vendor == "sqlite":
        yield ""
        return
    url = urlsplit(os.environ["TEST_DATABASE_URL"])
    name = f"run_{os.getpid()}"
    with psycopg.connect(
        url._replace(scheme="postgresql").geturl(), autocommit=True
    ) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        yield url._replace(path=f"/{name}").geturl()
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def static_root(tmp_path_factory):
    """Collected once: what changes nothing is not done again."""
    return tmp_path_factory.mktemp("static")


@pytest.fixture
def environment(tmp_path, database_url, static_root):
    port = free_port()
    return os.environ | {
        "DATA_DIR": str(tmp_path / "data"),
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "wipoconv.settings",
        "PORT": str(port),
        "SITE_URL": f"http://localhost:{port}",
        "SECRET_KEY": "",
        "STATIC_ROOT": str(static_root),
    }


def manage(environment, *arguments):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def running(environment, folder):
    """Start the site; yield its process and its lines once it says where it is."""
    with (folder / "lines").open("w+") as lines:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "run"],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=lines,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
        try:
            yield process, wait_for_lines(process, folder / "lines")
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            process.wait(30)


def wait_for_lines(process, path):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        lines = path.read_text().splitlines()
        if any(line.startswith("Outgoing mail:") for line in lines):
            return lines
        time.sleep(0.1)
    raise AssertionError(path.read_text())


def get(environment, path):
    port = int(environment["PORT"])
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as http:
        http.request("GET", path, headers={"Host": f"localhost:{port}"})
        answer = http.getresponse()
        return answer.status, answer.read().decode()


def processes():
    """Map every living process to its parent, its group and its command."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent, group = stat.read_text().rpartition(")")[2].split()[:3]
            command = (stat.parent / "cmdline").read_text()
        except OSError:
            continue
        if state != "Z":  # ended, but nobody has asked for its exit code
            found[int(stat.parent.name)] = int(parent), int(group), command
    return found


def children(process):
    """Map what the site consists of to its process; each leads a group."""
    return {
        name: pid
        for pid, (parent, _group, command) in processes().items()
        for name in CHILDREN
        if parent == process.pid and name in command
    }


def is_alive(leader):
    """Say whether anybody of this group is left."""
    return any(group == leader for _parent, group, _command in processes().values())


def rows(environment):
    """Dump what the site holds, without what passes by itself."""
    dump = manage(environment, "dumpdata", "conversation", "participants", "auth.user")
    assert dump.returncode == 0, dump.stderr
    return dump.stdout


def test_first_run_shows_the_site_and_says_where_it_is(environment, tmp_path):
    port = environment["PORT"]

    with running(environment, tmp_path) as (_process, lines):
        status, page = get(environment, "/en/")
        _status, sessions = get(environment, "/en/sessions/")

    assert status == 200
    assert "Demonstration session" in page
    assert "9-" in sessions
    account, *where = lines
    assert account.startswith("Staff account: staff, password ")
    assert where == [
        f"Site:          http://localhost:{port}/",
        f"Admin:         http://localhost:{port}/admin/",
        f"Outgoing mail: {environment['DATA_DIR']}/mail",
    ]


def test_second_run_changes_nothing(environment, tmp_path):
    with running(environment, tmp_path):
        before = rows(environment)

    with running(environment, tmp_path) as (_process, lines):
        after = rows(environment)

    assert before.count('"conversation.session"') == 13
    assert after == before
    assert len(lines) == 3


@pytest.mark.looks
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=str)
def test_a_signal_stops_everything_within_seconds(environment, tmp_path, number):
    with running(environment, tmp_path) as (process, _lines):
        started = children(process)
        process.send_signal(number)
        code = process.wait(15)

    assert sorted(started) == sorted(CHILDREN)
    assert code == 0
    assert not any(map(is_alive, started.values()))


@pytest.mark.looks
@pytest.mark.parametrize("victim", CHILDREN)
def test_when_one_dies_the_other_is_stopped(environment, tmp_path, victim):
    with running(environment, tmp_path) as (process, _lines):
        started = children(process)
        os.kill(started[victim], signal.SIGKILL)
        code = process.wait(15)

    assert code != 0
    assert not any(map(is_alive, started.values()))
    assert "has ended by itself" in (tmp_path / "lines").read_text()


def test_a_taken_port_is_named(environment):
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(environment["PORT"])))
        other.listen()
        run = manage(environment, "run")

    assert run.returncode != 0
    assert run.stderr.startswith(
        f"CommandError: Port {environment['PORT']} is not free"
    )


def test_a_database_that_takes_no_part_is_named(environment):
    nobody = f"postgres://nobody@127.0.0.1:{free_port()}/nothing"
    run = manage(environment | {"DATABASE_URL": nobody}, "run")

    assert run.returncode != 0
    assert run.stderr.startswith("CommandError: The database does not take part")
