"""Do one round of the background work: for cron, where no worker runs."""

from typing import Any

from django.core.management.base import BaseCommand

from .run_worker import run_round


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options: Any) -> None:
        while run_round():
            pass
