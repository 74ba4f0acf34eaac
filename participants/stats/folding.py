"""Small numbers might point at somebody: they are not published."""

from dataclasses import replace

from django.utils.translation import gettext as _

from .tables import Line, Table


def folded(table: Table, below: int) -> Table | None:
    """Fold the lines under a threshold into one; None if nothing may be shown.

    One folded line could be told from the total, and so could a small sum: then the
    next smallest line is folded too, until at least two make the threshold.
    """
    lines = sorted(table.lines, key=lambda line: line.count)
    small = [line for line in lines if line.count < below]
    rest = lines[len(small) :]
    while small and (len(small) < 2 or _sum(small) < below):  # noqa: PLR2004 (see above)
        if not rest:
            return None
        small.append(rest.pop(0))
    if not rest:
        return None
    shown = [replace(line, filters={}) for line in table.lines if line in rest]
    if small:
        shown.append(Line(_("Others"), _sum(small)))
    return replace(table, lines=shown)


def _sum(lines: list[Line]) -> int:
    return sum(line.count for line in lines)
