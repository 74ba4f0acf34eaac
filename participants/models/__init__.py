"""Who comes, for whom, and what was mailed to them."""

from .check_in import CheckIn
from .decision_job import DecisionJob
from .decline_reason import DeclineReason
from .delegation import Delegation
from .door_assignment import DoorAssignment
from .duplicate import NotTheSame
from .edition import Edition
from .email_message import EmailMessage
from .export_job import ExportChoice, ExportJob
from .focal_point import FocalPoint
from .import_job import ImportJob, ImportMapping
from .job import JobState
from .message import Message
from .nomination_letter import NominationLetter
from .organisation import Organisation
from .participant import Participant
from .printing import PrintedBadge, PrintRun
from .public_table import PublicTable
from .registration import Registration
from .status import Role, Status
from .transition import Transition

__all__ = [
    "CheckIn",
    "DecisionJob",
    "DeclineReason",
    "Delegation",
    "DoorAssignment",
    "Edition",
    "EmailMessage",
    "ExportChoice",
    "ExportJob",
    "FocalPoint",
    "ImportJob",
    "ImportMapping",
    "JobState",
    "Message",
    "NominationLetter",
    "NotTheSame",
    "Organisation",
    "Participant",
    "PrintRun",
    "PrintedBadge",
    "PublicTable",
    "Registration",
    "Role",
    "Status",
    "Transition",
]
