"""Back office of participants: registrations, delegations, people, mails."""

from .export_jobs import ExportJobAdmin
from .imports import ImportJobAdmin
from .others import DelegationAdmin, EmailMessageAdmin, ParticipantAdmin
from .registration import RegistrationAdmin

__all__ = [
    "DelegationAdmin",
    "EmailMessageAdmin",
    "ExportJobAdmin",
    "ImportJobAdmin",
    "ParticipantAdmin",
    "RegistrationAdmin",
]
