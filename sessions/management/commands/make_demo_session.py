"""Add one invented session, marked as such, whose registration is open."""

import json
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from sessions.models import AgendaItem, Session

TEXTS = settings.BASE_DIR / "sessions/data/demonstration_session.json"
TRANSLATED = ("title", "summary", "venue", "city", "join_instructions")
DAYS_AHEAD = 30


class Command(BaseCommand):
    help = __doc__

    @transaction.atomic
    def handle(self, **options: Any) -> None:
        if Session.objects.filter(is_demonstration=True).exists():
            self.stdout.write("There is a demonstration session already.")
            return
        session = make_demo_session(json.loads(TEXTS.read_text(encoding="utf-8")))
        self.stdout.write(f"Created: {session}")


def make_demo_session(texts: dict[str, Any]) -> Session:
    """Create the session and its programme; it takes the next free number."""
    last = Session.objects.aggregate(last=Max("number"))["last"] or 0
    now = timezone.now()
    session = Session(
        number=last + 1,
        slug=texts["slug"].format(number=last + 1),
        is_demonstration=True,
        status=Session.Status.PUBLISHED,
        mode=Session.Mode.HYBRID,
        capacity_in_person=20,
        interpretation_languages=[code for code, _name in settings.LANGUAGES],
        **{
            f"{field}_{code}": text
            for field in TRANSLATED
            for code, text in texts[field].items()
        },
    )
    session.starts_on = now.astimezone(session.zone).date() + timedelta(days=DAYS_AHEAD)
    session.ends_on = session.starts_on + timedelta(days=1)
    session.registration_opens_at = now
    session.registration_closes_at = _moment(session, session.starts_on, "00:00")
    session.full_clean()
    session.save()
    _add_programme(session, session.starts_on, texts["programme"])
    return session


def _add_programme(
    session: Session, first_day: date, lines: list[dict[str, Any]]
) -> None:
    for line in lines:
        day = first_day + timedelta(days=line["day"])
        AgendaItem.objects.create(
            session=session,
            kind=line["kind"],
            starts_at=_moment(session, day, line["from"]),
            ends_at=_moment(session, day, line["to"]),
            **{f"title_{code}": text for code, text in line["title"].items()},
        )


def _moment(session: Session, day: date, clock: str) -> datetime:
    """Return this time of day at the venue."""
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=session.zone)
