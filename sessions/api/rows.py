"""Rows in, objects of the API out, in the active language."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Model
from django.utils.translation import get_language
from modeltranslation.utils import build_localized_fieldname

from ..models import (
    AgendaItem,
    Appearance,
    Document,
    ReportedAttendance,
    Session,
    Speaker,
    Theme,
)

Object = dict[str, Any]


def texts(row: Model, *fields: str) -> Object:
    """Read translated fields; ``fallback`` lists those that are in English instead."""
    language = get_language() or "en"
    values = {field: getattr(row, field) or "" for field in fields}
    return values | {
        "fallback": [
            field
            for field, text in values.items()
            if text and not getattr(row, build_localized_fieldname(field, language))
        ]
    }


def session_brief(session: Session) -> Object:
    """Needs the themes loaded."""
    return texts(session, "title", "summary", "venue", "city") | {
        "number": session.number,
        "slug": session.slug,
        "status": session.status,
        "is_demonstration": session.is_demonstration,
        "starts_on": session.starts_on,
        "ends_on": session.ends_on,
        "year": session.year,
        "month": session.held_month,
        "time_zone": session.time_zone,
        "mode": session.mode or None,
        "meeting_code": session.meeting_code,
        "themes": sorted(theme.slug for theme in session.themes.all()),
        "registration": session.registration_state(),
        "url": settings.SITE_URL + session.get_absolute_url(),
        "updated_at": session.updated_at,
    }


def session_full(session: Session) -> Object:
    """Needs themes, topics, documents and sources loaded."""
    brief = session_brief(session)
    description = texts(session, "description")
    fallback = brief["fallback"] + description["fallback"]
    podium = session.appearances.podium()
    languages = [code for code, _name in session.interpretation()]
    return brief | {
        "description": description["description"],
        "fallback": fallback,
        "hours": session.hours,
        "registration_opens_at": _at(session.registration_opens_at, session.zone),
        "registration_closes_at": _at(session.registration_closes_at, session.zone),
        "interpretation_languages": languages,
        "webcast_url": session.webcast_url,
        "recording_url": session.recording_url,
        "topics": [texts(topic, "text") for topic in session.topics.all()],
        "podium": [_on_the_podium(appearance) for appearance in podium],
        "documents": [_paper(paper) for paper in session.documents.all()],
        "sources": [
            {"title": source.title, "url": source.url}
            for source in session.sources.all()
        ],
    }


def _at(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return moment and moment.astimezone(zone)


def _paper(paper: Document) -> Object:
    address = paper.get_absolute_url()
    return texts(paper, "title") | {
        "kind": paper.kind,
        "language": paper.language,
        "url": paper.url or settings.SITE_URL + address,
        "agenda_item": paper.agenda_item_id,
    }


def _function(appearance: Appearance) -> Object:
    """Read the function at the time, or else the affiliation of the speaker."""
    at_the_time = texts(appearance, "function")
    if at_the_time["function"]:
        return at_the_time
    affiliation = texts(appearance.speaker, "affiliation")
    return {
        "function": affiliation["affiliation"],
        "fallback": ["function"] if affiliation["fallback"] else [],
    }


def _on_the_podium(appearance: Appearance) -> Object:
    return _function(appearance) | {
        "speaker": appearance.speaker_id,
        "name": appearance.speaker.name,
        "role": appearance.role,
    }


def programme_item(item: AgendaItem, zone: ZoneInfo) -> Object:
    """Needs the appearances and their speakers loaded."""
    return texts(item, "title", "abstract", "room") | {
        "id": item.pk,
        "kind": item.kind,
        "starts_at": _at(item.starts_at, zone),
        "ends_at": _at(item.ends_at, zone),
        "people": [_on_the_podium(one) for one in item.appearances.all()],
    }


def theme_of_sessions(theme: Theme) -> Object:
    """Needs the sessions loaded that may be shown."""
    return texts(theme, "name") | {
        "slug": theme.slug,
        "sessions": [session.number for session in theme.sessions.all()],
    }


def speaker_object(speaker: Speaker) -> Object:
    """Needs the appearances loaded that may be shown, each with session and speaker."""
    return texts(speaker, "affiliation", "biography") | {
        "id": speaker.pk,
        "name": speaker.name,
        "country": speaker.country,
        "appearances": [
            _function(appearance)
            | {
                "session": appearance.session.number,
                "agenda_item": appearance.agenda_item_id,
                "role": appearance.role,
            }
            for appearance in speaker.appearances.all()
        ],
    }


def figure(reported: ReportedAttendance) -> Object:
    """Needs the session loaded."""
    return {
        "session": reported.session.number,
        "count": reported.count,
        "qualifier": reported.qualifier,
        "kind": reported.kind,
        "countries": reported.countries,
        "countries_qualifier": reported.countries_qualifier,
        "source_url": reported.source_url,
    }
