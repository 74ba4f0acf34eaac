"""Registrations as an Excel workbook: texts stay texts, a second sheet says whence."""

import shutil
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from django.utils.text import capfirst
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from rustpy_xlsxwriter import FastExcel, Format

from ..models import Registration
from .columns import COLUMNS, Cells, Column, Rows, batches, headers, readable

LONGEST_CELL = 32_767  # UTF-16 units, "Excel specifications and limits"
LONGEST_SHEET_NAME = 31
MOST_ROWS = 1_048_575  # below the header
CUT = " […]"


Facts = Sequence[tuple[str, str]]  # what a file says of itself: name and value


def write_xlsx(
    registrations: Rows,
    out: BinaryIO,
    columns: Sequence[Column] | None = None,
    facts: Facts = (),
) -> int:
    """Write one row per registration, in the order given; return how many.

    The labels are in the active language, and its direction is the sheet's. A text
    longer than a cell can be is cut and ends in "[…]". A second sheet holds ``facts``
    and the number of rows. The workbook is made in a temporary file, so memory does
    not grow with the rows.

    Raises ValueError if there are more rows than a sheet can have.
    """
    chosen = COLUMNS if columns is None else columns
    names = headers(chosen)
    rows = _Rows(names, batches(registrations, chosen), chosen)
    view = {"right_to_left": get_language_bidi()}
    bold = Format().set_bold()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "registrations.xlsx"
        workbook = FastExcel(path).freeze(row=1)
        workbook.format(datetime_format="yyyy-mm-dd hh:mm").sheet(
            _sheet_name(),
            iter(rows),
            autofilter=True,
            column_widths=[column.width for column in chosen],
            column_formats=_formats(names, chosen),
            header_format=bold,
            sheet_view=view,
        )
        about = _about(rows, facts)
        workbook.sheet(
            _sheet_title(_("About this file")),
            about,
            column_widths=[30, 90],
            header_format=bold,
            sheet_view=view,
        )
        workbook.save()
        with path.open("rb") as made:
            shutil.copyfileobj(made, out)
    return rows.count


def _about(rows: "_Rows", facts: Facts) -> Iterator[dict[str, Any]]:
    """Yield the lines of the second sheet, once the first one is written."""
    name, value = _("About this file"), _("What it says")
    yield {name: _("Registrations"), value: rows.count}
    for key, text in facts:
        yield {name: fitting(readable(key)), value: fitting(readable(text))}


class _Rows:
    """The records that the writer asks for, counted."""

    def __init__(
        self,
        names: list[str],
        tables: Iterator[list[Cells]],
        columns: Sequence[Column],
    ) -> None:
        self.count = 0
        self.names = names
        self.tables = tables
        self.columns = columns

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for table in self.tables:
            self.count += len(table[0])
            if self.count > MOST_ROWS:
                raise ValueError(
                    f"A sheet holds no more than {MOST_ROWS} rows: use CSV."
                )
            columns = [
                _for_cell(cells, column.kind)
                for cells, column in zip(table, self.columns, strict=True)
            ]
            for row in zip(*columns, strict=True):
                yield dict(zip(self.names, row, strict=True))
        if self.count == 0:
            yield dict.fromkeys(self.names)  # the writer takes the header from a row


def _sheet_name() -> str:
    return _sheet_title(capfirst(str(Registration._meta.verbose_name_plural)))  # noqa: SLF001, documented


def _sheet_title(name: str) -> str:
    return "".join(c for c in name if c not in "[]:*?/\\")[:LONGEST_SHEET_NAME]


def _formats(names: list[str], columns: Sequence[Column]) -> dict[str, Format]:
    """Say for every column what its cells are: Excel shall not guess at texts."""
    formats = {"number": "0", "moment": "yyyy-mm-dd hh:mm"}
    return {
        name: Format().set_num_format(formats.get(column.kind, "@"))
        for name, column in zip(names, columns, strict=True)
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
