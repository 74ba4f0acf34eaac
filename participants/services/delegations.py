"""A delegation's people, registered and ordered by its focal point."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from sessions.models import Category, Session

from .. import link_mails
from ..models import Delegation, FocalPoint, Registration, Status, Transition
from ..models.participant import person_name_key
from ..models.registration import RegistrationQuerySet
from .answers import judge_answers
from .places import lock_registration, lock_session, settle
from .registering import find_participant, require_open
from .states import next_status

Event = Transition.Event
Rank = Registration.Rank
HIGHEST = [Rank.HEAD, Rank.DEPUTY]  # held by one person each


def people_of(delegation: Delegation, session: Session) -> RegistrationQuerySet:
    """Return whom a delegation sends to a session, in the order of the list."""
    rows = Registration.objects.live().filter(session=session, delegation=delegation)
    return rows.in_delegation_order()


def category_of(delegation: Delegation) -> str:
    """Return the category whose delegations are of this kind."""
    for category, kinds in Delegation.KINDS_OF_CATEGORY.items():
        if delegation.kind in kinds:
            return category
    return str(Category.OBSERVER)


@transaction.atomic
def register_people(
    focal_point: FocalPoint, session: Session, people: Sequence[dict[str, Any]]
) -> list[Registration]:
    """Register several people of a delegation at once, all of them or none.

    The mailbox of the focal point is proved, so theirs need no proof: they go to where
    a proved registration goes, and each is mailed a link of their own. Who typed the
    same name and address without proving it is replaced.

    ``people`` are answers, with ``email`` (empty: the focal point's own). Raises
    ValidationError with code ``closed``, or with the keys ``0``, ``1`` … of the rows
    that cannot be registered.
    """
    session = lock_session(session.pk)
    require_open(session)
    refusals: dict[str, Any] = {}
    made = []
    for number, answers in enumerate(people):
        try:
            made.append(_register_one(focal_point, session, answers))
        except ValidationError as error:
            refusals[str(number)] = error.messages
    if refusals:
        raise ValidationError(refusals)
    return made


def _register_one(
    focal_point: FocalPoint, session: Session, answers: dict[str, Any]
) -> Registration:
    delegation = focal_point.delegation
    answers = answers | {
        "category": category_of(delegation),
        "delegation": delegation,
        "email": answers["email"] or focal_point.email,
        "privacy_version": settings.PRIVACY_NOTICE_VERSION,
    }
    judge_answers(session, answers)
    language = focal_point.language
    participant = find_participant(answers | {"language": language})
    earlier = session.registrations.select_for_update(no_key=True).filter(
        participant=participant
    )
    if earlier.live().exists():
        text = _("This person is registered already with this name and address.")
        raise ValidationError(text, code="known")
    if earlier.filter(status=Status.DECLINED).exists():
        text = _("An earlier registration of this person was declined.")
        raise ValidationError(text, code="declined")
    earlier.filter(status=Status.UNVERIFIED).delete()
    registration = Registration(
        session=session,
        participant=participant,
        language=language,
        registered_by=focal_point,
        position=_last_position(delegation, session) + 1,
        queued_at=timezone.now(),
        **answers,
    )
    if registration.rank in HIGHEST:
        _vacate(registration)
    registration.save()
    settle(registration, next_status(registration), Event.REGISTERED)
    return registration


def _last_position(delegation: Delegation, session: Session) -> int:
    last = people_of(delegation, session).order_by("-position").first()
    return last.position if last else 0


@transaction.atomic
def name_rank(registration: Registration, rank: str) -> None:
    """Give a person of a delegation a rank; who was head or deputy becomes delegate."""
    registration = lock_registration(registration)
    if registration.rank == rank or not registration.is_live:
        return
    registration.rank = rank
    if rank in HIGHEST:
        _vacate(registration)
    registration.save(update_fields=["rank"])
    _note(registration)


def _vacate(registration: Registration) -> None:
    """Make a delegate of whoever has the rank of this person now."""
    assert registration.delegation  # noqa: S101 (for the type checker)
    people = people_of(registration.delegation, registration.session)
    for other in people.filter(rank=registration.rank).exclude(pk=registration.pk):
        other.rank = Rank.DELEGATE
        other.save(update_fields=["rank"])
        _note(other)


def _note(registration: Registration) -> None:
    """Write down that the answers were changed, without a mail."""
    Transition.objects.create(
        registration=registration,
        event=Event.CHANGED,
        from_status=registration.status,
        to_status=registration.status,
        mode=registration.mode,
    )


@transaction.atomic
def move_person(registration: Registration, by: int) -> None:
    """Move a person one place up (-1) or down (1) in the order of the delegation.

    Head and deputy stand first by protocol, advisers last: nobody passes them.
    """
    registration = lock_registration(registration)
    if registration.delegation is None or not registration.is_live:
        return
    people = list(people_of(registration.delegation, registration.session))
    place = [one.pk for one in people].index(registration.pk)
    other = place + by
    if not 0 <= other < len(people):
        return
    if any(people[i].rank in HIGHEST for i in (place, other)):
        return
    if (people[place].rank == Rank.ADVISER) != (people[other].rank == Rank.ADVISER):
        return
    people[place], people[other] = people[other], people[place]
    for position, person in enumerate(people, start=1):
        if person.position != position:
            Registration.objects.filter(pk=person.pk).update(position=position)


def send_link(focal_point: FocalPoint, *, anew: bool = False) -> None:
    """Mail a focal point the link; ``anew`` kills the links mailed before."""
    with transaction.atomic():
        if anew:
            FocalPoint.objects.filter(pk=focal_point.pk).update(epoch=F("epoch") + 1)
            focal_point.refresh_from_db()
        link_mails.queue_focal_point(focal_point, again=timezone.now().isoformat())


def is_namesake(rows: Sequence[dict[str, Any]], number: int, own: str) -> bool:
    """Say whether an earlier row of the same table is the same person."""

    def key(row: dict[str, Any]) -> tuple[str, str]:
        name = person_name_key(row["family_name"], row["given_name"])
        return (row["email"] or own).casefold(), name

    return key(rows[number]) in [key(row) for row in rows[:number]]
