"""Registrations as CSV: UTF-8 with a mark, so that spreadsheets read it right."""

import csv
import re
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Protocol

from .columns import COLUMNS, Cells, Column, Rows, batches, headers

BOM = "\ufeff"

# What makes a spreadsheet compute a cell: a sign at its start, or right after what
# some spreadsheets part cells by (OWASP, "CSV Injection"); full-width signs count.
SIGNS = tuple("=+-@＝＋－＠")
PARTS = re.compile(r"([;\t\n]\s*)")
PARTS_OR_COMMA = re.compile(r"([;,\t\n]\s*)")  # where the comma parts nothing here
RISKY_STARTS = frozenset(SIGNS) | {chr(n) for n in range(0x3001) if chr(n).isspace()}

FIRST = itemgetter(slice(1))  # the first character; "" of an empty text

# A telephone number or a signed number, which no spreadsheet computes: "+41 22 338",
# "+41 (0)22.338", "-5". With inner signs, as in "+41-22", it would.
PHONE_OR_NUMBER = re.compile(r"[+-]?\d+(?:[ .\u00a0]?(?:\d+|\(\d+\)))*")


class TextSink(Protocol):
    """Whatever takes text: a file, standard output, an HttpResponse."""

    def write(self, text: str, /) -> object: ...


def write_csv(
    registrations: Rows,
    out: TextSink,
    columns: Sequence[Column] | None = None,
    delimiter: str = ",",
) -> int:
    """Write one row per registration, in the order given; return how many.

    ``out`` must encode as UTF-8 and must not change line ends.
    """
    count = 0
    for chunk, rows in _chunks(registrations, columns, delimiter):
        out.write(chunk)
        count += rows
    return count


def csv_chunks(
    registrations: Rows,
    columns: Sequence[Column] | None = None,
    delimiter: str = ",",
) -> Iterator[str]:
    """Yield the same text in pieces, for an answer that streams.

    The language active at the call is used, whatever is active later.
    """
    chunks = _chunks(registrations, columns, delimiter)
    return (chunk for chunk, _rows in chunks)


def _chunks(
    registrations: Rows, columns: Sequence[Column] | None, delimiter: str
) -> Iterator[tuple[str, int]]:
    """Return an iterator over pieces of text and the rows each holds."""
    chosen = COLUMNS if columns is None else columns
    return _write(headers(chosen), batches(registrations, chosen), chosen, delimiter)


def _write(
    header: list[str],
    tables: Iterator[list[Cells]],
    columns: Sequence[Column],
    delimiter: str,
) -> Iterator[tuple[str, int]]:
    lines = _Lines()
    writer = csv.writer(lines, delimiter=delimiter)
    lines.append(BOM)
    writer.writerow(header)
    yield lines.take(), 0
    for table in tables:
        written = [
            _for_csv(cells, column.kind, delimiter)
            for cells, column in zip(table, columns, strict=True)
        ]
        writer.writerows(zip(*written, strict=True))
        yield lines.take(), len(table[0])


class _Lines(list[str]):
    """A sink for the csv module that gives back what it took."""

    write = list.append

    def take(self) -> str:
        text = "".join(self)
        self.clear()
        return text


def _for_csv(cells: Cells, kind: str, delimiter: str) -> Cells:
    if kind == "moment":  # strftime and isoformat take twice as long
        return [
            f"{m.year}-{m.month:02}-{m.day:02} {m.hour:02}:{m.minute:02}" for m in cells
        ]
    if kind == "text" and delimiter != ",":
        return [inert(cell, PARTS_OR_COMMA) if cell else "" for cell in cells]
    if kind == "text" and _any_risky(cells):
        return [inert(cell) if _is_risky(cell) else cell for cell in cells]
    return cells


def _any_risky(cells: Cells) -> bool:
    starts = set(map(FIRST, cells))
    return not RISKY_STARTS.isdisjoint(starts) or _is_risky("".join(cells))


def _is_risky(cell: str) -> bool:
    """Say, fast, whether a cell may hold what a spreadsheet computes."""
    return cell[:1] in RISKY_STARTS or ";" in cell or "\t" in cell or "\n" in cell


def inert(cell: str, parts: re.Pattern[str] = PARTS) -> str:
    """Stop a spreadsheet from computing a text; leave +41 22 338 9111 alone.

    An apostrophe goes before what would be computed, and before a text that starts
    with a tab or a line end.
    """
    text = cell.lstrip()
    first, *others = parts.split(text)
    odd = cell.startswith(("\t", "\n")) or _is_computed(first)
    rest = [f"'{part}" if _is_computed(part) else part for part in others]
    space = cell[: len(cell) - len(text)]
    return "".join(["'" if odd else "", space, first, *rest])


def _is_computed(part: str) -> bool:
    return part.startswith(SIGNS) and not PHONE_OR_NUMBER.fullmatch(part.rstrip())
