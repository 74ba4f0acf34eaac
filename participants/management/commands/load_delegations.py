"""Load a starting list of States from countries.csv; staff decide on membership."""

import csv
import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Q
from django.utils import translation

from participants.models import Delegation

NAMES = {code: f"name_{code.removesuffix('-hans')}" for code, _n in settings.LANGUAGES}
COLUMNS = ["iso2", "un_short_name_list", *NAMES.values()]
LONGEST = 200  # characters of a name
STATES = [
    Delegation.Kind.MEMBER_STATE,
    Delegation.Kind.OBSERVER_STATE,
    Delegation.Kind.SPECIAL,
]


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file",
            nargs="?",
            type=Path,
            default=settings.COUNTRIES_FILE,
            help="CSV with the columns of sessions/data/countries.csv",
        )

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            delegations = read_states(file)
            created = store_missing(delegations)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{file} is not UTF-8. Nothing was changed.") from error
        except (csv.Error, ValidationError) as error:
            problem = "; ".join(getattr(error, "messages", [str(error)]))
            raise CommandError(f"{file}: {problem} Nothing was changed.") from error
        self.stdout.write(
            f"Delegations: {created} created, {len(delegations) - created} there "
            "already and left as they are."
        )


def read_states(file: Path) -> list[Delegation]:
    """Read the rows that have a UN short name as States, none of them saved.

    Raises ValidationError with code ``bad_file``, naming row and field; OSError,
    UnicodeDecodeError or csv.Error if the file cannot be read.
    """
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines, strict=True)
        for column in COLUMNS:
            if column not in (reader.fieldnames or []):
                _refuse(f"row 1: the column {column} is missing.")
        rows = [(reader.line_num, row) for row in reader]
    seen: dict[tuple[str, str], int] = {}
    for line, row in rows:
        _judge(line, row, seen)
    return [_state(row) for _line, row in rows if row["un_short_name_list"] == "1"]


def _judge(line: int, row: dict[str, str], seen: dict[tuple[str, str], int]) -> None:
    """Refuse a row that cannot become a delegation, or stands twice."""
    if None in row or None in row.values():
        _refuse(f"row {line}: it has not as many cells as the header.")
    if not re.fullmatch("[A-Z]{2}", row["iso2"]):
        _refuse(f"row {line}, field iso2: must be two capital letters.")
    if row["un_short_name_list"] not in {"0", "1"}:
        _refuse(f"row {line}, field un_short_name_list: must be 0 or 1.")
    for column in ["iso2", *NAMES.values()]:
        cell = row[column].strip()
        if not cell or not cell.isprintable() or len(cell) > LONGEST:
            _refuse(
                f"row {line}, field {column}: must be a text of 1 to {LONGEST} letters."
            )
        first = seen.setdefault((column, cell), line)
        if first != line:
            _refuse(f"row {line}, field {column}: stands in row {first} already.")


def _state(row: dict[str, str]) -> Delegation:
    names = {
        f"name_{code.replace('-', '_')}": row[column].strip()
        for code, column in NAMES.items()
    }
    return Delegation(kind=Delegation.Kind.MEMBER_STATE, country=row["iso2"], **names)


@transaction.atomic
def store_missing(delegations: list[Delegation]) -> int:
    """Store the States that are not there yet and return how many.

    A State is there when a delegation of any kind of State has its country, or any
    delegation has its English name: staff may have changed everything else.

    Raises ValidationError with code ``bad_file`` if a name in another language is
    taken, or a code is no country's.
    """
    created = 0
    with translation.override("en"):  # "name" is the English one
        for delegation in delegations:
            there = Q(country=delegation.country, kind__in=STATES)
            if Delegation.objects.filter(there | Q(name=delegation.name)).exists():
                continue
            try:
                delegation.full_clean()
            except ValidationError as error:
                _refuse(f"the row of {delegation.country}: {' '.join(error.messages)}")
            delegation.save()
            created += 1
    return created


def _refuse(problem: str) -> None:
    raise ValidationError(problem, code="bad_file")
