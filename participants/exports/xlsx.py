"""Registrations as an Excel workbook of one sheet: texts stay texts."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import get_language_bidi
from rustpy_xlsxwriter import FastExcel, Format

from ..models import Registration
from .columns import COLUMNS, Cells, batches, headers

LONGEST_CELL = 32_767  # UTF-16 units, "Excel specifications and limits"
LONGEST_SHEET_NAME = 31
MOST_ROWS = 1_048_575  # below the header
CUT = " […]"


def write_xlsx(registrations: QuerySet[Registration], out: BinaryIO) -> int:
    """Write one row per registration, in the order given; return how many.

    The labels are in the active language, and its direction is the sheet's. A text
    longer than a cell can be is cut and ends in "[…]". The workbook is made in a
    temporary file, so memory does not grow with the rows.

    Raises ValueError if there are more rows than a sheet can have.
    """
    names = headers()
    rows = _Rows(names, batches(registrations))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "registrations.xlsx"
        workbook = FastExcel(path).freeze(row=1)
        workbook.format(datetime_format="yyyy-mm-dd hh:mm").sheet(
            _sheet_name(),
            iter(rows),
            autofilter=True,
            column_widths=[column.width for column in COLUMNS],
            column_formats=_formats(names),
            header_format=Format().set_bold(),
            sheet_view={"right_to_left": get_language_bidi()},
        )
        workbook.save()
        with path.open("rb") as made:
            shutil.copyfileobj(made, out)
    return rows.count


class _Rows:
    """The records that the writer asks for, counted."""

    def __init__(self, names: list[str], tables: Iterator[list[Cells]]) -> None:
        self.count = 0
        self.names = names
        self.tables = tables

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for table in self.tables:
            self.count += len(table[0])
            if self.count > MOST_ROWS:
                raise ValueError(
                    f"A sheet holds no more than {MOST_ROWS} rows: use CSV."
                )
            columns = [
                _for_cell(cells, column.kind)
                for cells, column in zip(table, COLUMNS, strict=True)
            ]
            for row in zip(*columns, strict=True):
                yield dict(zip(self.names, row, strict=True))
        if self.count == 0:
            yield dict.fromkeys(self.names)  # the writer takes the header from a row


def _sheet_name() -> str:
    name = capfirst(str(Registration._meta.verbose_name_plural))  # noqa: SLF001, documented
    return "".join(c for c in name if c not in "[]:*?/\\")[:LONGEST_SHEET_NAME]


def _formats(names: list[str]) -> dict[str, Format]:
    """Say for every column what its cells are: Excel shall not guess at texts."""
    formats = {"number": "0", "moment": "yyyy-mm-dd hh:mm"}
    return {
        name: Format().set_num_format(formats.get(column.kind, "@"))
        for name, column in zip(names, COLUMNS, strict=True)
    }


def _for_cell(cells: Cells, kind: str) -> Cells:
    if kind == "moment":  # to the minute; a workbook knows no zones
        return [datetime(m.year, m.month, m.day, m.hour, m.minute) for m in cells]  # noqa: DTZ001
    if kind == "text" and len(max(cells, key=len)) > LONGEST_CELL // 2:
        return [fitting(cell) for cell in cells]
    return cells


def fitting(text: str) -> str:
    """Cut a text to what a cell can hold; one outside the BMP counts twice."""
    units = text.encode("utf-16-le")
    if len(units) <= 2 * LONGEST_CELL:
        return text
    kept = units[: 2 * (LONGEST_CELL - len(CUT))]
    return kept.decode("utf-16-le", errors="ignore") + CUT
