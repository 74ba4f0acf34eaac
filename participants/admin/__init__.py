"""Back office of participants: registrations, delegations, people, mails, messages."""

from .badges import PrintRunAdmin
from .decision_jobs import DecisionJobAdmin
from .decline_reason import DeclineReasonAdmin
from .delegations import FocalPointAdmin, OrganisationAdmin
from .door import CheckInAdmin
from .door_assignment import DoorAssignmentAdmin
from .export_jobs import ExportJobAdmin
from .imports import ImportJobAdmin
from .letters import NominationLetterAdmin
from .lists import EditionAdmin
from .messages import MessageAdmin
from .others import DelegationAdmin, EmailMessageAdmin, ParticipantAdmin
from .registration import RegistrationAdmin

__all__ = [
    "CheckInAdmin",
    "DecisionJobAdmin",
    "DeclineReasonAdmin",
    "DelegationAdmin",
    "DoorAssignmentAdmin",
    "EditionAdmin",
    "EmailMessageAdmin",
    "ExportJobAdmin",
    "FocalPointAdmin",
    "ImportJobAdmin",
    "MessageAdmin",
    "NominationLetterAdmin",
    "OrganisationAdmin",
    "ParticipantAdmin",
    "PrintRunAdmin",
    "RegistrationAdmin",
]
