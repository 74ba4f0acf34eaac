"""Tables that people bring: bytes in, rows and what is wrong with them out; no HTTP."""

from .attendance import AttendanceJudge
from .delegations import DelegationJudge
from .judging import Judge, Outcome, Verdict
from .mapping import find_header, guess, header_key
from .participants import ParticipantJudge
from .reading import Table, read_table

JUDGES = {
    "participants": ParticipantJudge,
    "delegations": DelegationJudge,
    "attendance": AttendanceJudge,
}

__all__ = [
    "JUDGES",
    "AttendanceJudge",
    "DelegationJudge",
    "Judge",
    "Outcome",
    "ParticipantJudge",
    "Table",
    "Verdict",
    "find_header",
    "guess",
    "header_key",
    "read_table",
]
