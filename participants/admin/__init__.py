"""Back office of participants: registrations, delegations, people, mails."""

from .decline_reason import DeclineReasonAdmin
from .door_assignment import DoorAssignmentAdmin
from .export_jobs import ExportJobAdmin
from .imports import ImportJobAdmin
from .others import DelegationAdmin, EmailMessageAdmin, ParticipantAdmin
from .registration import RegistrationAdmin

__all__ = [
    "DeclineReasonAdmin",
    "DelegationAdmin",
    "DoorAssignmentAdmin",
    "EmailMessageAdmin",
    "ExportJobAdmin",
    "ImportJobAdmin",
    "ParticipantAdmin",
    "RegistrationAdmin",
]
