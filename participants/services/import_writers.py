"""Writing rows of imports, a batch in one transaction, the session locked first."""

from collections import defaultdict
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from sessions.models import Mode, Session

from ..imports import Judge, Verdict
from ..imports.attendance import Presence, minutes_of, stay_of
from ..imports.participants import person_of, registered
from ..models import (
    CheckIn,
    Delegation,
    ImportJob,
    Participant,
    Registration,
    Status,
    Transition,
)
from ..models.participant import person_name_key
from .counting import free_places
from .places import lock_session

REASON = "import"


class Room:
    """The free places of a session to come; of one that is over there are no limits."""

    def __init__(self, job: ImportJob, session: Session) -> None:
        counts = job.registration_state == Status.CONFIRMED and not session.is_over
        self.free: dict[str, int | None] = {
            mode: self._free(session, mode) if counts else None for mode in Mode.values
        }

    @staticmethod
    def _free(session: Session, mode: str) -> int | None:
        """Who waits comes before who is imported."""
        free = free_places(session, mode)
        waiting = free is not None and session.registrations.waiting_list(mode).exists()
        return 0 if waiting else free

    def take(self, verdict: Verdict) -> bool:
        """Take a place for a row, or say in it that there is none."""
        mode = verdict.fields["mode"]
        free = self.free[mode]
        if free == 0:
            verdict.problems.append(_("There is no free place."))
            return False
        if free is not None:
            self.free[mode] = free - 1
        return True


def room_for(job: ImportJob) -> Room:
    """Look what is free now, without a lock."""
    assert job.session is not None  # noqa: S101 (for the type checker)
    return Room(job, job.session)


class RegistrationWriter:
    """Stores people and their registrations: no mail, one transition each."""

    batch = 500

    def __init__(self, job: ImportJob, judge: Judge) -> None:
        self.job = job

    def write(self, verdicts: list[Verdict]) -> set[int]:
        """Store rows; return the numbers of those stored. Others say why not."""
        session = lock_session(self.job.session_id or 0)
        people = self._known(verdicts)
        known = [person.pk for person in people.values()]
        there = registered(Participant.objects.filter(pk__in=known), self.job)
        there |= self._registered_without_address(verdicts)
        room = Room(self.job, session)
        stored = []
        for verdict in verdicts:
            if person_of(verdict.fields) in there:
                verdict.is_there = _("Registered for this session already")
            elif room.take(verdict):
                stored.append(verdict)
        self._store(session, stored, people)
        return {verdict.number for verdict in stored}

    def _known(self, verdicts: list[Verdict]) -> dict[tuple[str, str], Participant]:
        """Find people of these addresses; without an address nobody is the same."""
        keys = {person_of(v.fields)[0] for v in verdicts} - {""}
        found = Participant.objects.filter(email_key__in=keys)
        return {(p.email_key, p.name_key): p for p in found}

    def _registered_without_address(
        self, verdicts: list[Verdict]
    ) -> set[tuple[str, str]]:
        names = {
            name for v in verdicts for mail, name in [person_of(v.fields)] if not mail
        }
        people = Participant.objects.filter(email_key="", name_key__in=names)
        return registered(people, self.job) if names else set()

    def _store(
        self,
        session: Session,
        verdicts: list[Verdict],
        people: dict[tuple[str, str], Participant],
    ) -> None:
        new = [v for v in verdicts if person_of(v.fields) not in people]
        made = Participant.objects.bulk_create([_person(v.fields) for v in new])
        owners = {v.number: person for v, person in zip(new, made, strict=True)}
        rows = Registration.objects.bulk_create(
            self._registration(
                session,
                owners.get(v.number) or people[person_of(v.fields)],
                v.fields,
            )
            for v in verdicts
        )
        Transition.objects.bulk_create(
            Transition(
                registration=row,
                event=Transition.Event.REGISTERED,
                to_status=row.status,
                mode=row.mode,
                by_id=self.job.by_id,
                reason=REASON,
            )
            for row in rows
        )

    def _registration(
        self, session: Session, person: Participant, fields: dict[str, Any]
    ) -> Registration:
        status = Status(self.job.registration_state)
        return Registration(
            session=session,
            participant=person,
            status=status,
            queued_at=timezone.now() if status == Status.PENDING else None,
            is_demonstration=session.is_demonstration,
            **fields,
        )


def _person(fields: dict[str, Any]) -> Participant:
    return Participant(
        email=fields["email"],
        email_key=fields["email"].casefold(),
        name_key=person_name_key(fields["family_name"], fields["given_name"]),
        language=fields["language"],
    )


class DelegationWriter:
    """Stores delegations that are not there yet."""

    batch = 100

    def __init__(self, job: ImportJob, judge: Judge) -> None:
        self.job = job

    def write(self, verdicts: list[Verdict]) -> set[int]:
        """Store rows; return the numbers of those stored. Others say why not."""
        stored = set()
        for verdict in verdicts:
            with translation.override("en"):  # "name" is the English one
                row = Delegation(**verdict.fields)
                try:
                    row.full_clean()
                except ValidationError as error:
                    verdict.problems += error.messages
                    continue
                row.save()
            stored.add(verdict.number)
        return stored


class CheckInWriter:
    """Stores who was online, a row for each person and day.

    Several stays of one day are one check-in; what is there already keeps the greater
    number of minutes, so that a report may be imported again.
    """

    batch = 60_000  # stays of one person may stand anywhere in a report

    def __init__(self, job: ImportJob, judge: Judge) -> None:
        self.job = job

    def write(self, verdicts: list[Verdict]) -> set[int]:
        """Store rows; return the numbers of those that made or changed a check-in."""
        lock_session(self.job.session_id or 0)
        stays: dict[tuple[int, date], list[Presence]] = defaultdict(list)
        rows: dict[tuple[int, date], list[int]] = defaultdict(list)
        for verdict in verdicts:
            key = (verdict.fields["registration"], verdict.fields["day"])
            stays[key].append(stay_of(verdict.fields))
            rows[key].append(verdict.number)
        there = {
            (found.registration_id, found.day): found
            for found in CheckIn.objects.online().filter(
                registration__session=self.job.session
            )
        }
        new, longer = [], []
        written: set[int] = set()
        for key, found in stays.items():
            minutes, old = minutes_of(found), there.get(key)
            if old is None:
                new.append(_check_in(key, found, minutes))
            elif minutes > (old.minutes_online or 0):
                old.minutes_online = minutes
                longer.append(old)
            else:
                continue
            written |= set(rows[key])
        CheckIn.objects.bulk_create(new, batch_size=1_000)
        CheckIn.objects.bulk_update(longer, ["minutes_online"], batch_size=500)
        return written


def _check_in(key: tuple[int, date], stays: list[Presence], minutes: int) -> CheckIn:
    registration, day = key
    starts = [stay.start for stay in stays if stay.start]
    return CheckIn(
        registration_id=registration,
        day=day,
        mode=Mode.ONLINE,
        at=min(starts, default=None),
        minutes_online=minutes,
    )


WRITERS: dict[str, type[RegistrationWriter | DelegationWriter | CheckInWriter]] = {
    "participants": RegistrationWriter,
    "delegations": DelegationWriter,
    "attendance": CheckInWriter,
}
