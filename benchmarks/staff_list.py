"""The list of registrations at a million rows, against the same pages at a thousand.

Each size has a database of its own; a process of its own asks for the pages.
"""

import json
import os
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from participants import demo
from participants.models import Participant, Registration, Status
from sessions.models import Session

from . import bulk, data
from .bench import Bench
from .browser import HTTP_OK, CouldNotMeasure
from .child import run_child
from .cost import cost_of
from .table import Row, judge, milliseconds, number

SMALL, LARGE = 1_000, 1_000_000
SESSIONS = 10
SEED = 10_000  # invented one by one; the rest are copies with names of their own
MOST = 2.0  # times the page at a thousand rows
SURNAME = "Zzyzx"  # one person has it
COMMON = "Demo-Müller"
PAGES = 20  # of each kind a round


def measure(bench: Bench) -> list[Row]:
    """Measure each page at both sizes, and what is done to many at the large one."""
    large = LARGE if bench.rows >= SEED else SMALL * 10  # a quick run has fewer rows
    found = [_ask(bench, size) for size in (SMALL, large)]
    small, big = found
    rows = [_row(name, large, small[name], big[name]) for name in big["pages"]]
    return [*rows, *bulk.rows(large, big["bulk"])]


def _ask(bench: Bench, size: int) -> dict[str, Any]:
    """Make a database of this size and let a child measure on it."""
    name = f"staff_list_{size}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    url = os.environ["DATABASE_URL"].replace("/postgres?", f"/{name}?")
    arguments = (str(size), str(bench.postmaster), str(bench.rounds))
    answer: dict[str, Any] = run_child("staff_list", *arguments, DATABASE_URL=url)
    answer |= answer["pages"]
    return answer


def _row(page: str, size: int, small: Any, big: Any) -> Row:
    ratio = big["cpu"] / small["cpu"]
    return Row(
        work=f"staff list, {size:,} rows: {page}",
        figure=f"{milliseconds(big['cpu'])} CPU, {big['queries']} queries",
        ratio=f"{ratio:.2f} × at {SMALL:,} rows ({milliseconds(small['cpu'])})",
        target=f"≤ {MOST:g} ×",
        verdict=judge(ratio=ratio <= MOST),
        wall=milliseconds(big["wall"]),
        rate=number(1 / big["wall"]),
    )


def in_child(size: str, postmaster: str, rounds: str) -> str:
    """Fill the database and return what each page costs, as JSON."""
    call_command("prepare", verbosity=0)
    settings.ALLOWED_HOSTS = ["*"]
    session = fill(int(size))
    client = Client()
    client.force_login(User.objects.create_superuser("measured"))
    processes = [os.getpid(), *([int(postmaster)] if int(postmaster) else [])]
    pages = {
        name: _cost(partial(_get, client, query), processes, int(rounds))
        for name, query in queries(session).items()
    }
    done = bulk.costs(client, session, processes) if int(size) > SMALL else None
    return json.dumps({"pages": pages, "bulk": done})


def queries(session: Session) -> dict[str, dict[str, Any]]:
    """Name the pages: what stands behind the list's address."""
    return {
        "first page": {},
        "filter by session": {"session__id__exact": session.pk},
        "filter by session and state": {
            "session__id__exact": session.pk,
            "status__exact": Status.PENDING.value,
        },
        "search of a rare surname": {"q": SURNAME},
        "search of a common surname": {"q": COMMON},
    }


def fill(size: int) -> Session:
    """Spread ``size`` registrations over ten sessions; return the last of these."""
    sessions = [
        data.open_session(capacity_in_person=None, capacity_online=None)
        for _n in range(SESSIONS)
    ]
    seed = min(size, SEED) // SESSIONS
    for session in sessions:
        demo.make_registrations(session, count=seed, seed=1)
    rows = Registration.objects.filter(session__in=sessions)
    for copy in range(1, size // (seed * SESSIONS)):
        _copy(copy)
    one = rows.latest("pk")
    one.family_name, one.given_name = SURNAME, "Demo"
    one.save()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("ANALYZE")
    return sessions[-1]


def _copy(number: int) -> None:
    """Copy the seed once more, as other people: numbers, codes and surnames differ."""
    people = {
        "id": f"id + {number} * {10 * SEED}",
        "email_key": f"'{number}-' || email_key",
        "person_key": RANDOM_KEY[connection.vendor],
    }
    rows = {
        "id": f"id + {number} * {10 * SEED}",
        "participant_id": f"participant_id + {number} * {10 * SEED}",
        "code": RANDOM_CODE[connection.vendor],
        "family_name": f"substr(family_name || '-{number}', 1, 100)",
        "search_key": f"search_key || ' name{number}'",
    }
    _insert(Participant, people)
    _insert(Registration, rows)


RANDOM_KEY = {
    "postgresql": "gen_random_uuid()",
    "sqlite": "lower(hex(randomblob(16)))",
}
RANDOM_CODE = {
    "postgresql": "substr(replace(gen_random_uuid()::text, '-', ''), 1, 22)",
    "sqlite": "lower(hex(randomblob(11)))",
}


def _insert(model: type[Participant | Registration], changed: dict[str, str]) -> None:
    """Insert copies of the seed, some columns computed."""
    columns = [field.column for field in model._meta.concrete_fields]  # noqa: SLF001
    values = ", ".join(changed.get(column, column) for column in columns)
    table = model._meta.db_table  # noqa: SLF001
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) "
            f"SELECT {values} FROM {table} WHERE id < {10 * SEED}"
        )


def _get(client: Client, query: dict[str, Any]) -> HttpResponse:
    url = f"{reverse('admin:participants_registration_changelist')}?{urlencode(query)}"
    response = client.get(url)
    if response.status_code != HTTP_OK or b'id="result_list"' not in response.content:
        raise CouldNotMeasure(f"the list answered {response.status_code}")
    return response  # type: ignore[return-value]


def _cost(
    ask: Callable[[], object], processes: list[int], rounds: int
) -> dict[str, float]:
    ask()
    with CaptureQueriesContext(connection) as captured:
        ask()
    count = len(captured)  # the next request forgets them
    costs = [
        cost_of(lambda: [ask() for _ in range(PAGES)], processes).per(PAGES)
        for _round in range(rounds)
    ]
    return {
        "cpu": median(cost.cpu for cost in costs),
        "wall": median(cost.wall for cost in costs),
        "queries": count,
    }
