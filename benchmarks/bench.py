"""One run: what is set up for all works, and the rounds that alternate with R."""

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple

from .browser import HTTP_OK, Browser
from .cost import Cost, cost_of
from .servers import Server


@dataclass(frozen=True)
class Size:
    """How much work makes one round."""

    empty: int = 1_500  # requests of R
    pages: int = 60
    people: int = 12
    warm: int = 80  # requests before the first round: each thread meets the database


QUICK = Size(empty=300, pages=10, people=2, warm=20)


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
    postmaster: int
    empty_costs: list[Cost] = field(default_factory=list)

    @property
    def processes(self) -> list[int]:
        """All that works for the site: its web server and PostgreSQL."""
        return [self.site.pid, self.postmaster]

    def alternate(self, work: Callable[[], Cost], units: int) -> Figures:
        """Measure R and the work in turns; ``work`` does ``units`` at a time."""
        costs, ratios = [], []
        for _ in range(self.rounds):
            empty = self.ask_empty()
            cost = work().per(units)
            costs.append(cost)
            ratios.append(cost.cpu / empty.cpu)
        return Figures(middle(costs), median(ratios))

    def ask_empty(self) -> Cost:
        """Measure R, kept with all that was measured of it before."""
        with Browser(self.empty.port) as visitor:

            def ask() -> None:
                for _ in range(self.size.empty):
                    visitor.get("/").expect(HTTP_OK, "the empty view")

            cost = cost_of(ask, [self.empty.pid]).per(self.size.empty)
        self.empty_costs.append(cost)
        return cost

    def site_cost(self, work: Callable[[], object]) -> Cost:
        """Do the work; say what the site and PostgreSQL spent on it."""
        return cost_of(work, self.processes)


def middle(costs: list[Cost]) -> Cost:
    """Return the medians of CPU and of wall time."""
    return Cost(median(c.cpu for c in costs), median(c.wall for c in costs))
