"""Rows for tests: plain functions, every field with a sensible value."""

from datetime import timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from participants.models import (
    Delegation,
    EmailMessage,
    Participant,
    Registration,
    Status,
)
from participants.models.participant import person_name_key
from sessions.models import Category, Mode, Session

_numbers = count(1)
FIRST_SESSION = 101
counters = SimpleNamespace(session=count(FIRST_SESSION))  # begins anew in every test


def make_session(**fields: Any) -> Session:
    """Make a hybrid session 30 days ahead with open registration and no limits."""
    number = next(counters.session)
    now = timezone.now()
    day = (now + timedelta(days=30)).date()
    defaults = {
        "number": number,
        "slug": f"{number}-a-test",
        "title": f"Test session {number}",
        "status": Session.Status.PUBLISHED,
        "starts_on": day,
        "ends_on": day + timedelta(days=1),
        "mode": Session.Mode.HYBRID,
        "city": "Geneva",
        "registration_opens_at": now - timedelta(days=1),
        "registration_closes_at": now + timedelta(days=29),
    }
    return Session.objects.create(**defaults | fields)


def make_delegation(**fields: Any) -> Delegation:
    defaults = {
        "name": f"State {next(_numbers)}",
        "kind": Delegation.Kind.MEMBER_STATE,
        "is_accredited": True,
    }
    return Delegation.objects.create(**defaults | fields)


def person(email: str | None = None, **fields: Any) -> dict[str, Any]:
    """Return what services.register takes, for somebody new."""
    number = next(_numbers)
    defaults = {
        "email": email or f"p{number}@example.org",
        "language": "en",
        "family_name": f"Person{number}",
        "given_name": "Test",
        "organisation": "Demo University",
        "function": "Researcher",
        "country": "CH",
        "category": Category.ACADEMIA,
        "delegation": None,
        "mode": Mode.IN_PERSON,
    }
    return defaults | fields


def make_registration(session: Session | None = None, **fields: Any) -> Registration:
    """Store a registration in any state, without service, mail or transition."""
    answers = person(**fields)
    participant = Participant.objects.create(
        email=answers["email"],
        email_key=answers["email"].casefold(),
        name_key=person_name_key(answers["family_name"], answers["given_name"]),
        language=answers["language"],
    )
    defaults = {
        "session": session or make_session(),
        "participant": participant,
        "status": Status.CONFIRMED,
        "queued_at": timezone.now(),
    }
    return Registration.objects.create(**defaults | answers)


def make_mail(**fields: Any) -> EmailMessage:
    number = next(_numbers)
    defaults = {
        "to": f"p{number}@example.org",
        "language": "en",
        "kind": "status",
        "subject": f"Subject {number}",
        "text": "Words\n",
        "dedupe_key": f"test:{number}",
    }
    return EmailMessage.objects.create(**defaults | fields)


def make_staff(**fields: Any) -> User:
    number = next(_numbers)
    return User.objects.create_superuser(f"staff{number}", **fields)
