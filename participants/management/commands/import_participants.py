"""Import a table into a session: participants of the past, or online attendance.

Every row is checked first and accounted for. Rows with problems stop the import,
unless --only-good is given. Nobody gets a mail.
"""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from participants import services
from participants.imports import Outcome
from participants.imports.mapping import TARGETS, folded
from participants.models import ImportJob
from sessions.models import Mode, Session

Step = ImportJob.Step


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", type=int, help="session number, e.g. 9")
        parser.add_argument("file", type=Path, help="CSV or XLSX")
        parser.add_argument(
            "--kind", choices=["participants", "attendance"], default="participants"
        )
        parser.add_argument(
            "--state", choices=ImportJob.STATES, default=ImportJob.STATES[0]
        )
        parser.add_argument(
            "--mode",
            choices=Mode.values,
            default="in_person",
            help="where none is said",
        )
        parser.add_argument("--day", type=date.fromisoformat, help="of attendance")
        parser.add_argument(
            "--dates",
            choices=["day", "month"],
            default="",
            help="what stands first in 03/04/2024",
        )
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="FIELD=HEADER",
            help="where the guess is wrong; may be repeated",
        )
        parser.add_argument("--only-good", action="store_true")
        parser.add_argument("--dry-run", action="store_true", help="only check")

    def handle(self, *, number: int, file: Path, **options: Any) -> None:
        try:
            session = Session.objects.get(number=number)
        except Session.DoesNotExist as error:
            raise CommandError(f"There is no session number {number}.") from error
        job = self._start(session, file, options)
        try:
            services.hold(job, Step.CHECKING)
            services.do_import(job)
            job.refresh_from_db()
            if not self._stops(job, options):
                job.only_good = options["only_good"]
                services.hold(job, Step.WRITING)
                services.do_import(job)
                job.refresh_from_db()
                self._tell(job)
        finally:
            job.delete()

    def _start(
        self, session: Session, file: Path, options: dict[str, Any]
    ) -> ImportJob:
        try:
            job = services.start_import(
                file.read_bytes(),
                kind=options["kind"],
                file_name=file.name,
                by=None,
                session=session,
                registration_state=options["state"],
                mode=options["mode"],
                day=options["day"] or session.starts_on,
                date_order=options["dates"],
            )
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.") from error
        except ValidationError as error:
            raise CommandError(f"{file}: {error.messages[0]}") from error
        try:
            job.mapping["columns"] |= _columns(job, options["column"])
        except CommandError:
            job.delete()
            raise
        return job

    def _stops(self, job: ImportJob, options: dict[str, Any]) -> bool:
        """Tell what the check found; say whether it ends there."""
        bad = [row for row in job.outcomes if row[1] == Outcome.BAD]
        for number, _outcome, problems in bad:
            self.stderr.write(f"row {number}: {'; '.join(problems)}")
        if options["dry_run"]:
            self._tell(job)
            return True
        if bad and not options["only_good"]:
            raise CommandError(
                f"{len(bad)} rows have problems; nothing was written. "
                "--only-good leaves them out."
            )
        return False

    def _tell(self, job: ImportJob) -> None:
        told = services.import_counts(job)
        rows = ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in told.items())
        self.stdout.write(f"{len(job.outcomes)} rows: {rows or 'none'}.")


def _columns(job: ImportJob, said: list[str]) -> dict[str, int]:
    header = services.table_of(job).rows[job.mapping["header"]]
    places = {folded(cell): place for place, cell in enumerate(header)}
    keys = [target.key for target in TARGETS[job.kind]]
    found = {}
    for pair in said:
        key, _sign, name = pair.partition("=")
        if key not in keys or folded(name) not in places:
            raise CommandError(
                f"--column {pair}: the fields are {', '.join(keys)}; "
                f"the headers are {', '.join(header)}."
            )
        found[key] = places[folded(name)]
    return found
