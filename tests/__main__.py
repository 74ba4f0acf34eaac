"""Run the whole suite: on SQLite, then on PostgreSQL; say what is left out.

``python -m tests [pytest's options]``. With CI=true nothing may be left out. With
``--cov`` branch coverage of the run on SQLite must reach the limit in pyproject.toml;
it is asked for before a release, since it makes that run half as long again.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple

from . import machine, postgresql


class Run(NamedTuple):
    """One run of the suite and how it went."""

    database: str
    code: int
    seconds: float

    def __str__(self) -> str:
        verdict = "passed" if self.code == 0 else f"FAILED (exit code {self.code})"
        return f"{self.database:12} {verdict} in {self.seconds:.0f} s"


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    in_ci = os.environ.get("CI") == "true"
    server = postgresql_server()
    left_out = what_is_left_out(server)
    if in_ci and left_out:
        print("\n".join(left_out))
        print("CI=true: nothing may be left out.")
        return 2
    cov = "--cov" in arguments
    options = [option for option in arguments if option != "--cov"]
    try:
        runs = run_everywhere(options, server, cov=cov)
    except KeyboardInterrupt:
        return 130
    covered = not cov or coverage_suffices()
    print("\n".join(["", *map(str, runs), *left_out]))
    if not covered:
        print("Coverage is too low.")
    return int(not covered or any(run.code for run in runs))


def postgresql_server() -> AbstractContextManager[str] | None:
    """Return a way to a server: one that is reachable, else one of our own."""
    for variable in ["TEST_DATABASE_URL", "DATABASE_URL"]:
        url = os.environ.get(variable, "")
        if postgresql.reaches(url):
            return nullcontext(url)
    programs = machine.postgresql_bin()
    return postgresql.temporary_cluster(programs) if programs else None


def what_is_left_out(server: AbstractContextManager[str] | None) -> list[str]:
    """Say in one line each what is not tested here, and what would change that."""
    lines = [
        f"Left out: {program.left_out}; {program.install}"
        for program in machine.PROGRAMS
        if not program.path()
    ]
    if server is None:
        lines.append(f"Left out: PostgreSQL; {machine.POSTGRESQL_INSTALL}")
    return lines


def run_everywhere(
    options: list[str], server: AbstractContextManager[str] | None, *, cov: bool
) -> list[Run]:
    measured = ["--cov", "--cov-report=", "--cov-fail-under=0"] if cov else []
    runs = [run_pytest("SQLite", "", [*measured, *options])]
    if server is not None:
        with server as url:
            runs.append(run_pytest("PostgreSQL", url, options))
    return runs


def run_pytest(database: str, url: str, options: list[str]) -> Run:
    """Run pytest in a process of its own, and in a folder that goes with it."""
    print(f"\n{database}", flush=True)
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(
        prefix="wipoconv-", ignore_cleanup_errors=True
    ) as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", "-q", "--numprocesses=auto", *options],
            env=os.environ | {"TEST_DATABASE_URL": url, "TMPDIR": folder},
        )
        code = wait(process)
    return Run(database, code, time.monotonic() - begin)


def wait(process: "subprocess.Popen[bytes]") -> int:
    """Wait for the end; at Ctrl-C let pytest, which got it too, tidy up first."""
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
        raise


def coverage_suffices() -> bool:
    report = [sys.executable, "-m", "coverage", "report"]
    return subprocess.run(report, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
