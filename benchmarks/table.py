"""How figures are judged and set out in a table."""

from dataclasses import dataclass

from .cost import Cost

HOLDS = "holds"
SHORT = "falls short"
NOT_BUILT = "not built"
COULD_NOT = "could not measure"

HEADERS = ("work", "figure", "ratio", "target", "verdict", "wall", "per second")


@dataclass
class Row:
    """One line of the table; only what ``is_broken`` makes the run fail."""

    work: str
    figure: str = "–"
    ratio: str = "–"
    target: str = "–"
    verdict: str = NOT_BUILT
    wall: str = "–"
    rate: str = "–"
    is_broken: bool = False

    def cells(self) -> tuple[str, ...]:
        return (
            self.work,
            self.figure,
            self.ratio,
            self.target,
            self.verdict,
            self.wall,
            self.rate,
        )


def judge(**conditions: bool) -> str:
    """Say whether all conditions hold, else which of them do not."""
    broken = [name.replace("_", " ") for name, holds in conditions.items() if not holds]
    return f"{SHORT}: {', '.join(broken)}" if broken else HOLDS


def milliseconds(seconds: float) -> str:
    """Write a time, from a second on in seconds."""
    return f"{seconds * 1000:,.3g} ms" if seconds < 1 else f"{seconds:,.2f} s"


def rate(cost: Cost) -> str:
    """Say how often one client, who waits for each answer, gets it in a second."""
    return number(1 / cost.wall)


def number(value: float) -> str:
    """Write a number, with digits after the point where it is small."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004


def markdown(rows: list[Row]) -> str:
    """Set rows as a table that reads well as it is and as Markdown."""
    table = [HEADERS, *(row.cells() for row in rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = [
        " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        for line in table
    ]
    lines.insert(1, " | ".join("-" * width for width in widths))
    return "\n".join(f"| {line} |" for line in lines)
