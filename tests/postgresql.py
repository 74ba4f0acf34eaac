"""A PostgreSQL server for one run of the tests, gone afterwards."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

PATIENCE = 30  # seconds for the server to start
MAX_CONNECTIONS = 300
SETTINGS = {
    "listen_addresses": "",
    "max_connections": str(MAX_CONNECTIONS),
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
}


@contextmanager
def temporary_cluster(programs: Path) -> Iterator[str]:
    """Yield the address of a fresh server, which only a socket leads to."""
    # In /tmp, since the path of a socket must be short.
    folder = Path(tempfile.mkdtemp(prefix="wipoconv-pg-", dir="/tmp"))
    account = _account(folder)
    try:
        _initialise(programs, folder, account)
        server = _start(programs, folder, account)
        try:
            yield _when_ready(folder, server)
        finally:
            server.terminate()
            _end(server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def reaches(url: str) -> bool:
    """Say whether a PostgreSQL server answers at this address."""
    if not url.startswith(("postgres://", "postgresql://", "psql://", "pgsql://")):
        return False
    try:
        psycopg.connect(_libpq(url), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _libpq(url: str) -> str:
    """Spell the scheme as PostgreSQL's own library knows it."""
    return "postgresql://" + url.partition("://")[2]


def _account(folder: Path) -> dict[str, Any]:
    """Return how to start a program as somebody whom PostgreSQL accepts: not root."""
    if os.geteuid() != 0:
        return {}
    shutil.chown(folder, "postgres", "postgres")
    return {"user": "postgres", "group": "postgres", "extra_groups": []}


def _initialise(programs: Path, folder: Path, account: dict[str, Any]) -> None:
    options = ["--auth=trust", "--username=postgres", "--encoding=UTF8"]
    options += ["--locale=C.UTF-8", "--no-sync", f"--pgdata={folder / 'data'}"]
    subprocess.run(
        [programs / "initdb", *options],
        check=True,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        **account,
    )


def _start(
    programs: Path, folder: Path, account: dict[str, Any]
) -> "subprocess.Popen[bytes]":
    options = [part for item in SETTINGS.items() for part in ("-c", "=".join(item))]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [programs / "postgres", "-D", folder / "data", "-k", folder, *options],
            cwd=folder,
            stdout=log,
            stderr=log,
            process_group=0,  # Ctrl-C is for the tests, which still need it then
            **account,
        )


def _when_ready(folder: Path, server: "subprocess.Popen[bytes]") -> str:
    url = f"postgres://postgres@/postgres?host={folder}"
    deadline = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < deadline:
        if reaches(url):
            return url
        time.sleep(0.1)
    raise RuntimeError((folder / "log").read_text(encoding="utf-8"))


def _end(server: "subprocess.Popen[bytes]") -> None:
    """Wait for the server's end; connections that are left do not delay it for long."""
    try:
        server.wait(5)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
