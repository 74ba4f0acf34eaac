"""A file of any making turned into rows of texts: CSV in many encodings, and XLSX."""

import csv
import json
import re
import warnings
import zlib
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO, StringIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from openpyxl import load_workbook

LARGEST_FILE = 20 * 1024 * 1024  # bytes
LARGEST_UNPACKED = 100 * 1024 * 1024  # bytes of a workbook
MOST_ROWS = 50_000
MOST_COLUMNS = 200
LAST_ROW = 1_048_576  # of a sheet
LONGEST_CELL = 2_000  # characters kept: enough to see that a cell is too long
DELIMITERS = ",;\t|"
SAMPLE = 30  # lines looked at to find what parts the cells

# Stands for a cell that is computed: what it shows was not typed by anybody.
FORMULA = "\ue001formula\ue001"

csv.field_size_limit(LARGEST_FILE)  # a cell of 1 MB is a row's problem, not the file's

_NO_TEXT = re.compile("[\0\ud800-\udfff]")  # what no database or page holds
_SEP = re.compile(r"sep=(.)\s*\Z")


@dataclass
class Table:
    """A file as rows of texts, and what had to be done to read it.

    ``numbers`` are the rows' numbers in the file, from 1; empty rows are left out.
    """

    rows: list[list[str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def pack(self) -> bytes:
        """Return rows and numbers in few bytes."""
        return zlib.compress(json.dumps([self.rows, self.numbers]).encode(), 6)

    @classmethod
    def unpack(cls, packed: bytes) -> "Table":
        rows, numbers = json.loads(zlib.decompress(packed))
        return cls(rows=rows, numbers=numbers)


def read_table(content: bytes) -> Table:
    """Read CSV or XLSX, told apart by how the file begins.

    Raises ValidationError with code ``bad_file`` when it is neither, too large, or a
    bomb.
    """
    if len(content) > LARGEST_FILE:
        _refuse(_("A file may have 20 MB at most."))
    if content.startswith(b"PK"):
        table = _read_workbook(content)
    elif content.startswith(b"\xd0\xcf\x11\xe0"):
        _refuse(_("Save the workbook as XLSX or CSV: XLS is not read."))
    else:
        table = _read_csv(content)
    if not table.rows:
        _refuse(_("The file has no rows."))
    return table


def _refuse(problem: str) -> None:
    raise ValidationError(problem, code="bad_file")


def _add(table: Table, number: int, cells: list[str]) -> None:
    """Keep a row that says something."""
    while cells and not cells[-1]:
        cells.pop()
    if not cells:
        return
    if len(table.rows) >= MOST_ROWS:
        _refuse(_("A file may have 50,000 rows at most."))
    if len(cells) > MOST_COLUMNS:
        _refuse(_("A file may have 200 columns at most."))
    table.rows.append(cells)
    table.numbers.append(number)


def _clean(text: str) -> str:
    """Take away what surrounds a text; cut one that no cell of a list has."""
    kept = _NO_TEXT.sub("\ufffd", text[: LONGEST_CELL + 1])
    return kept.strip(" \u00a0\t\r\n\ufeff")


# CSV ---------------------------------------------------------------------------------


def _read_csv(content: bytes) -> Table:
    table = Table()
    text = _decode(content, table)
    lines = text.splitlines(keepends=True)
    if lines and (said := _SEP.match(lines[0])):
        delimiter = said[1]
        lines[0] = "\n"
    else:
        delimiter = _delimiter_of(text)
    try:
        for number, row in enumerate(
            csv.reader(StringIO("".join(lines), newline=""), delimiter=delimiter), 1
        ):
            _add(table, number, [_clean(cell) for cell in row])
    except csv.Error as error:
        _refuse(_("The file is no table: %(problem)s.") % {"problem": error})
    return table


def _decode(content: bytes, table: Table) -> str:
    """Read UTF-8 and UTF-16 with mark or without; else each line by itself.

    A line that is not UTF-8 is read as Windows-1252, which holds Latin-1.
    """
    for mark, encoding in [(b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")]:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    sample = content[:1000]
    if sample.count(b"\0") > len(sample) // 3:
        order = "le" if sample[1:2] == b"\0" else "be"
        return content.decode(f"utf-16-{order}", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    lines = content.removeprefix(b"\xef\xbb\xbf").splitlines(keepends=True)
    decoded = [_decode_line(line) for line in lines]
    others = sum(is_other for _text, is_other in decoded)
    table.notes.append(
        _("Lines read as Windows-1252, not UTF-8: %(n)s. Look at the accents.")
        % {"n": others}
    )
    return "".join(text for text, _is_other in decoded)


def _decode_line(line: bytes) -> tuple[str, bool]:
    try:
        return line.decode("utf-8"), False
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace"), True


def _delimiter_of(text: str) -> str:
    """Find what parts most cells in the first lines, outside quotation marks."""
    found = re.sub(r'"[^"]*"', "", "\n".join(text[:100_000].splitlines()[:SAMPLE]))
    return max(DELIMITERS, key=lambda sign: (found.count(sign), sign == ","))


# XLSX --------------------------------------------------------------------------------


def _read_workbook(content: bytes) -> Table:
    table = Table()
    _judge_archive(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles, which say nothing here
            book = load_workbook(BytesIO(content), read_only=True, keep_links=False)
            try:
                sheet = book.worksheets[0]
                sheet.reset_dimensions()  # some programs say them wrong
                for number, row in enumerate(sheet.iter_rows(), 1):
                    if number > LAST_ROW or len(row) > 10 * MOST_COLUMNS:
                        _refuse(_("The workbook cannot be read."))
                    _add(table, number, [_cell(cell) for cell in row])
                if len(book.worksheets) > 1:
                    table.notes.append(_("Only the first sheet is read."))
            finally:
                book.close()
    except ValidationError:
        raise
    except Exception as error:
        raise ValidationError(
            _("The workbook cannot be read."), code="bad_file"
        ) from error
    return table


def _judge_archive(content: bytes) -> None:
    """Refuse what unpacks to more than a list can be, and XML that declares things.

    ZipFile reads no more of a part than the archive says it has.
    """
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > LARGEST_UNPACKED:
                _refuse(_("The workbook unpacks to too much."))
            for part in parts:
                with archive.open(part) as file:
                    if b"<!DOCTYPE" in file.read(1000):
                        _refuse(_("The workbook cannot be read."))
    except (BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise ValidationError(
            _("The workbook cannot be read."), code="bad_file"
        ) from error


def _cell(cell: Any) -> str:
    """Return what a cell says; of dates ISO 8601, of formulas that it is one."""
    if cell.data_type == "f":
        return FORMULA
    return _text(cell.value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    return _clean(str(value))  # of dates, times and durations that is ISO 8601
