"""Sessions read from a file: judged first, then written in one transaction."""

from .parsing import SessionRow, parse_sessions
from .shipped import DEFAULT_FILE, ThemeRow, read_themes, with_shipped_texts
from .writing import Outcome, load

__all__ = [
    "DEFAULT_FILE",
    "Outcome",
    "SessionRow",
    "ThemeRow",
    "load",
    "parse_sessions",
    "read_themes",
    "with_shipped_texts",
]
