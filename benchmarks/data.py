"""What is measured with: a full session, open registration, people who wait to confirm.

The session is written in all six languages, as a real one is.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from participants.models import Participant, Registration
from participants.models.participant import person_name_key
from sessions.models import (
    AgendaItem,
    Appearance,
    Category,
    Document,
    Mode,
    ReportedAttendance,
    Session,
    Source,
    Speaker,
    Theme,
    Topic,
)

ITEM_MINUTES = 40
ITEMS_A_DAY = 10
SENTENCES = "Governments, creators and companies compare what they know. " * 4
DESCRIPTION = f"{SENTENCES}\n\n## What it is about\n\n- One\n- Two\n\n{SENTENCES}"


def in_six_languages(field: str, text: str) -> dict[str, str]:
    """Return values of a translated field's columns."""
    return {
        f"{field}_{code.replace('-', '_')}": f"{text} ({code})"
        for code, _name in settings.LANGUAGES
    }


def open_session(**fields: Any) -> Session:
    """Make a hybrid session in 30 days; registration is open, places have limits."""
    latest: int = Session.objects.aggregate(Max("number"))["number__max"]
    number = latest + 1
    now = timezone.now()
    day = (now + timedelta(days=30)).date()
    defaults = {
        "number": number,
        "slug": f"{number}-measured",
        "status": Session.Status.PUBLISHED,
        "starts_on": day,
        "ends_on": day + timedelta(days=1),
        "mode": Session.Mode.HYBRID,
        "registration_opens_at": now - timedelta(days=1),
        "registration_closes_at": now + timedelta(days=29),
        "capacity_in_person": 100_000,
        "capacity_online": 100_000,
        "interpretation_languages": [code for code, _name in settings.LANGUAGES],
        **in_six_languages("title", f"A measured session, number {number}"),
        **in_six_languages("summary", SENTENCES),
        **in_six_languages("description", DESCRIPTION),
        **in_six_languages("venue", "Conference hall"),
        **in_six_languages("city", "Geneva"),
    }
    return Session.objects.create(**defaults | fields)


def full_session(items: int, speakers: int) -> Session:
    """Make a session whose page shows every part: programme, podium, papers."""
    session = open_session(hours="10:00–18:00", meeting_code="CONV/1")
    session.themes.set(
        Theme.objects.create(
            slug=f"measured-{session.pk}-{n}",
            **in_six_languages("name", f"Theme {session.pk} {n}"),
        )
        for n in range(3)
    )
    for n in range(6):
        text = in_six_languages("text", f"What follows from question {n}?")
        Topic.objects.create(session=session, position=n, **text)
    _add_programme(session, items, speakers)
    _add_papers(session)
    return session


def _add_programme(session: Session, items: int, speakers: int) -> None:
    """Give every item one speaker and the session a chair."""
    people = [
        Speaker.objects.create(
            name=f"Speaker Number {n}",
            **in_six_languages("affiliation", f"University of Example {n}"),
            **in_six_languages("biography", SENTENCES),
        )
        for n in range(speakers)
    ]
    kinds = AgendaItem.Kind.values
    for n in range(items):
        item = AgendaItem.objects.create(
            session=session,
            kind=kinds[n % len(kinds)],
            starts_at=_start(session.starts_on or timezone.localdate(), n),
            ends_at=_start(session.starts_on or timezone.localdate(), n)
            + timedelta(minutes=ITEM_MINUTES),
            **in_six_languages("title", f"Item number {n} of the programme"),
            **in_six_languages("abstract", SENTENCES),
        )
        Appearance.objects.create(
            session=session, agenda_item=item, speaker=people[n % speakers]
        )
    chair = Appearance.Role.CHAIR
    Appearance.objects.create(session=session, speaker=people[0], role=chair)


def _start(first: date, number: int) -> datetime:
    """Return when an item starts: two days, as many items as come on each."""
    day, line = divmod(number, ITEMS_A_DAY)
    begin = datetime.combine(first + timedelta(days=min(day, 1)), time(8), UTC)
    return begin + line * timedelta(minutes=ITEM_MINUTES)


def _add_papers(session: Session) -> None:
    for n in range(5):
        Document.objects.create(
            session=session,
            kind=Document.Kind.PRESENTATION,
            url=f"https://example.org/{n}.pdf",
            **in_six_languages("title", f"Paper {n}"),
        )
    for n in range(2):
        url = f"https://example.org/source/{session.pk}/{n}"
        Source.objects.create(session=session, title=f"Source {n}", url=url)
    ReportedAttendance.objects.create(
        session=session,
        count=1_000,
        qualifier="more than",
        kind="registrants",
        source_url="https://example.org/attendance",
    )


def unverified(session: Session, count: int) -> list[str]:
    """Store people who have still to confirm for the room; return their tokens."""
    people = Participant.objects.bulk_create(
        Participant(
            email=f"rush{session.pk}-{n}@example.org",
            email_key=f"rush{session.pk}-{n}@example.org",
            name_key=person_name_key(f"Rush{n}", "Ada"),
        )
        for n in range(count)
    )
    registrations = Registration.objects.bulk_create(
        Registration(
            session=session,
            participant=person,
            email=person.email,
            family_name=f"Rush{n}",
            given_name="Ada",
            country="CH",
            category=Category.ACADEMIA,
            mode=Mode.IN_PERSON,
        )
        for n, person in enumerate(people)
    )
    return [registration.token for registration in registrations]
