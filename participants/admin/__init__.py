"""Back office of participants: registrations, delegations, people, mails."""

from .others import DelegationAdmin, EmailMessageAdmin, ParticipantAdmin
from .registration import RegistrationAdmin

__all__ = [
    "DelegationAdmin",
    "EmailMessageAdmin",
    "ParticipantAdmin",
    "RegistrationAdmin",
]
