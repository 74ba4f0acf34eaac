"""The servers that are measured: started as `make run` starts them, without worker."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.conf import settings

from wipoconv.management.commands.run import (
    HOST,
    collect_static_files,
    commands,
    running,
    wait_for_site,
)

SITE = "wipoconv.wsgi:application"
EMPTY = "benchmarks.empty:application"
CACHED = "benchmarks.cached:application"


class Server(NamedTuple):
    """A web server: where it listens, and its first process."""

    port: int
    pid: int


@contextmanager
def serving(*applications: str) -> Iterator[list[Server]]:
    """Run one web server per application; the site itself listens at settings.PORT."""
    collect_static_files()
    ports = [settings.PORT if app == SITE else free_port() for app in applications]
    programs = {
        app: [*commands(port)["web server"][:-1], app]
        for app, port in zip(applications, ports, strict=True)
    }
    with running(programs) as children:
        for port in ports:
            wait_for_site(children, port)
        pids = [child.pid for child in children.values()]
        yield [Server(*pair) for pair in zip(ports, pids, strict=True)]


def free_port() -> int:
    """Return a port where nobody listens just now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
