"""Writes that span rows: each holds in one transaction, on SQLite and PostgreSQL."""

from .answers import change, correct, has_namesake
from .exporting import (
    delete_export,
    delete_old_exports,
    last_choice,
    log_export,
    queue_export,
    remember_choice,
    run_exports,
)
from .housekeeping import delete_unverified
from .outbox import deliver_due, retry
from .places import (
    admit_above_capacity,
    fill_free_places,
    fill_waiting_sessions,
    free_places,
    promote,
)
from .privacy import erase, forget_old, personal_data, withdraw_consents
from .proving import confirm_by_code, correct_address, send_again
from .registering import register
from .states import approve, cancel, confirm, decline

__all__ = [
    "admit_above_capacity",
    "approve",
    "cancel",
    "change",
    "confirm",
    "confirm_by_code",
    "correct",
    "correct_address",
    "decline",
    "delete_export",
    "delete_old_exports",
    "delete_unverified",
    "deliver_due",
    "erase",
    "fill_free_places",
    "fill_waiting_sessions",
    "forget_old",
    "free_places",
    "has_namesake",
    "last_choice",
    "log_export",
    "personal_data",
    "promote",
    "queue_export",
    "register",
    "remember_choice",
    "retry",
    "run_exports",
    "send_again",
    "withdraw_consents",
]
