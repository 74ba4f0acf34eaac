"""Figures as drawings: numbers in, what SVG draws out. Each has a table beside it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 300, 100  # of a drawing of columns or lines, in its own units


@dataclass(frozen=True)
class Bar:
    """A figure and how long its bar is, of a hundred."""

    label: str
    count: int
    width: str
    url: str = ""


@dataclass(frozen=True)
class Column:
    """A figure and the upright bar that shows it."""

    label: str
    count: int
    x: str
    y: str
    width: str
    height: str
    url: str = ""


def bars(rows: Iterable[tuple[str, int, str]]) -> list[Bar]:
    """Set (label, count, address) as bars, the longest of them full."""
    rows = list(rows)
    most = max((count for _label, count, _url in rows), default=0)
    return [
        Bar(label, count, _number(100 * count / most) if most else "0", url)
        for label, count, url in rows
    ]


def columns(rows: Sequence[tuple[str, int, str]]) -> list[Column]:
    """Set (label, count, address) side by side, the highest of them full."""
    most = max((count for _label, count, _url in rows), default=0) or 1
    step = WIDTH / max(len(rows), 1)
    return [
        Column(
            label,
            count,
            x=_number(n * step + step * 0.1),
            y=_number(HEIGHT - HEIGHT * count / most),
            width=_number(step * 0.8),
            height=_number(HEIGHT * count / most),
            url=url,
        )
        for n, (label, count, url) in enumerate(rows)
    ]


def line(points: Iterable[tuple[int, int]], first: int, last: int, most: int) -> str:
    """Return (place, count) as the points of a polyline from first to last place."""
    length = max(last - first, 1)
    return " ".join(
        f"{_number(WIDTH * (x - first) / length)},"
        f"{_number(HEIGHT - HEIGHT * y / max(most, 1))}"
        for x, y in points
    )


def _number(value: float) -> str:
    """Write a number as SVG reads it, whatever the language."""
    return f"{value:.1f}"
