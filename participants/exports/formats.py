"""The formats there are, by name: what each is called, served as and written by."""

from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from typing import BinaryIO, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .columns import Column, Rows
from .csv import TextSink, csv_chunks, write_csv
from .json import json_chunks, write_json
from .xlsx import Facts, write_xlsx


class Format(NamedTuple):
    """One format of exports."""

    label: str | Promise
    content_type: str
    ending: str


FORMATS = {
    "xlsx": Format(
        _("Excel workbook (XLSX)"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
    ),
    "csv": Format(_("CSV, commas"), "text/csv; charset=utf-8", "csv"),
    "csv-semicolon": Format(_("CSV, semicolons"), "text/csv; charset=utf-8", "csv"),
    "json": Format(_("JSON, exact texts"), "application/json", "json"),
}
STREAMED = ["csv", "csv-semicolon", "json"]
DELIMITERS = {"csv": ",", "csv-semicolon": ";"}


def chunks(kind: str, registrations: Rows, columns: Sequence[Column]) -> Iterator[str]:
    """Yield an export of a format that streams."""
    if kind == "json":
        return json_chunks(registrations, columns)
    return csv_chunks(registrations, columns, DELIMITERS[kind])


def write(
    kind: str,
    registrations: Rows,
    out: BinaryIO,
    columns: Sequence[Column],
    facts: Facts = (),
) -> int:
    """Write an export of any format to a binary file; return the number of rows."""
    if kind == "xlsx":
        return write_xlsx(registrations, out, columns, facts)
    text = TextIOWrapper(out, encoding="utf-8", newline="")
    try:
        return write_text(kind, registrations, text, columns)
    finally:
        text.flush()
        text.detach()


def write_text(
    kind: str, registrations: Rows, out: TextSink, columns: Sequence[Column]
) -> int:
    """Write an export of a format that streams; return the number of rows."""
    if kind == "json":
        return write_json(registrations, out, columns)
    return write_csv(registrations, out, columns, DELIMITERS[kind])
