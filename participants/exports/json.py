"""Registrations as JSON: the exact texts, for machines and for who wants to be sure."""

import json
from collections.abc import Iterator, Sequence

from .columns import COLUMNS, Cells, Column, Rows, batches, headers
from .csv import TextSink


def write_json(
    registrations: Rows, out: TextSink, columns: Sequence[Column] | None = None
) -> int:
    """Write one object with all rows, in the order given; return how many."""
    count = 0
    for chunk, rows in _chunks(registrations, columns):
        out.write(chunk)
        count += rows
    return count


def json_chunks(
    registrations: Rows, columns: Sequence[Column] | None = None
) -> Iterator[str]:
    """Yield the same text in pieces, in the language active at the call."""
    chunks = _chunks(registrations, columns)
    return (chunk for chunk, _rows in chunks)


def _chunks(
    registrations: Rows, columns: Sequence[Column] | None
) -> Iterator[tuple[str, int]]:
    chosen = COLUMNS if columns is None else columns
    titles = {
        column.key: title for column, title in zip(chosen, headers(chosen), strict=True)
    }
    return _write(titles, batches(registrations, chosen), chosen)


def _write(
    titles: dict[str, str], tables: Iterator[list[Cells]], columns: Sequence[Column]
) -> Iterator[tuple[str, int]]:
    """Yield the columns with their titles, then an object for each row."""
    encode = json.JSONEncoder(ensure_ascii=False).encode
    keys = tuple(titles)
    yield f'{{"columns": {encode(titles)},\n"registrations": [', 0
    between = "\n"
    for table in tables:
        written = [
            _for_json(cells, column.kind)
            for cells, column in zip(table, columns, strict=True)
        ]
        rows = [
            encode(dict(zip(keys, row, strict=True)))
            for row in zip(*written, strict=True)
        ]
        yield between + ",\n".join(rows), len(rows)
        between = ",\n"
    yield "\n]}\n", 0


def _for_json(cells: Cells, kind: str) -> Cells:
    if kind == "moment":
        return [moment.isoformat(timespec="minutes") for moment in cells]
    return cells
