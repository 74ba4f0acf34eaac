"""One person stored twice: likely pairs, and making one of two."""

from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import NamedTuple

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext as _

from ..models import NotTheSame, Participant, Registration, Status
from ..models.status import LIVE
from .places import lock_session

SMALL = 6  # members of a group of which every pair is shown
BLOCKS = 50  # groups looked at in one query


class Pair(NamedTuple):
    """Two participants who may be one; the one stored first is first."""

    older: Participant
    newer: Participant


def likely_pairs(*, after: int = 0, most: int = 20) -> tuple[list[Pair], int]:
    """Return pairs of participants with one name in any spelling and order.

    They come by the lowest primary key of their group, those behind ``after``; beside
    them the key behind which the next ones are, 0 when there are none. Groups are
    found by an index; of a large one only neighbours are paired, so nothing here grows
    with the square of the people.
    """
    found: list[Pair] = []
    for first, members in _groups(after):
        found += _unjudged(members)
        if len(found) >= most:
            return found, first
    return found, 0


def _groups(after: int) -> Iterator[tuple[int, list[Participant]]]:
    """Yield people of one folded name, group by group."""
    while True:
        blocks = list(
            Participant.objects.exclude(alike_key="")
            .values("alike_key")
            .annotate(first=Min("pk"), people=Count("pk"))
            .filter(people__gt=1, first__gt=after)
            .order_by("first")[:BLOCKS]
        )
        if not blocks:
            return
        members: dict[str, list[Participant]] = {b["alike_key"]: [] for b in blocks}
        for person in Participant.objects.filter(alike_key__in=members).order_by("pk"):
            members[person.alike_key].append(person)
        for block in blocks:
            yield block["first"], members[block["alike_key"]]
        after = blocks[-1]["first"]


def _unjudged(people: list[Participant]) -> list[Pair]:
    """Pair people, but for those of whom somebody said that they are two."""
    keys = [person.pk for person in people]
    judged = set(
        NotTheSame.objects.filter(first__in=keys, second__in=keys).values_list(
            "first_id", "second_id"
        )
    )
    couples = combinations(people, 2) if len(people) <= SMALL else pairwise(people)
    return [Pair(a, b) for a, b in couples if (a.pk, b.pk) not in judged]


def say_two_people(first: Participant, second: Participant, *, by: User) -> None:
    """Note that two participants are two people; safe to repeat."""
    low, high = sorted([first.pk, second.pk])
    if low == high:
        raise ValidationError(_("Choose two participants."), code="same")
    NotTheSame.objects.get_or_create(first_id=low, second_id=high, defaults={"by": by})


@transaction.atomic
def merge(first: Participant, second: Participant, *, by: User) -> Participant:
    """Make one person of two: every registration goes to the one stored first.

    The older person key stays, so that counts of people by it stay true; address and
    name are those of the one stored last, which are in use. Raises ValidationError with
    code ``same``, ``gone``, or ``conflict`` when both have a registration for one
    session that stands or waits to be proved.
    """
    if first.pk == second.pk:
        raise ValidationError(_("Choose two participants."), code="same")
    both = [first.pk, second.pk]
    older, newer = _lock(both)
    _refuse_conflicts(both)
    values = {name: getattr(newer, name) for name in ["email", "email_key", "name_key"]}
    try:
        with transaction.atomic():
            _move_all(older, newer)
            newer.delete()
            for name, value in (values if newer.name_key else {}).items():
                setattr(older, name, value)
            older.save()
    except IntegrityError as error:
        raise ValidationError(
            _("Both have something of which there can be one only."), code="conflict"
        ) from error
    LogEntry.objects.create(
        user_id=by.pk,
        content_type=ContentType.objects.get_for_model(Participant),
        object_id=str(older.pk),
        object_repr="—",
        action_flag=CHANGE,
        change_message=f"participant {max(both)} merged into {older.pk}",
    )
    return older


def _lock(keys: list[int]) -> list[Participant]:
    """Lock sessions, registrations and people, in this order; the older one first."""
    rows = Registration.objects.filter(participant__in=keys)
    for session in sorted(set(rows.values_list("session", flat=True))):
        lock_session(session)
    list(rows.select_for_update(no_key=True).order_by("pk"))
    people = Participant.objects.filter(pk__in=keys).order_by("pk")
    found = list(people.select_for_update())
    if len(found) != len(keys):
        raise ValidationError(_("One of them is gone."), code="gone")
    return sorted(found, key=lambda person: (person.created_at, person.pk))


def _refuse_conflicts(keys: list[int]) -> None:
    """Name the sessions for which both have a registration of which there is one."""
    standing = Q(status__in=LIVE) | Q(status=Status.UNVERIFIED)
    twice = (
        Registration.objects.filter(standing, participant__in=keys)
        .order_by("session__number")
        .values_list("session__number", flat=True)
        .annotate(people=Count("participant", distinct=True))
        .filter(people__gt=1)
    )
    if numbers := ", ".join(str(number) for number in twice):
        text = _("Both are registered for session %(numbers)s: cancel one first.")
        raise ValidationError(text % {"numbers": numbers}, code="conflict")


def _move_all(older: Participant, newer: Participant) -> None:
    """Let everything that points at one person point at the other."""
    for relation in Participant._meta.related_objects:  # noqa: SLF001, documented
        model = relation.related_model
        if model is NotTheSame or not isinstance(model, type):
            continue
        name = relation.field.name
        rows: QuerySet = model._base_manager.filter(**{name: newer})  # noqa: SLF001
        rows.update(**{name: older})
