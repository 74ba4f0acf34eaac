"""Real web servers, each with pages of its own, on one database."""

import re
import subprocess
import time
from contextlib import contextmanager

import pytest
from django.conf import settings

from tests.test_run import (  # noqa: F401 (fixtures)
    database_url,
    environment,
    free_port,
    get,
    manage,
    static_root,
)
from wipoconv.management.commands import run

EDIT = """
import time
from sessions.models import Session
session = Session.objects.get(number=9)
session.title_en = "{words}"
session.save()
print(time.time())
"""
PAST_THE_MODEL = """
from sessions.models import Session
Session.objects.filter(number=9).update(title_en="{words}")
"""
PATH = re.compile(r"/en/sessions/9-[\w-]+/")
VISITS = 10  # on connections of their own, so that both workers of a server answer


@contextmanager
def serving(environment):  # noqa: F811
    """Run one web server with its workers, as `make run` starts it."""
    port = int(environment["PORT"])
    process = subprocess.Popen(
        run.commands(port)["web server"], cwd=settings.BASE_DIR, env=environment
    )
    try:
        run.wait_for_site({"web server": process}, port)
        yield
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture
def servers(environment):  # noqa: F811
    """Run two web servers; return how to reach each."""
    assert manage(environment, "prepare").returncode == 0
    assert manage(environment, "collectstatic", "--no-input", "-v0").returncode == 0
    other = environment | {"PORT": str(free_port())}
    with serving(environment), serving(other):
        yield environment, other


def titles(server, path):
    """Return what the workers of a server show as the heading of the page."""
    pages = [get(server, path)[1] for _ in range(VISITS)]
    return {re.search(r"<h1>(.*?)</h1>", page)[1] for page in pages}


def shell(environment, code):  # noqa: F811
    done = manage(environment, "shell", "--no-imports", "-c", code)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_edit_shows_within_a_second_in_every_process(servers):
    path = PATH.search(get(servers[0], "/en/sessions/")[1])[0]
    before = [titles(server, path) for server in servers]

    shell(servers[0], PAST_THE_MODEL.format(words="Unseen"))
    kept = [titles(server, path) for server in servers]
    edited_at = float(shell(servers[0], EDIT.format(words="Edited")))
    time.sleep(max(0, edited_at + 1 - time.time()))

    assert all(map(set.issubset, before, kept))  # else nothing is kept
    assert [titles(server, path) for server in servers] == [{"Edited"}] * 2
