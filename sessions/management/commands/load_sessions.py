"""Load sessions from a JSON file: create what is missing, report what differs."""

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from sessions import loading


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file",
            nargs="?",
            type=Path,
            help="JSON file; without it, the sessions that come with the project, "
            "with their official titles and themes",
        )
        parser.add_argument(
            "--update",
            action="store_true",
            help="make what exists what the file says, over edits of staff",
        )

    def handle(self, *, file: Path | None, update: bool, **options: Any) -> None:
        try:
            outcomes = _load(file, update=update)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.") from error
        except ValidationError as error:
            name = file or loading.DEFAULT_FILE.name
            raise CommandError(
                f"{name}: {error.message}. Nothing was changed."
            ) from error
        for outcome in outcomes:
            self._report(outcome)
        counts = Counter(outcome.outcome for outcome in outcomes)
        if counts["differs"]:
            self.stdout.write("Edits of staff were kept; --update overwrites them.")

    def _report(self, outcome: loading.Outcome) -> None:
        fields = f" ({', '.join(outcome.fields)})" if outcome.fields else ""
        self.stdout.write(f"{outcome.what}: {outcome.outcome}{fields}")
        for address in outcome.left_out:
            self.stdout.write(f"  left out, no official or press page: {address}")


def _load(file: Path | None, *, update: bool) -> list[loading.Outcome]:
    rows = loading.parse_sessions((file or loading.DEFAULT_FILE).read_bytes())
    if file:
        return loading.load(rows, update=update)
    themes = loading.read_themes()
    rows = loading.with_shipped_texts(rows, themes)
    return loading.load(rows, themes, update=update)
