"""Fill a session with invented registrations, or remove exactly these."""

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from participants import demo
from participants.models import Delegation
from sessions.models import Session


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", type=int, help="session number, e.g. 13")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--count", type=int, help="how many to add")
        what.add_argument("--clear", action="store_true", help="remove all of them")
        parser.add_argument(
            "--seed", type=int, default=1, help="the same seed invents the same ones"
        )

    def handle(
        self, *, number: int, count: int | None, clear: bool, seed: int, **options: Any
    ) -> None:
        try:
            session = Session.objects.get(number=number)
        except Session.DoesNotExist as error:
            raise CommandError(f"There is no session number {number}.") from error
        if clear:
            removed = demo.clear(session)
            self.stdout.write(
                f"Session {number}: {removed} demonstration registrations removed."
            )
        else:
            self._make(session, count or 0, seed)

    def _make(self, session: Session, count: int, seed: int) -> None:
        if not 1 <= count <= demo.MOST:
            raise CommandError(f"--count must be 1 to {demo.MOST}.")
        if not Delegation.objects.exists():
            self.stdout.write(
                "There is no delegation: nobody represents one. "
                "manage.py load_delegations makes a starting list."
            )
        try:
            made = Counter(demo.make_registrations(session, count=count, seed=seed))
        except ValueError as error:
            raise CommandError(str(error)) from error
        states = ", ".join(f"{n} {status}" for status, n in made.most_common())
        self.stdout.write(
            f"Session {session.number}: {made.total()} demonstration registrations "
            f"added ({states})."
        )
