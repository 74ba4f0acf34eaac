"""Registrations turned into files: rows in, bytes out, no HTTP."""

from .csv import BOM, TextSink, csv_chunks, write_csv
from .xlsx import write_xlsx

__all__ = ["BOM", "TextSink", "csv_chunks", "write_csv", "write_xlsx"]
