"""Registrations turned into files: rows in, bytes out, no HTTP."""

from .columns import COLUMNS, MORE, Column, KeyedRows, choose
from .csv import BOM, TextSink, csv_chunks, write_csv
from .formats import FORMATS, STREAMED, chunks, write, write_text
from .json import json_chunks, write_json
from .xlsx import write_xlsx

__all__ = [
    "BOM",
    "COLUMNS",
    "FORMATS",
    "MORE",
    "STREAMED",
    "Column",
    "KeyedRows",
    "TextSink",
    "choose",
    "chunks",
    "csv_chunks",
    "json_chunks",
    "write",
    "write_csv",
    "write_json",
    "write_text",
    "write_xlsx",
]
