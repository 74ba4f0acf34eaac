"""Write badges of a session to a PDF file, and keep what was printed for whom.

All confirmed participants in the room get one; --changed prints only what is new or
changed since the last run.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from participants.exports.badges import LAYOUTS, sizes
from participants.services.printing import (
    badges_due,
    morning_sheet,
    print_badges,
    to_print,
)
from participants.typesetting import TypesettingError
from sessions.models import Session

from .export_participants import whole_file


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        offered = sizes()
        parser.add_argument("number", type=int, help="session number, e.g. 11")
        parser.add_argument("--output", type=Path, required=True)
        parser.add_argument(
            "--size", choices=list(offered), default=next(iter(offered))
        )
        parser.add_argument(
            "--layout",
            choices=LAYOUTS,
            default=LAYOUTS[0],
            help="sheet: A4 to be cut; card: a page for each, for card printers",
        )
        parser.add_argument("--changed", action="store_true")

    def handle(
        self, *, number: int, output: Path, size: str, layout: str, **options: Any
    ) -> None:
        try:
            session = Session.objects.get(number=number)
        except Session.DoesNotExist as error:
            raise CommandError(f"There is no session number {number}.") from error
        if options["changed"]:
            rows = to_print(morning_sheet(session))
        else:
            rows = list(badges_due(session))
        try:
            with whole_file(output) as file:
                pdf = print_badges(rows, size=sizes()[size], layout=layout, by=None)
                file.write(pdf)
        except ValidationError as error:
            raise CommandError(error.messages[0]) from error
        except TypesettingError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{output}: {error.strerror or error}.") from error
        self.stderr.write(f"{len(rows)} badges written to {output}.")
