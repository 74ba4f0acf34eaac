"""Bring the database up to date; into an empty one, put what we know.

Repeating it changes nothing. ``--demonstration`` adds what one needs to look
around: an invented session with open registration and an account for staff.
"""

from argparse import ArgumentParser
from io import StringIO
from secrets import token_urlsafe
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, transaction

from sessions.models import Session


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--demonstration",
            action="store_true",
            help="add an invented session and an account for staff",
        )

    def handle(self, *, demonstration: bool, **options: Any) -> None:
        settings.DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            call_command("migrate", interactive=False, verbosity=0)
        except DatabaseError as error:
            raise CommandError(f"The database does not take part: {error}") from error
        load_first_data(demonstration=demonstration)
        password = make_staff_account() if demonstration else None
        if password:
            self.stdout.write(
                f"Staff account: staff, password {password} (shown only this once)"
            )


@transaction.atomic
def load_first_data(*, demonstration: bool) -> None:
    """Fill an empty table of sessions and what goes with it, all or nothing."""
    if Session.objects.exists():
        return
    for command in ["load_delegations", "load_sessions"]:
        call_command(command, stdout=StringIO())
    if demonstration:
        call_command("make_demo_session", stdout=StringIO())


@transaction.atomic
def make_staff_account() -> str | None:
    """Make the first account and return its password; None if there is one already."""
    users = get_user_model().objects
    if users.exists():
        return None
    password = token_urlsafe(12)
    users.create_superuser("staff", password=password)
    return password
