"""Write the official list of participants of a session to a Word or PDF file.

Without --edition it is a draft of the list as it stands now; an edition is made again
exactly as it was issued. Editions are issued in the admin.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from participants.exports.list_of_participants import entries, list_content
from participants.models import Edition
from participants.services.editions import TYPES, list_file
from participants.typesetting import TypesettingError
from sessions.models import Session

from .export_participants import whole_file


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", type=int, help="session number, e.g. 11")
        parser.add_argument("--format", choices=list(TYPES), required=True)
        parser.add_argument("--output", type=Path, required=True)
        parser.add_argument("--edition", type=int, help="number of an issued edition")
        parser.add_argument(
            "--audience",
            choices=["everyone", "participants"],
            default="everyone",
            help="of a draft: participants adds who agreed to be seen by them only",
        )
        parser.add_argument(
            "--mark-remote",
            action="store_true",
            help="of a draft: mark who takes part online",
        )

    def handle(
        self, *, number: int, output: Path, edition: int | None, **options: Any
    ) -> None:
        try:
            session = Session.objects.get(number=number)
        except Session.DoesNotExist as error:
            raise CommandError(f"There is no session number {number}.") from error
        if edition is None:
            at = timezone.now()
            content = list_content(
                session,
                audience=options["audience"],
                marks_remote=options["mark_remote"],
            )
        else:
            issued = self._edition(session, edition)
            content, at = issued.content, issued.issued_at
        try:
            with whole_file(output) as file:
                file.write(list_file(content, options["format"], at=at))
        except OSError as error:
            raise CommandError(f"{output}: {error.strerror or error}.") from error
        except TypesettingError as error:
            raise CommandError(str(error)) from error
        self.stderr.write(f"{len(entries(content))} entries written to {output}.")

    def _edition(self, session: Session, number: int) -> Edition:
        try:
            return session.editions.get(number=number)
        except Edition.DoesNotExist as error:
            raise CommandError(
                f"Session {session.number} has no edition number {number}."
            ) from error
