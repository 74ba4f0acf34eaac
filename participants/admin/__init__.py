"""Back office of participants: registrations, delegations, people, mails, messages."""

from .badges import PrintRunAdmin
from .decline_reason import DeclineReasonAdmin
from .door import CheckInAdmin
from .door_assignment import DoorAssignmentAdmin
from .export_jobs import ExportJobAdmin
from .imports import ImportJobAdmin
from .lists import EditionAdmin
from .messages import MessageAdmin
from .others import DelegationAdmin, EmailMessageAdmin, ParticipantAdmin
from .registration import RegistrationAdmin

__all__ = [
    "CheckInAdmin",
    "DeclineReasonAdmin",
    "DelegationAdmin",
    "DoorAssignmentAdmin",
    "EditionAdmin",
    "EmailMessageAdmin",
    "ExportJobAdmin",
    "ImportJobAdmin",
    "MessageAdmin",
    "ParticipantAdmin",
    "PrintRunAdmin",
    "RegistrationAdmin",
]
