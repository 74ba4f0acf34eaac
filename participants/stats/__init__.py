"""Figures of sessions: rows in, numbers out. Each table asks one question."""

from .folding import folded
from .people import Period, period, reported
from .tables import TABLES, Line, Table, counted, make_table
from .time import Curve, attendance, curves

__all__ = [
    "TABLES",
    "Curve",
    "Line",
    "Period",
    "Table",
    "attendance",
    "counted",
    "curves",
    "folded",
    "make_table",
    "period",
    "reported",
]
