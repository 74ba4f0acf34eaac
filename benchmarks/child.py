"""Work in a process of its own: ``python -m benchmarks.child MODULE ARGUMENTS``."""

import json
import os
import signal
import subprocess
import sys
from importlib import import_module
from typing import Any, TextIO

import django

from .browser import CouldNotMeasure

GRACE = 20  # seconds for a child to stop its servers


def run_child(module: str, *arguments: str, **environment: str) -> Any:
    """Let ``in_child`` of a module work, wherever it may be stopped; return its answer.

    Raises CouldNotMeasure when the child fails; it has said why.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.child", module, *arguments],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        process_group=0,  # Ctrl-C comes once, from here
        text=True,
    )
    try:
        answer, _nothing = process.communicate()
    except BaseException:
        process.terminate()
        process.wait(GRACE)
        raise
    if process.returncode:
        raise CouldNotMeasure(f"{module} ended with exit code {process.returncode}")
    return json.loads(answer)


def main(module: str, *arguments: str) -> None:
    """Print what ``in_child`` of a module of this package returns."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with own_stdout() as answer:
        django.setup()
        answer.write(import_module(f".{module}", __package__).in_child(*arguments))


def processes_of(postmaster: str) -> list[int]:
    """Return what works in a child: itself, and PostgreSQL unless that is 0."""
    return [os.getpid(), *filter(None, [int(postmaster)])]


def own_stdout() -> TextIO:
    """Keep standard output for ourselves; servers then print to standard error."""
    own = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return own


if __name__ == "__main__":
    main(*sys.argv[1:])
