"""Exports of many registrations, against reading and writing the same without care."""

import csv
import json
from collections.abc import Callable, Iterator
from functools import partial
from operator import itemgetter
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.db.models import QuerySet
from rustpy_xlsxwriter import FastExcel

from participants import demo
from participants.exports import write_csv, write_json, write_xlsx
from participants.exports.columns import BATCH, COLUMNS, fields_of, headers
from participants.models import Registration
from sessions.models import Session

from . import data
from .bench import Bench
from .browser import CouldNotMeasure
from .child import processes_of, run_child
from .cost import Cost, cost_of, memory_growth
from .table import Row, judge, milliseconds

MOST = {"csv": 1.35, "xlsx": 1.25, "json": 1.35}  # times the reference
MEGABYTES = {"csv": 40, "xlsx": 50, "json": 40}
REFERENCE = {
    "csv": "values_list and csv",
    "xlsx": "values_list and rustpy-xlsxwriter",
    "json": "values_list and json",
}
FIELDS = fields_of(COLUMNS)

Writer = Callable[[QuerySet[Registration], Path], int | None]


def measure(bench: Bench, kind: str) -> list[Row]:
    """Measure the export of one format, on both databases."""
    return [_row(bench, kind, *database) for database in bench.databases("exports.db")]


def _row(bench: Bench, kind: str, database: str, url: str, postmaster: int) -> Row:
    ask = partial(run_child, "exports", DATABASE_URL=url)
    session: int = ask("session", str(bench.rows))
    arguments = (kind, str(session), str(postmaster))
    found: dict[str, Any] = ask("costs", *arguments, str(bench.rounds))
    megabytes: float = ask("memory", *arguments)
    cost, ratio = Cost(*found["cost"]), found["ratio"]
    return Row(
        work=f"{kind.upper()}, {bench.rows:,} × {len(COLUMNS)} columns, {database}",
        figure=f"{milliseconds(cost.cpu)} CPU, {megabytes:+.0f} MB",
        ratio=f"{ratio:.2f} × {REFERENCE[kind]} ({milliseconds(found['reference'])})",
        target=f"≤ {MOST[kind]} ×, < {MEGABYTES[kind]} MB",
        verdict=judge(ratio=ratio <= MOST[kind], memory=megabytes < MEGABYTES[kind]),
        wall=milliseconds(cost.wall),
        rate=f"{bench.rows / cost.wall:,.0f} rows",
    )


def _session_with(rows: int) -> Session:
    """Fill a session, or take the one that another export was measured with."""
    for session in Session.objects.filter(slug__endswith="-measured"):
        if session.registrations.filter(is_demonstration=True).count() == rows:
            return session
    call_command("prepare", verbosity=0)
    session = data.open_session()
    demo.make_registrations(session, count=rows, seed=1)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("ANALYZE")
    return session


def in_child(what: str, *told: str) -> str:
    """Return, as JSON, the session to export, what it costs or how memory grows."""
    if what == "session":
        call_command("migrate", verbosity=0)
        return json.dumps(_session_with(int(*told)).pk)
    return _measured(what, *told)


def _measured(what: str, kind: str, key: str, postmaster: str, *more: str) -> str:
    """Return, as JSON, the medians of the costs or the growth of memory in MB."""
    rows = Session.objects.get(pk=key).registrations.order_by("-pk")
    count = rows.count()
    with TemporaryDirectory(prefix="wipoconv-export-") as folder:
        path = Path(folder, f"rows.{kind}")
        write = partial(_checked, EXPORTS[kind], rows, path, count)
        if what == "memory":
            return json.dumps(memory_growth(write))
        reference = partial(_checked, REFERENCES[kind], rows, path, count)
        processes = processes_of(postmaster)
        return json.dumps(_alternate(write, reference, processes, int(*more)))


def _alternate(
    write: Callable[[], None],
    reference: Callable[[], None],
    processes: list[int],
    rounds: int,
) -> dict[str, Any]:
    pairs = [
        (cost_of(reference, processes), cost_of(write, processes))
        for _ in range(rounds)
    ]
    return {
        "ratio": median(cost.cpu / base.cpu for base, cost in pairs),
        "reference": median(base.cpu for base, _cost in pairs),
        "cost": [
            median(cost.cpu for _base, cost in pairs),
            median(cost.wall for _base, cost in pairs),
        ],
    }


def _checked(
    write: Writer, rows: QuerySet[Registration], path: Path, count: int
) -> None:
    written = write(rows.all(), path)
    if written not in {None, count} or not path.stat().st_size:
        raise CouldNotMeasure(f"{written} rows were written, not {count}")


def _csv(rows: QuerySet[Registration], path: Path) -> int:
    with path.open("w", encoding="utf-8", newline="") as file:
        return write_csv(rows, file)


def _xlsx(rows: QuerySet[Registration], path: Path) -> int:
    with path.open("wb") as file:
        return write_xlsx(rows, file)


def _json(rows: QuerySet[Registration], path: Path) -> int:
    with path.open("w", encoding="utf-8", newline="") as file:
        return write_json(rows, file)


def _values(rows: QuerySet[Registration]) -> Iterator[tuple[Any, ...]]:
    """Read what the export reads, in its columns: one field stands in two of them."""
    columns = itemgetter(*[FIELDS.index(column.field) for column in COLUMNS])
    return map(columns, rows.values_list(*FIELDS).iterator(chunk_size=BATCH))


def _reference_csv(rows: QuerySet[Registration], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headers())
        writer.writerows(_values(rows))


def _reference_xlsx(rows: QuerySet[Registration], path: Path) -> None:
    """Write with the fastest writer that takes texts as texts (design, section 6)."""
    names = headers()
    moment = names[-1]

    def records() -> Iterator[dict[str, Any]]:
        for row in _values(rows):
            record = dict(zip(names, row, strict=True))
            record[moment] = record[moment].replace(tzinfo=None)
            yield record

    FastExcel(path).format(datetime_format="yyyy-mm-dd hh:mm").sheet(
        "Reference", records()
    ).save()


def _reference_json(rows: QuerySet[Registration], path: Path) -> None:
    """Write a line for each row: a list of all of them would need all the memory."""
    names = headers()
    moment = names[-1]
    with path.open("w", encoding="utf-8") as file:
        for row in _values(rows):
            record = dict(zip(names, row, strict=True))
            record[moment] = record[moment].isoformat()
            file.write(json.dumps(record, ensure_ascii=False))
            file.write(",\n")


EXPORTS: dict[str, Writer] = {"csv": _csv, "xlsx": _xlsx, "json": _json}
REFERENCES: dict[str, Writer] = {
    "csv": _reference_csv,
    "xlsx": _reference_xlsx,
    "json": _reference_json,
}
