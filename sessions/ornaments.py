"""The ornament of a session: as many points on a circle as its number says, to 200.

Every two points are joined by the arc that meets the circle at right angles, so
the figure grows with the series: the first is a point, the twelfth a net of 66
lines. The text is SVG with presentation attributes only, which a strict Content
Security Policy leaves alone.
"""

from functools import cache
from math import cos, pi, sin, tan

RADIUS = 100
MOST_POINTS = 200  # whatever the number: more lines would be a white disc
MOST_POINTS_FULLY_JOINED = 20
NEAREST = 11  # neighbours on either side, once there are too many points


def stamp_svg(number: int) -> str:
    """Draw the small variant, for 80 to 150 pixels."""
    width = "1.5" if number < 8 else "1.25"  # noqa: PLR2004
    return _svg(_points_of(number), width=width, ring=".45", dot="4")


def cover_svg(number: int) -> str:
    """Draw the large variant with finer lines, for the cover of a page."""
    return _svg(_points_of(number), width=".5", ring=".6", dot="2.4")


def _points_of(number: int) -> int:
    if number < 1:
        raise ValueError(f"No ornament for {number}: sessions count from 1.")
    return min(number, MOST_POINTS)


@cache
def _svg(number: int, *, width: str, ring: str, dot: str) -> str:
    points = [_point(n, number) for n in range(number)]
    lines = "".join(
        _line(points[first], points[second], (second - first) / number)
        for first in range(number)
        for second in range(first + 1, number)
        if _are_joined(first, second, number)
    )
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{dot}"/>' for x, y in points)
    path = f'<path d="{lines}"/>' if lines else ""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-108 -108 216 216">'
        f'<g fill="none" stroke="#fff" stroke-width="{width}">'
        f'<circle r="{RADIUS}" stroke-opacity="{ring}"/>{path}</g>'
        f'<g fill="#fff">{dots}</g></svg>'
    )


def _point(index: int, number: int) -> tuple[float, float]:
    """Place a point on the circle, the first at the top, then clockwise."""
    angle = 2 * pi * index / number
    # Adding zero turns the -0.0 that rounding leaves behind into 0.0.
    return round(RADIUS * sin(angle), 1) + 0, round(-RADIUS * cos(angle), 1) + 0


def _are_joined(first: int, second: int, number: int) -> bool:
    steps = min(second - first, number - (second - first))
    return number <= MOST_POINTS_FULLY_JOINED or steps <= NEAREST


def _line(start: tuple[float, float], end: tuple[float, float], turn: float) -> str:
    """Join two points ``turn`` of a circle apart, at right angles to the circle."""
    move = f"M{start[0]:g} {start[1]:.1f}"
    to = f"{end[0]:g} {end[1]:.1f}"
    if turn == 0.5:  # noqa: PLR2004  # opposite points: a diameter
        return f"{move}L{to}"
    apart = 2 * pi * min(turn, 1 - turn)
    radius = RADIUS * tan(apart / 2)
    sweep = 0 if turn < 0.5 else 1  # noqa: PLR2004  # always bent towards the middle
    return f"{move}A{radius:.1f} {radius:.1f} 0 0 {sweep} {to}"
