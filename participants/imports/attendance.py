"""Rows of reports of online meetings: matched by address, then by name."""

import re
from collections import defaultdict
from datetime import date, datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from sessions.countries import without_accents

from ..models import Registration
from . import values
from .judging import Judge, Verdict

A_DAY = 24 * 60  # minutes
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_BETWEEN = re.compile(r"[\W_]+")


class Presence(NamedTuple):
    """One stay of somebody: when, and how long by the report's own count."""

    start: datetime | None
    end: datetime | None
    minutes: int


def tokens(name: str) -> str:
    """Return the parts of a name in an order of their own."""
    parts = _BETWEEN.split(without_accents(_ASIDE.sub(" ", name)))
    return " ".join(sorted(filter(None, parts)))


class AttendanceJudge(Judge):
    """Knows who is registered for the session, by address and by name."""

    longest = {"name": 300, "email": 254}

    def prepare(self) -> None:
        self.by_email: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self.by_name: dict[str, list[int]] = defaultdict(list)
        rows = Registration.objects.live().filter(session=self.job.session)
        columns = ["pk", "email", "family_name", "given_name", "own_script_name"]
        for pk, email, family, given, own in rows.values_list(*columns):
            key = tokens(f"{given} {family}")
            if email:
                self.by_email[email.casefold()].append((pk, key))
            for name in {key, tokens(own)} - {""}:
                self.by_name[name].append(pk)
        self.order = self.day_first("joined_at", "left_at")
        session = self.job.session
        self.days = set(session.days()) if session else set()

    def judge(self, cells: dict[str, str], verdict: Verdict) -> None:
        start = self.moment("joined_at", cells, verdict, self.order)
        end = self.moment("left_at", cells, verdict, self.order)
        minutes = self._minutes(cells, verdict, start, end)
        day = self._day(start, verdict)
        registration = self._match(cells, verdict)
        if verdict.problems or registration is None or day is None:
            return
        verdict.fields = {
            "registration": registration,
            "day": day,
            "at": start,
            "end": end,
            "minutes": minutes,
        }

    def _minutes(
        self,
        cells: dict[str, str],
        verdict: Verdict,
        start: datetime | None,
        end: datetime | None,
    ) -> int:
        found = 0
        if cells.get("minutes"):
            try:
                found = values.minutes(cells["minutes"])
            except ValueError:
                self.note(verdict, "minutes", _("is no duration"))
        elif start and end:
            found = round((end - start).total_seconds() / 60)
        if not 0 <= found <= A_DAY:
            self.note(verdict, "minutes", _("is no duration"))
        return found

    def _day(self, start: datetime | None, verdict: Verdict) -> date | None:
        """Return the day at the venue: by when one joined, else the one chosen."""
        session = self.job.session
        day = start.astimezone(session.zone).date() if start and session else None
        day = day or self.job.day
        if day is None:
            verdict.problems.append(_("No day: choose one for the rows without."))
        elif self.days and day not in self.days:
            text = _("%(day)s is no day of the session.") % {"day": day.isoformat()}
            verdict.problems.append(text)
        return day

    def _match(self, cells: dict[str, str], verdict: Verdict) -> int | None:
        """Find who it is: by address, by name if several share it; else by name."""
        full = cells.get("name", "")
        name = tokens(full) or tokens(
            f"{cells.get('given_name', '')} {cells.get('family_name', '')}"
        )
        mailbox = self.by_email.get(cells.get("email", "").casefold(), [])
        if len(mailbox) == 1:
            return mailbox[0][0]
        found = [pk for pk, key in mailbox if key == name] or self.by_name.get(name, [])
        if len(found) == 1:
            return found[0]
        if found:
            problem = _("Several registrations have this name.")
        elif mailbox:
            problem = _("Several people share this address, none has this name.")
        elif not name and not cells.get("email"):
            problem = _("Neither an address nor a name.")
        else:
            problem = _("Nobody registered has this address or name.")
        if not verdict.problems:
            verdict.problems.append(problem)
        return None


def minutes_of(stays: list[Presence]) -> int:
    """Add up stays; time that two of them cover counts once."""
    timed = sorted((stay.start, stay.end) for stay in stays if stay.start and stay.end)
    total = float(sum(stay.minutes for stay in stays if not (stay.start and stay.end)))
    covered: datetime | None = None
    for start, end in timed:
        begin = start if covered is None else max(start, covered)
        if end > begin:
            total += (end - begin).total_seconds() / 60
            covered = end
    return round(total)


def stay_of(fields: dict[str, Any]) -> Presence:
    """Return the stay that a good row tells of."""
    return Presence(fields["at"], fields["end"], fields["minutes"])
