"""Count people and countries of the sessions of a period; quote reported figures."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from participants import stats


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no day like 2026-01-31") from error


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", type=_day, required=True, dest="first")
        parser.add_argument("--to", type=_day, required=True, dest="last")

    def handle(self, *, first: date, last: date, **options: Any) -> None:
        if last < first:
            raise CommandError("--to lies before --from.")
        found = stats.period(first, last)
        numbers = ", ".join(str(session.number) for session in found.sessions)
        self.stdout.write(f"Sessions that began {first} to {last}: {numbers or 'none'}")
        self.stdout.write(f"Registrations: {found.registrations}")
        self.stdout.write(f"People, nobody twice: {found.people}")
        self.stdout.write(f"Countries and territories: {found.countries}")
        self.stdout.write(f"People seen at the door or online: {found.attended}")
        for figure in stats.reported(first, last):
            countries = f", {figure.countries} countries" if figure.countries else ""
            self.stdout.write(
                f"Reported, not counted here, session {figure.session.number}: "
                f"{figure}{countries} ({figure.source_url})"
            )
