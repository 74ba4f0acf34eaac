"""Deliver mails, fill places, do exports, imports and decisions, until told to stop."""

import logging
import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections, connection

from participants import services
from sessions import drafts

ROUND_SECONDS = 1.0
AFTER_ERROR_SECONDS = 5.0

logger = logging.getLogger("participants.worker")


def run_round() -> int:
    """Do everything that is due once; return how many mails and jobs were taken."""
    drafts.publish_due()
    services.fill_waiting_sessions()
    services.delete_unverified()
    services.delete_old_log()
    services.delete_old_link_mails()
    services.delete_unused_letters()
    services.forget_old()
    services.delete_old_exports()
    services.delete_old_imports()
    services.delete_old_decisions()
    services.queue_reminders()
    mails = services.write_due_messages() + services.deliver_due()
    jobs = services.run_exports() + services.run_imports() + services.run_decisions()
    return mails + jobs


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options: Any) -> None:
        stop = threading.Event()

        def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, ask_to_stop)
        signal.signal(signal.SIGINT, ask_to_stop)
        while not stop.is_set():
            stop.wait(self.work())

    def work(self) -> float:
        """Do one round; return the seconds to wait before the next."""
        try:
            close_old_connections()
            return 0 if run_round() else ROUND_SECONDS
        except DatabaseError:
            logger.exception("The database did not answer; the worker tries again.")
            connection.close()
            return AFTER_ERROR_SECONDS
