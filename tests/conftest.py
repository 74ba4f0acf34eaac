"""What holds for every test."""

import os
import shutil
from itertools import count

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import translation

from tests import factories
from tests.machine import PROGRAMS


def pytest_configure():
    settings.DATA_DIR.mkdir(mode=0o700)


def pytest_unconfigure():
    shutil.rmtree(settings.DATA_DIR, ignore_errors=True)


def pytest_collection_modifyitems(config, items):
    """Leave out the tests whose program this machine lacks."""
    missing = {program.marker for program in PROGRAMS if not program.path()}
    if os.environ.get("TEST_DATABASE_URL"):
        missing.add("looks")  # no database changes them: the run on SQLite judges
    left_out = [
        item for item in items if missing & {m.name for m in item.iter_markers()}
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """With CI=true a skipped test is a failed run: nothing may be left out."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") != "true" or reporter is None:
        return
    if reporter.stats.get("skipped") and not hasattr(session.config, "workerinput"):
        reporter.write_line("CI=true: no test may be skipped.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """End what still talks to the test database, so that PostgreSQL lets it go.

    A thread or a process that a test has stopped may close its connection late.
    """
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True)
def _no_language_left():
    """Forget the language of the last page that the test before has read.

    A request leaves its language active in its thread; rows made then would have
    their texts in that language.
    """
    translation.deactivate()


@pytest.fixture(autouse=True)
def nothing_counted():
    """Forget how often anybody asked: limits hold for an hour, tests do not."""
    cache.clear()


@pytest.fixture(autouse=True)
def sessions_numbered_anew():
    """Number made sessions from the same one on: beyond 200 they have no ornament."""
    factories.counters.session = count(factories.FIRST_SESSION)
