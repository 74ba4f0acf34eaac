"""What work costs: CPU of processes with all their children, memory, time. Linux."""

import time
from collections.abc import Callable
from os import sysconf
from pathlib import Path
from typing import NamedTuple

TICKS = sysconf("SC_CLK_TCK")  # of /proc, a second
WHOLE_PROCESS = 2  # the kernel's CPUCLOCK_SCHED: every thread, in nanoseconds
RESET_PEAK = "5"  # written to /proc/self/clear_refs, see proc(5)


class Cost(NamedTuple):
    """Seconds of CPU, user and system, and of the clock on the wall."""

    cpu: float
    wall: float

    def __add__(self, other: object) -> "Cost":
        """Add up two parts of the same work."""
        if not isinstance(other, Cost):
            return NotImplemented
        return Cost(self.cpu + other.cpu, self.wall + other.wall)

    def per(self, units: int) -> "Cost":
        return Cost(self.cpu / units, self.wall / units)


class Process(NamedTuple):
    """What /proc says of a process."""

    parent: int
    reaped: float  # seconds of CPU of children that have ended and were waited for


def cost_of(work: Callable[[], object], roots: list[int]) -> Cost:
    """Do the work; say what these processes and their children spent meanwhile."""
    cpu, wall = cpu_seconds(roots), time.perf_counter()
    work()
    wall = time.perf_counter() - wall
    return Cost(cpu_seconds(roots) - cpu, wall)


def cpu_seconds(roots: list[int]) -> float:
    """Sum the CPU of these processes and of all their children, ended ones too."""
    processes = _processes()
    family = set(roots)
    found = family
    while found:
        found = {pid for pid, known in processes.items() if known.parent in found}
        family |= found
    return sum(_living(pid) + processes[pid].reaped for pid in family & set(processes))


def parent_of(pid: int) -> int:
    """Return the process that started this one."""
    return _processes()[pid].parent


def _processes() -> dict[int, Process]:
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        reaped = (int(fields[13]) + int(fields[14])) / TICKS
        found[int(folder.name)] = Process(int(fields[1]), reaped)
    return found


def _living(pid: int) -> float:
    try:
        return time.clock_gettime(~pid << 3 | WHOLE_PROCESS)
    except OSError:
        return 0.0


def memory_growth(work: Callable[[], object]) -> float:
    """Do the work; say by how many MB this process was larger at its largest."""
    Path("/proc/self/clear_refs").write_text(RESET_PEAK)
    before = _memory("VmRSS")
    work()
    return _memory("VmHWM") - before


def cost_and_growth(work: Callable[[], object], roots: list[int]) -> tuple[Cost, float]:
    """Do the work once; say what it cost and by how many MB this process grew."""
    costs: list[Cost] = []
    growth = memory_growth(lambda: costs.append(cost_of(work, roots)))
    return costs[0], growth


def _memory(what: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    kilobytes = next(line.split()[1] for line in lines if line.startswith(what))
    return int(kilobytes) / 1024
