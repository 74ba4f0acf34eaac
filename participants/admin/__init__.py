"""Back office of participants: registrations, delegations, people, mails."""

from .door_assignment import DoorAssignmentAdmin
from .export_jobs import ExportJobAdmin
from .imports import ImportJobAdmin
from .others import DelegationAdmin, EmailMessageAdmin, ParticipantAdmin
from .registration import RegistrationAdmin

__all__ = [
    "DelegationAdmin",
    "DoorAssignmentAdmin",
    "EmailMessageAdmin",
    "ExportJobAdmin",
    "ImportJobAdmin",
    "ParticipantAdmin",
    "RegistrationAdmin",
]
