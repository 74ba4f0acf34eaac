"""One run: what is set up for all works, and the rounds that alternate with R."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import NamedTuple

from .browser import HTTP_OK, Browser
from .cost import Cost, cost_of
from .servers import Server


@dataclass(frozen=True)
class Size:
    """How much is done at a time: R and the work take turns within a round too.

    A shared machine is faster in one second and slower in the next.
    """

    turns: int = 10  # of each in a round
    empty: int = 200  # requests of R
    pages: int = 6
    people: int = 2
    warm: int = 80  # requests before the first round: each thread meets the database


QUICK = Size(turns=2, pages=5, people=1, warm=20)


class Figures(NamedTuple):
    """Medians over the rounds, per unit of work."""

    cost: Cost
    ratio: float  # of CPU, to R of the same round


@dataclass
class Bench:
    """What every work needs to measure itself."""

    rounds: int
    rows: int
    size: Size
    site: Server
    empty: Server
    cached: Server
    postmaster: int
    empty_costs: list[Cost] = field(default_factory=list)

    @property
    def processes(self) -> list[int]:
        """All that works for the site: its web server and PostgreSQL."""
        return [self.site.pid, self.postmaster]

    def databases(self, file: str) -> list[tuple[str, str, int]]:
        """Return name, address and first process of PostgreSQL and of a SQLite file."""
        sqlite = Path(os.environ["DATA_DIR"], file)
        return [
            ("PostgreSQL", os.environ["DATABASE_URL"], self.postmaster),
            ("SQLite", f"sqlite:///{sqlite}", 0),
        ]

    def alternate(self, work: Callable[[], Cost], units: int) -> Figures:
        """Measure R and the work in turns; ``work`` does ``units`` at a time."""
        costs, ratios = [], []
        turns = self.size.turns
        with Browser(self.empty.port) as visitor:
            self._ask_empty(visitor)
            for _ in range(self.rounds):
                empty = cost = Cost(0, 0)
                for _turn in range(turns):
                    empty += self._ask_empty(visitor)
                    cost += work().per(units)
                self.empty_costs.append(empty.per(turns))
                costs.append(cost.per(turns))
                ratios.append(cost.cpu / empty.cpu)
        return Figures(middle(costs), median(ratios))

    def _ask_empty(self, visitor: Browser) -> Cost:
        """Measure R, per request."""

        def ask() -> None:
            for _ in range(self.size.empty):
                visitor.get("/").expect(HTTP_OK, "the empty view")

        return cost_of(ask, [self.empty.pid]).per(self.size.empty)

    def site_cost(self, work: Callable[[], object]) -> Cost:
        """Do the work; say what the site and PostgreSQL spent on it."""
        return cost_of(work, self.processes)

    def cached_cost(self, work: Callable[[], object]) -> Cost:
        """Do the work; say what the site behind its cache spent on it."""
        return cost_of(work, [self.cached.pid, self.postmaster])


def middle(costs: list[Cost]) -> Cost:
    """Return the medians of CPU and of wall time."""
    return Cost(median(c.cpu for c in costs), median(c.wall for c in costs))
