"""Imports of participants: a file read, checked and written, on both databases."""

import json
from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import Any

from django.core.management import call_command
from django.db import connection

from participants import demo, exports, services
from participants.models import ImportJob, JobState, Registration

from . import data
from .bench import Bench
from .browser import CouldNotMeasure
from .child import processes_of, run_child
from .cost import Cost, cost_and_growth
from .table import Row, judge, milliseconds

SECONDS = 60  # of the clock, for 20,000 rows
ROWS = 20_000
FORMATS = ["csv", "xlsx"]
COLUMNS = [
    *("family_name", "given_name", "badge_name", "own_script_name", "organisation"),
    *("unit", "function", "city", "country_code", "email", "mode", "gender", "rank"),
    *("interpretation_language", "language", "form_of_address"),
    *("accessibility_needs", "staff_note", "created_at"),
]


def measure(bench: Bench) -> list[Row]:
    """Import a file of each format."""
    return [
        _row(bench, kind, *database)
        for database in bench.databases("imports.db")
        for kind in FORMATS
    ]


def _row(bench: Bench, kind: str, database: str, url: str, postmaster: int) -> Row:
    count = min(ROWS, bench.rows)
    told = (kind, str(count), str(postmaster))
    found: dict[str, Any] = run_child("imports", *told, DATABASE_URL=url)
    cost = Cost(found["cpu"], found["wall"])
    return Row(
        work=f"import of {count:,} × {len(COLUMNS)}, {kind.upper()}, {database}",
        figure=f"{milliseconds(cost.cpu)} CPU, {found['memory']:+.0f} MB",
        target=f"< {SECONDS} s",
        verdict=judge(seconds=cost.wall < SECONDS),
        wall=milliseconds(cost.wall),
        rate=f"{count / cost.wall:,.0f} rows",
    )


def in_child(kind: str, count: str, postmaster: str) -> str:
    """Make a file of invented people, import it; return what it cost as JSON."""
    call_command("migrate", verbosity=0)
    call_command("prepare", verbosity=0)
    content = _file(kind, int(count))
    work = partial(_import, content, kind, int(count))
    cost, memory = cost_and_growth(work, processes_of(postmaster))
    return json.dumps({"cpu": cost.cpu, "wall": cost.wall, "memory": memory})


def _file(kind: str, count: int) -> bytes:
    session = data.open_session()
    demo.make_registrations(session, count=count * 11 // 10, seed=1)
    people = Registration.objects.filter(session=session).exclude(email="")
    file = BytesIO()
    exports.write(kind, people[:count], file, exports.choose(COLUMNS))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return file.getvalue()


def _import(content: bytes, kind: str, count: int) -> None:
    """Do what staff and the worker do, one after the other."""
    session = data.open_session(capacity_in_person=None, capacity_online=None)
    job = services.start_import(
        content, kind="participants", file_name=kind, by=None, session=session
    )
    _work(job, services.queue_check)
    _work(job, partial(services.queue_write, only_good=True))
    told = services.import_counts(job)
    rows = session.registrations.count()
    if job.state != JobState.DONE or sum(told.values()) != count:
        raise CouldNotMeasure(f"{job.state}, {told}")
    if rows != told.get("written"):
        raise CouldNotMeasure(f"{rows} registrations were written, not {told}")


def _work(job: ImportJob, queue: Callable[[ImportJob], None]) -> None:
    queue(job)
    services.run_imports()
    job.refresh_from_db()
