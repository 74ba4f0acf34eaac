"""What happens, when, on what, with whom."""

from .content_version import ContentVersion
from .document import Document
from .picture import PICTURE_TYPES
from .programme import AgendaItem, Appearance, Speaker, programme_by_day
from .reserved_places import ReservedPlaces
from .session import REPRESENTING, Category, Mode, Session
from .session_draft import SessionDraft
from .session_parts import ReportedAttendance, Source, Topic
from .theme import Theme

__all__ = [
    "PICTURE_TYPES",
    "REPRESENTING",
    "AgendaItem",
    "Appearance",
    "Category",
    "ContentVersion",
    "Document",
    "Mode",
    "ReportedAttendance",
    "ReservedPlaces",
    "Session",
    "SessionDraft",
    "Source",
    "Speaker",
    "Theme",
    "Topic",
    "programme_by_day",
]
