"""Writes that span rows: each holds in one transaction, on SQLite and PostgreSQL."""

from .answers import answers_of, change, correct, has_namesake
from .by_staff import change_mode, register_by_staff
from .choosing import take_as_correction
from .counting import count_both, free_places
from .deciding import (
    decide,
    decide_each,
    delete_old_decisions,
    keys_of,
    log_decision,
    queue_decision,
    run_decisions,
    stop_decision,
)
from .delegations import move_person, name_rank, people_of, register_people, send_link
from .door import check_in, undo_check_in
from .exporting import (
    delete_export,
    delete_old_exports,
    last_choice,
    log_export,
    queue_export,
    remember_choice,
    run_exports,
)
from .housekeeping import delete_old_link_mails, delete_old_log, delete_unverified
from .importing import (
    choose_columns,
    delete_old_imports,
    do_import,
    hold,
    queue_check,
    queue_write,
    run_imports,
    start_import,
    table_of,
)
from .importing import (
    counts as import_counts,
)
from .letters import (
    add_letter,
    add_letter_for,
    delete_unused_letters,
    register_with_letter,
    shared_letter,
    store_letter,
)
from .merging import likely_pairs, merge, say_two_people
from .messages import send_message, stop_message, write_due_messages
from .outbox import deliver_due, retry
from .places import (
    admit_above_capacity,
    fill_free_places,
    fill_waiting_sessions,
    promote,
)
from .privacy import erase, forget_old, personal_data, withdraw_consents
from .proving import (
    confirm,
    confirm_by_code,
    correct_address,
    must_choose,
    send_again,
)
from .registering import register
from .reminders import queue_reminders
from .returning import known_people, mail_links, newest_of, open_sessions
from .session_changes import change_session
from .states import approve, cancel, decline
from .substituting import propose_substitute, substitute

__all__ = [
    "add_letter",
    "add_letter_for",
    "admit_above_capacity",
    "answers_of",
    "approve",
    "cancel",
    "change",
    "change_mode",
    "change_session",
    "check_in",
    "choose_columns",
    "confirm",
    "confirm_by_code",
    "correct",
    "correct_address",
    "count_both",
    "decide",
    "decide_each",
    "decline",
    "delete_export",
    "delete_old_decisions",
    "delete_old_exports",
    "delete_old_imports",
    "delete_old_link_mails",
    "delete_old_log",
    "delete_unused_letters",
    "delete_unverified",
    "deliver_due",
    "do_import",
    "erase",
    "fill_free_places",
    "fill_waiting_sessions",
    "forget_old",
    "free_places",
    "has_namesake",
    "hold",
    "import_counts",
    "keys_of",
    "known_people",
    "last_choice",
    "likely_pairs",
    "log_decision",
    "log_export",
    "mail_links",
    "merge",
    "move_person",
    "must_choose",
    "name_rank",
    "newest_of",
    "open_sessions",
    "people_of",
    "personal_data",
    "promote",
    "propose_substitute",
    "queue_check",
    "queue_decision",
    "queue_export",
    "queue_reminders",
    "queue_write",
    "register",
    "register_by_staff",
    "register_people",
    "register_with_letter",
    "remember_choice",
    "retry",
    "run_decisions",
    "run_exports",
    "run_imports",
    "say_two_people",
    "send_again",
    "send_link",
    "send_message",
    "shared_letter",
    "start_import",
    "stop_decision",
    "stop_message",
    "store_letter",
    "substitute",
    "table_of",
    "take_as_correction",
    "undo_check_in",
    "withdraw_consents",
    "write_due_messages",
]
