"""Write all registrations of a session to a CSV, Excel or JSON file.

The rows are those of the admin's list of the session without further filters.
"""

import errno
import os
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet
from django.utils import timezone, translation

from participants import exports
from participants.exports import FORMATS
from participants.models import Registration
from sessions.models import Session


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", type=int, help="session number, e.g. 11")
        parser.add_argument("--format", choices=list(FORMATS), required=True)
        parser.add_argument(
            "--columns",
            default="",
            help="separated by commas, in the order wanted: "
            + ", ".join(column.key for column in [*exports.COLUMNS, *exports.MORE]),
        )
        parser.add_argument(
            "--live",
            action="store_true",
            help="leave out what is cancelled, declined or not confirmed by e-mail",
        )
        parser.add_argument(
            "--output",
            type=Path,
            help="file; without it all but Excel goes to standard output",
        )
        parser.add_argument(
            "--language", choices=dict(settings.LANGUAGES), default="en"
        )

    def handle(
        self, *, number: int, output: Path | None, language: str, **options: Any
    ) -> None:
        try:
            session = Session.objects.get(number=number)
        except Session.DoesNotExist as error:
            raise CommandError(f"There is no session number {number}.") from error
        columns = _columns(options["columns"])
        with translation.override(language):
            found = session.registrations.order_by("-pk")
            found = found.live() if options["live"] else found
            rows = self._export(session, found, options["format"], output, columns)
        self.stderr.write(f"{rows} registrations of session {number} exported.")

    def _export(
        self,
        session: Session,
        registrations: QuerySet[Registration],
        kind: str,
        output: Path | None,
        columns: list[exports.Column],
    ) -> int:
        if output is None and kind not in exports.STREAMED:
            raise CommandError("An Excel file needs --output FILE.")
        if output is None:
            self.stdout.ending = ""
            return exports.write_text(kind, registrations, self.stdout, columns)
        facts = [
            ("Exported by", "manage.py export_participants"),
            ("Exported at", f"{timezone.localtime():%Y-%m-%d %H:%M %Z}"),
            ("Filter", f"session {session.number}"),
        ]
        try:
            with whole_file(output) as file:
                return exports.write(kind, registrations, file, columns, facts)
        except (OSError, ValueError) as error:
            problem = getattr(error, "strerror", None) or str(error)
            raise CommandError(f"{output}: {problem}.") from error


def _columns(named: str) -> list[exports.Column]:
    if not named:
        return exports.COLUMNS
    try:
        return exports.choose(name.strip() for name in named.split(","))
    except ValueError as error:
        raise CommandError(f"--columns: {error}") from error


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file that takes its name only when all of it is written.

    What stood there before stays until then, and for good if anything fails. Only
    the owner may read the new file: it holds personal data.

    Raises OSError if the folder is missing, or file or folder cannot be written.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "Is not a file")
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    with NamedTemporaryFile(
        dir=path.parent, prefix=f".{path.name}.", delete=False
    ) as file:
        temporary = Path(file.name)
        try:
            yield cast("BinaryIO", file)
            file.flush()
            os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
