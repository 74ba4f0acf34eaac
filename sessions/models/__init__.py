"""What happens, when, on what, with whom."""

from .document import Document
from .programme import AgendaItem, Appearance, Speaker, programme_by_day
from .session import Mode, Session
from .session_parts import ReportedAttendance, Source, Topic
from .theme import Theme

__all__ = [
    "AgendaItem",
    "Appearance",
    "Document",
    "Mode",
    "ReportedAttendance",
    "Session",
    "Source",
    "Speaker",
    "Theme",
    "Topic",
    "programme_by_day",
]
