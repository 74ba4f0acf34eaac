"""Rows of people who take part: registrations of one session."""

from collections import defaultdict
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from sessions.countries import NOT_LISTED
from sessions.models import REPRESENTING, Category, Mode

from ..models import Delegation, ImportJob, Participant, Registration, Status
from ..models.participant import person_name_key
from ..text import validate_email, validate_line, validate_paragraphs
from . import values
from .judging import Judge, Verdict
from .mapping import folded

TEXTS = [
    *("family_name", "given_name", "badge_name", "own_script_name", "organisation"),
    *("unit", "function", "city"),
]
CHOICES = ["form_of_address", "rank", "gender", "interpretation_language", "language"]
PersonKey = tuple[str, str]  # folded address and folded name


class ParticipantJudge(Judge):
    """Knows who is registered already, and which rows are one person."""

    longest = {
        "family_name": 100,
        "given_name": 100,
        "badge_name": 100,
        "own_script_name": 100,
        "city": 100,
        "email": 254,
        "accessibility_needs": 2_000,
        "staff_note": 2_000,
    }

    def prepare(self) -> None:
        self.seen: dict[PersonKey, int] = {}
        self.delegations = _delegations()
        self.categories = values.by_label(Category, {})
        self.modes = values.by_label(
            Mode,
            {
                "in-person": "in_person",
                "room": "in_person",
                "remote": "online",
                "virtual": "online",
            },
        )
        self.created_order = self.day_first("created_at")
        self.registered = registered(Participant.objects.all(), self.job)

    def judge(self, cells: dict[str, str], verdict: Verdict) -> None:
        fields: dict[str, Any] = {name: cells.get(name, "") for name in TEXTS}
        for name in CHOICES:
            fields[name] = self.choice(name, cells, verdict)
        fields["language"] = fields["language"] or "en"
        fields["country"] = self.choice("country", cells, verdict) or NOT_LISTED
        fields["mode"] = self._labelled("mode", self.modes, cells, verdict)
        fields["mode"] = fields["mode"] or self.job.mode
        fields["email"] = cells.get("email", "").replace(" ", "")
        self._judge_texts(fields, cells, verdict)
        fields |= self._whom(cells, verdict)
        for name in ["accessibility_needs", "staff_note"]:
            fields[name] = cells.get(name, "")
        moment = self.moment("created_at", cells, verdict, self.created_order)
        if moment and moment > timezone.now():
            self.note(verdict, "created_at", _("lies in the future"))
        fields["created_at"] = moment or timezone.now()
        verdict.fields = fields
        if not verdict.problems:
            self._judge_person(fields, verdict)

    def _judge_texts(
        self, fields: dict[str, Any], cells: dict[str, str], verdict: Verdict
    ) -> None:
        if not fields["family_name"] and not verdict.problems:
            self.note(verdict, "family_name", _("is empty"))
        for name in TEXTS:
            self._try(name, validate_line, fields[name], verdict)
        for name in ["accessibility_needs", "staff_note"]:
            self._try(name, validate_paragraphs, cells.get(name, ""), verdict)
        if fields["email"]:
            self._try("email", validate_email, fields["email"], verdict)

    def _try(self, key: str, validate: Any, text: str, verdict: Verdict) -> None:
        try:
            validate(text)
        except ValidationError as error:
            problem = f"{self.labels[key].capitalize()}: {error.messages[0]}"
            if problem not in verdict.problems:
                verdict.problems.append(problem)

    def _labelled(
        self, key: str, known: dict[str, str], cells: dict[str, str], verdict: Verdict
    ) -> str:
        cell = cells.get(key, "")
        value = known.get(folded(cell))
        if cell and value is None:
            self.note(verdict, key, _("“%(text)s” is not known") % {"text": cell[:60]})
        return value or ""

    def _whom(self, cells: dict[str, str], verdict: Verdict) -> dict[str, Any]:
        """Say in what quality somebody comes, and for which delegation."""
        category = self._labelled("category", self.categories, cells, verdict)
        name = cells.get("delegation", "")
        delegation = self.delegations.get(folded(name)) if name else None
        if name and delegation is None:
            self.note(
                verdict,
                "delegation",
                _("“%(text)s” is not known") % {"text": name[:60]},
            )
        if delegation and not category:
            is_member = delegation.kind == Delegation.Kind.MEMBER_STATE
            category = Category.MEMBER_STATE if is_member else Category.OBSERVER
        category = category or Category.INDIVIDUAL
        kinds = Delegation.KINDS_OF_CATEGORY.get(category, [])
        if category in REPRESENTING and not name:
            self._note_whom(verdict, _("Choose the delegation you belong to."))
        elif category not in REPRESENTING and delegation:
            self._note_whom(verdict, _("This category has no delegation."))
        elif delegation and delegation.kind not in kinds:
            self._note_whom(verdict, _("does not go with the category"))
        return {"category": category, "delegation": delegation}

    def _note_whom(self, verdict: Verdict, problem: str) -> None:
        self.note(verdict, "delegation", problem)

    def _judge_person(self, fields: dict[str, Any], verdict: Verdict) -> None:
        """Find the same person further up in the file, or registered already."""
        key = person_of(fields)
        first = self.seen.setdefault(key, verdict.number)
        if first != verdict.number:
            verdict.problems.append(
                _("The same person stands in row %(n)s.") % {"n": first}
            )
        elif key in self.registered:
            verdict.is_there = _("Registered for this session already")


def registered(people: QuerySet[Participant], job: ImportJob) -> set[PersonKey]:
    """Return who of them has a registration that an import must not double.

    A cancelled one stands in the way of nothing but another cancelled one.
    """
    rows = Registration.objects.filter(
        session=job.session_id, erased_at__isnull=True, participant__in=people
    )
    if job.registration_state != Status.CANCELLED:
        rows = rows.exclude(status=Status.CANCELLED)
    keys = rows.values_list("participant__email_key", "participant__name_key")
    return set(keys.order_by())


def person_of(fields: dict[str, Any]) -> PersonKey:
    """Return the keys by which a person is known."""
    name = person_name_key(fields["family_name"], fields["given_name"])
    return fields["email"].casefold(), name


def _delegations() -> dict[str, Delegation]:
    """Return delegations by every name they have, and by their country's code.

    A name that two delegations have names none.
    """
    found: dict[str, set[int]] = defaultdict(set)
    rows = {row.pk: row for row in Delegation.objects.order_by("pk")}
    for row in rows.values():
        for name in _names(row):
            found[folded(name)].add(row.pk)
    return {name: rows[min(keys)] for name, keys in found.items() if len(keys) == 1}


def _names(row: Delegation) -> list[str]:
    codes = ["en", "fr", "es", "ru", "ar", "zh_hans"]
    return [name for code in codes if (name := getattr(row, f"name_{code}"))]
