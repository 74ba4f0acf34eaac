"""Back office of participants: registrations, delegations, people, mails."""

from .export_jobs import ExportJobAdmin
from .others import DelegationAdmin, EmailMessageAdmin, ParticipantAdmin
from .registration import RegistrationAdmin

__all__ = [
    "DelegationAdmin",
    "EmailMessageAdmin",
    "ExportJobAdmin",
    "ParticipantAdmin",
    "RegistrationAdmin",
]
