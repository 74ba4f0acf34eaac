"""What the project's own data say beyond the session file: titles and themes."""

import csv
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from django.conf import settings

from .fields import refuse
from .parsing import SessionRow

DATA = Path(__file__).resolve().parent.parent / "data"
DEFAULT_FILE = DATA / "conversation_sessions.json"
TITLES_FILE = DATA / "session_titles.csv"
THEMES_FILE = DATA / "themes.csv"
CITIES_FILE = DATA / "cities.csv"


@dataclass(frozen=True)
class ThemeRow:
    """A subject of the series and the numbers of the sessions that took it up."""

    slug: str
    names: dict[str, str]  # language code -> name
    sessions: frozenset[int]


def read_themes() -> list[ThemeRow]:
    """Read the subjects of the series, in the order of their file."""
    with THEMES_FILE.open(encoding="utf-8", newline="") as lines:
        return [_theme(row) for row in csv.DictReader(lines)]


@cache
def names_of_city(english: str) -> dict[str, str]:
    """Return the name of a known city by language; nothing for others."""
    with CITIES_FILE.open(encoding="utf-8", newline="") as lines:
        return next((row for row in csv.DictReader(lines) if row["en"] == english), {})


def _theme(row: dict[str, str]) -> ThemeRow:
    return ThemeRow(
        slug=row["slug"],
        names={
            code: row[f"name_{code.replace('-', '_')}"]
            for code, _n in settings.LANGUAGES
        },
        sessions=frozenset(int(number) for number in row["sessions"].split()),
    )


def with_shipped_texts(
    rows: list[SessionRow], themes: list[ThemeRow]
) -> list[SessionRow]:
    """Add the official titles in other languages and the themes to the rows."""
    titles = _official_titles()
    return [
        replace(
            row,
            titles=titles.get(row.number, {}) | row.titles,
            themes=tuple(t.slug for t in themes if row.number in t.sessions),
        )
        for row in rows
    ]


def _official_titles() -> dict[int, dict[str, str]]:
    """Return the verified titles of themes by session number and language.

    Titles that name the series, or another of a session's titles, translate
    something else and are left out.
    """
    titles: dict[int, dict[str, str]] = {}
    with TITLES_FILE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["language"] not in dict(settings.LANGUAGES):
                refuse(f"{TITLES_FILE.name}", f"unknown language {row['language']}")
            if row["verified"] == "true" and row["names"] == "theme":
                titles.setdefault(int(row["number"]), {})[row["language"]] = row[
                    "title"
                ]
    return titles
