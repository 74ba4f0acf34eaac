"""Write all registrations of a session to a CSV or Excel file.

The rows are those of the admin's list of the session without further filters.
"""

import errno
import os
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet
from django.utils import translation

from participants import exports
from participants.models import Registration
from sessions.models import Session


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", type=int, help="session number, e.g. 11")
        parser.add_argument("--format", choices=["csv", "xlsx"], required=True)
        parser.add_argument(
            "--output", type=Path, help="file; without it CSV goes to standard output"
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
        registrations = session.registrations.order_by("-pk")
        with translation.override(language):
            rows = self._export(registrations, options["format"], output)
        self.stderr.write(f"{rows} registrations of session {number} exported.")

    def _export(
        self,
        registrations: QuerySet[Registration],
        file_format: str,
        output: Path | None,
    ) -> int:
        if output is None and file_format == "xlsx":
            raise CommandError("An Excel file needs --output FILE.")
        if output is None:
            self.stdout.ending = ""
            return exports.write_csv(registrations, self.stdout)
        try:
            with whole_file(output) as file:
                return _write(registrations, file_format, file)
        except (OSError, ValueError) as error:
            problem = getattr(error, "strerror", None) or str(error)
            raise CommandError(f"{output}: {problem}.") from error


def _write(
    registrations: QuerySet[Registration], file_format: str, file: BinaryIO
) -> int:
    if file_format == "xlsx":
        return exports.write_xlsx(registrations, file)
    text = TextIOWrapper(file, encoding="utf-8", newline="")
    rows = exports.write_csv(registrations, text)
    text.flush()
    text.detach()
    return rows


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
