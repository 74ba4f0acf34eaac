"""Measure the site against the targets of its design; print one table.

Everything runs on servers of its own, which are gone afterwards.
"""

import argparse
import os
import platform
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from secrets import token_urlsafe
from tempfile import TemporaryDirectory

import django
from django.core.management import call_command
from django.db import connection, connections

from tests import machine, postgresql

from .bench import QUICK, Bench, Size, middle
from .browser import CouldNotMeasure
from .child import own_stdout
from .cost import parent_of
from .servers import CACHED, EMPTY, SITE, free_port, serving
from .table import COULD_NOT, Row, markdown, milliseconds

BASE_DIR = Path(__file__).parent.parent
ROUNDS, QUICK_ROUNDS = 7, 3
ROWS, QUICK_ROWS = 100_000, 5_000

# Which module measures what, and what it is told.
WORKS = {
    "session_page": ["session_page"],
    "registration": ["registration"],
    "rush": ["rush"],
    "csv": ["exports", "csv"],
    "xlsx": ["exports", "xlsx"],
    "json": ["exports", "json"],
    "imports": ["imports"],
    "staff_list": ["staff_list"],
}

# What is acknowledged is on the disk, as on a server that matters.
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}


def main(arguments: list[str]) -> int:
    """Return 0 whatever the figures say; else nothing could be said, or it broke."""
    options = parse(arguments)
    programs = machine.postgresql_bin()
    if programs is None:
        print(f"PostgreSQL is missing: {machine.POSTGRESQL_INSTALL}")
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    postgresql.SETTINGS |= DURABLE
    out = own_stdout()
    try:
        with postgresql.temporary_cluster(programs) as url, environment(url):
            rows, text = run(options)
    except KeyboardInterrupt:
        return 130
    print(text, file=out, flush=True)
    if options.output:
        options.output.write_text(f"{text}\n", encoding="utf-8")
    return int(any(row.is_broken for row in rows))


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the options; a quick run has smaller defaults."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only to see that it runs")
    parser.add_argument("--rounds", type=int, help=f"{ROUNDS} by default")
    parser.add_argument("--rows", type=int, help=f"of exports, {ROWS:,} by default")
    parser.add_argument("--output", type=Path, help="a Markdown file for the table")
    parser.add_argument("--only", type=names, default=list(WORKS), help=",".join(WORKS))
    options = parser.parse_args(arguments)
    options.rounds = options.rounds or (QUICK_ROUNDS if options.quick else ROUNDS)
    options.rows = options.rows or (QUICK_ROWS if options.quick else ROWS)
    return options


def names(text: str) -> list[str]:
    """Split a list of works, as argparse asks."""
    found = text.split(",")
    if unknown := set(found) - set(WORKS):
        raise argparse.ArgumentTypeError(f"there is no {', '.join(sorted(unknown))}")
    return found


@contextmanager
def environment(database: str) -> Iterator[None]:
    """Set up Django as on a server, with a folder that goes afterwards."""
    example = (BASE_DIR / ".env.example").read_text(encoding="utf-8")
    for name in re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE):
        os.environ.pop(name, None)
    port = str(free_port())
    with TemporaryDirectory(prefix="wipoconv-bench-") as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "wipoconv.settings",
            "ENV_FILE": os.devnull,
            "DATA_DIR": folder,
            "DATABASE_URL": database,
            "SECRET_KEY": token_urlsafe(50),
            "PORT": port,
            "SITE_URL": f"http://localhost:{port}",
            "PAGE_CACHE_MB": "0",  # but see cached.py
            "FORM_SECONDS": "0",  # its people are as quick as robots
        }
        django.setup()
        try:
            yield
        finally:
            connections.close_all()


def run(options: argparse.Namespace) -> tuple[list[Row], str]:
    """Measure what is wanted; return the rows and all that is to be told."""
    call_command("prepare", verbosity=0)
    begin = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    with serving(SITE, EMPTY, CACHED) as [site, empty, cached]:
        bench = Bench(
            rounds=options.rounds,
            rows=options.rows,
            size=QUICK if options.quick else Size(),
            site=site,
            empty=empty,
            cached=cached,
            postmaster=_postmaster(),
        )
        rows = [row for name in options.only for row in _measured(bench, name)]
    lines = [f"{begin}, {machine_line()}", _yardstick(bench), "", markdown(rows)]
    return rows, "\n".join(lines)


def _measured(bench: Bench, name: str) -> list[Row]:
    print(f"{name} …", file=sys.stderr, flush=True)
    module, *told = WORKS[name]
    try:
        rows: list[Row] = import_module(f".{module}", __package__).measure(bench, *told)
    except CouldNotMeasure as error:
        return [Row(name, verdict=f"{COULD_NOT}: {error}", is_broken=True)]
    return rows


def _postmaster() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return parent_of(cursor.fetchone()[0])


def machine_line() -> str:
    """Say what all was measured on."""
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        database = cursor.fetchone()[0].split()[0]
    return (
        f"{os.cpu_count()} cores{f' of {cpu[1]}' if cpu else ''}, load "
        f"{os.getloadavg()[1]:.1f} in the last 5 minutes; Python "
        f"{platform.python_version()}, Django {django.__version__}, "
        f"PostgreSQL {database}"
    )


def _yardstick(bench: Bench) -> str:
    """Say what R was; exports alone do not need it."""
    if not bench.empty_costs:
        return "R was not measured."
    middling, costs = middle(bench.empty_costs), sorted(bench.empty_costs)
    return (
        f"R, an empty view: {milliseconds(middling.cpu)} CPU "
        f"({milliseconds(costs[0].cpu)} to {milliseconds(costs[-1].cpu)}), "
        f"{milliseconds(middling.wall)} wall; medians of {bench.rounds} rounds"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
