"""The page of a session with 20 agenda items and 20 speakers."""

from functools import partial

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from . import data
from .bench import Bench
from .browser import HTTP_OK, Browser, CouldNotMeasure
from .cost import Cost
from .table import Row, judge, milliseconds, rate

ITEMS = SPEAKERS = 20
QUERIES = 6
MOST = 30  # R
MOST_CACHED = 1.0  # R


def measure(bench: Bench) -> list[Row]:
    """Measure the page from the page cache, and made anew each time."""
    return [_cached(bench), _uncached(bench)]


def _cached(bench: Bench) -> Row:
    """Ask as one browser that takes the page compressed; registration is open.

    So the page is made anew every few seconds, which is part of what it costs.
    """
    path = data.full_session(ITEMS, SPEAKERS).get_absolute_url()
    times = bench.size.empty
    with Browser(bench.cached.port) as visitor:
        _ask(visitor, path, 1)  # plain, to see that it is the page

        def ask() -> None:
            for _ in range(times):
                visitor.get(path, accept="br").expect(HTTP_OK, "the cached page")

        ask()
        figures = bench.alternate(partial(bench.cached_cost, ask), times)
    return Row(
        work="session page, cached, 20 items, 20 speakers",
        figure=f"{milliseconds(figures.cost.cpu)} CPU",
        ratio=f"{figures.ratio:.2f} R",
        target=f"≤ {MOST_CACHED} R",
        verdict=judge(ratio=figures.ratio <= MOST_CACHED),
        wall=milliseconds(figures.cost.wall),
        rate=rate(figures.cost),
    )


def _uncached(bench: Bench) -> Row:
    path = data.full_session(ITEMS, SPEAKERS).get_absolute_url()
    longer = data.full_session(2 * ITEMS, 2 * SPEAKERS).get_absolute_url()
    queries, with_more = queries_of(path), queries_of(longer)
    with Browser(bench.site.port) as visitor:
        ask = partial(_ask, visitor, path)
        ask(bench.size.warm)
        figures = bench.alternate(partial(_cost, bench, ask), bench.size.pages)
    return Row(
        work="session page, uncached, 20 items, 20 speakers",
        figure=f"{milliseconds(figures.cost.cpu)} CPU, {queries} queries "
        f"({with_more} for 40 items)",
        ratio=f"{figures.ratio:.1f} R",
        target=f"≤ {MOST} R, exactly {QUERIES} queries",
        verdict=judge(
            ratio=figures.ratio <= MOST, queries=queries == with_more == QUERIES
        ),
        wall=milliseconds(figures.cost.wall),
        rate=rate(figures.cost),
    )


def _cost(bench: Bench, ask: "partial[None]") -> Cost:
    return bench.site_cost(partial(ask, bench.size.pages))


def _ask(visitor: Browser, path: str, times: int) -> None:
    for _ in range(times):
        page = visitor.get(path).expect(HTTP_OK, "the session page")
    if "Item number 19" not in page.body:
        raise CouldNotMeasure("the session page does not show its programme")


def queries_of(path: str) -> int:
    """Count what the page asks the database once the process is warm."""
    client = Client(SERVER_NAME="localhost")
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)
