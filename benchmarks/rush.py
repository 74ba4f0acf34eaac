"""400 people confirm at once; there are 100 places. On both databases."""

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Barrier
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.urls import reverse

from participants.models import Status
from sessions.models import Session

from . import data
from .bench import Bench
from .browser import HTTP_FOUND, Browser
from .child import run_child
from .cost import cost_of
from .servers import SITE, free_port, serving
from .table import Row, judge, milliseconds, number

PEOPLE = 400
PLACES = 100
TIMES = 3  # the worst counts
MOST = 5  # seconds, 99 of 100 wait no longer
NO_ANSWER = 599  # stands for a connection that broke


def measure(bench: Bench) -> list[Row]:
    """Rush on both databases, some times each."""
    times = min(TIMES, bench.rounds)
    with TemporaryDirectory(prefix="wipoconv-rush-") as folder:
        postgresql = os.environ["DATABASE_URL"], str(bench.postmaster)
        sqlite = f"sqlite:///{Path(folder, 'rush.db')}"
        return [
            _row("PostgreSQL", _rushes(times, *postgresql)),
            _row("SQLite", _rushes(times, sqlite)),
        ]


def _rushes(times: int, database: str, *postmaster: str) -> list[dict[str, Any]]:
    port = free_port()
    found: list[dict[str, Any]] = run_child(
        "rush",
        str(times),
        *postmaster,
        DATABASE_URL=database,
        PORT=str(port),
        SITE_URL=f"http://localhost:{port}",
    )
    return found


def _row(database: str, rushes: list[dict[str, Any]]) -> Row:
    confirmed = [rush["confirmed"] for rush in rushes]
    failed = sum(rush["failed"] for rush in rushes)
    slowest = max(rush["p99"] for rush in rushes)
    whole = median(rush["wall"] for rush in rushes)
    each = median(rush["cpu"] for rush in rushes)
    exact = all(rush["is_exact"] for rush in rushes)
    is_broken = not exact or failed > 0
    verdict = judge(
        exactly_100_in_order=exact, every_answer=not failed, p99=slowest < MOST
    )
    return Row(
        work=f"{PEOPLE} at once for {PLACES} places, {database}",
        figure=f"{', '.join(map(str, confirmed))} confirmed, {failed} failed, "
        f"p99 {milliseconds(slowest)}, {milliseconds(each)} CPU each",
        target=f"exactly {PLACES}, no 5xx, p99 < {MOST} s",
        verdict=f"BROKEN, {verdict}" if is_broken else verdict,
        wall=milliseconds(whole),
        rate=number(PEOPLE / whole),
        is_broken=is_broken,
    )


def in_child(times: str, *postmaster: str) -> str:
    """Rush so many times against a site of our own; return what happened as JSON."""
    call_command("prepare", verbosity=0)
    with serving(SITE) as [site]:
        processes = [site.pid, *map(int, postmaster)]
        return json.dumps([_rush(processes) for _ in range(int(times))])


def _rush(processes: list[int]) -> dict[str, Any]:
    session = data.open_session(capacity_in_person=PLACES)
    tokens = data.unverified(session, PEOPLE)
    start = Barrier(PEOPLE)
    answers: list[tuple[int, float]] = []

    def rush() -> None:
        with ThreadPoolExecutor(PEOPLE) as people:
            answers.extend(people.map(lambda token: _confirm(token, start), tokens))

    cost = cost_of(rush, processes)
    waits = sorted(seconds for _status, seconds in answers)
    return {
        "cpu": cost.cpu / PEOPLE,
        "wall": cost.wall,
        "p99": waits[int(len(waits) * 0.99)],
        "failed": sum(status != HTTP_FOUND for status, _seconds in answers),
        "confirmed": session.registrations.confirmed().count(),
        "is_exact": _is_exact(session),
    }


def _confirm(token: str, start: Barrier) -> tuple[int, float]:
    path = reverse("participants:confirm", args=[token])
    with Browser(settings.PORT) as visitor:
        start.wait()
        begin = time.perf_counter()
        try:
            status = visitor.post(path, {}).status
        except (HTTPException, OSError):
            status = NO_ANSWER
        return status, time.perf_counter() - begin


def _is_exact(session: Session) -> bool:
    """Say whether the first 100 have the places and all others wait."""
    rows = session.registrations.order_by("queued_at", "pk")
    states = list(rows.values_list("status", flat=True))
    waiting = PEOPLE - PLACES
    return states == [Status.CONFIRMED] * PLACES + [Status.WAITING] * waiting
