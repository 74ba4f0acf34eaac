"""One field of one row of a data file, judged; what is refused names both."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

LONGEST_URL = 500  # characters, as the columns of addresses
LARGEST_COUNT = 2_147_483_647  # what PostgreSQL keeps in a PositiveIntegerField
LARGEST_SMALL = 32_767

_is_address = URLValidator(schemes=["http", "https"])


def refuse(where: str, problem: str) -> NoReturn:
    """Raise ValidationError with code ``bad_file``: where it is and what is wrong."""
    raise ValidationError(f"{where}: {problem}", code="bad_file")


class Fields:
    """The fields of one JSON object, each read with the type it must have.

    Every method raises ValidationError with code ``bad_file``.
    """

    def __init__(self, row: Any, where: str, names: Iterable[str]) -> None:
        """Take a row that has exactly these fields; ``where`` names it in messages."""
        self.where = where
        if not isinstance(row, Mapping):
            refuse(where, "must be an object with named fields")
        expected = set(names)
        for name in sorted(expected - set(row)):
            refuse(f"{where}, field {name}", "is missing")
        for name in sorted(set(row) - expected):
            refuse(f"{where}, field {printable(name)}", "is not a known field")
        self.row = row

    def refuse(self, name: str, problem: str) -> NoReturn:
        refuse(f"{self.where}, field {name}", problem)

    def text(self, name: str, *, longest: int, required: bool = True) -> str:
        """Return the text without outer spaces; "" for null where not required."""
        value = self.row[name]
        if value is None and not required:
            return ""
        if not isinstance(value, str):
            self.refuse(name, "must be a text")
        text = value.strip()
        if not text:
            self.refuse(name, "is empty")
        if len(text) > longest:
            self.refuse(name, f"is longer than {longest} characters")
        if any(unicodedata.category(c) in {"Cc", "Cs"} and c != "\n" for c in text):
            self.refuse(name, "holds a character that is no text")
        return text

    def number(self, name: str, *, smallest: int, largest: int) -> int:
        value = self.row[name]
        if not isinstance(value, int) or isinstance(value, bool):
            self.refuse(name, "must be a whole number")
        if not smallest <= value <= largest:
            self.refuse(name, f"must be {smallest} to {largest}")
        return value

    def number_or_none(self, name: str, *, smallest: int, largest: int) -> int | None:
        if self.row[name] is None:
            return None
        return self.number(name, smallest=smallest, largest=largest)

    def yes_or_no(self, name: str) -> bool:
        value = self.row[name]
        if not isinstance(value, bool):
            self.refuse(name, "must be true or false")
        return value

    def day_or_none(self, name: str) -> date | None:
        value = self.row[name]
        if value is None:
            return None
        if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            self.refuse(name, "must be a day like 2024-03-13")
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.refuse(name, f"there is no day {value}")

    def one_of(self, name: str, values: Iterable[str]) -> str:
        """Return one of the values; "" for null."""
        value, known = self.row[name], list(values)
        if value is None:
            return ""
        if value not in known:
            self.refuse(name, f"must be one of {', '.join(known)} or null")
        return str(value)

    def address(self, name: str, *, required: bool = True) -> str:
        value = self.text(name, longest=LONGEST_URL, required=required)
        if value:
            try:
                _is_address(value)
            except ValidationError:
                self.refuse(name, "must be an address like https://www.wipo.int/")
        return value

    def entries(self, name: str) -> list[Any]:
        value = self.row[name]
        if not isinstance(value, list):
            self.refuse(name, "must be a list")
        return value

    def each(self, name: str) -> list["Fields"]:
        """Wrap every entry of a list of texts, under the name ``text``."""
        return [
            Fields({"text": entry}, f"{self.where}, field {name}, entry {n}", ["text"])
            for n, entry in enumerate(self.entries(name), 1)
        ]


def printable(text: Any) -> str:
    """Show a name from a file in one short line of plain characters."""
    return ascii(text)[1:-1][:60]
