"""Who comes, for whom, and what was mailed to them."""

from .check_in import CheckIn
from .delegation import Delegation
from .email_message import EmailMessage
from .participant import Participant
from .registration import Registration, Role, Status
from .transition import Transition

__all__ = [
    "CheckIn",
    "Delegation",
    "EmailMessage",
    "Participant",
    "Registration",
    "Role",
    "Status",
    "Transition",
]
