"""A person's own data: taken along, erased, forgotten after the time of retention.

What is erased keeps what counts need and nothing that names anybody: the random person
key, category, delegation, country, mode, state and dates.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from .. import link_mails
from ..models import (
    EmailMessage,
    Participant,
    PrintedBadge,
    Registration,
    Status,
    Transition,
)
from .letters import forget_letters
from .places import fill_free_places, lock_registration

DAYS_A_MONTH = 30.44
BATCH = 500

NOTHING = {
    "email": "",
    "family_name": "",
    "given_name": "",
    "form_of_address": "",
    "badge_name": "",
    "own_script_name": "",
    "listed_name": "",
    "passport_name": "",
    "organisation": "",
    "unit": "",
    "function": "",
    "city": "",
    "gender": "",
    "time_zone": "",
    "speaking_subject": "",
    "accessibility_needs": "",
    "decline_reason": "",
    "staff_note": "",
    "search_key": "",
    "visibility": Registration.Visibility.NOBODY,
    "no_photographs": True,
}


def personal_data(registration: Registration) -> dict[str, Any]:
    """Return everything stored about one registration, ready for JSON.

    Moments are ISO 8601 with offset; codes are those of the database.
    """
    hidden = {"id", "participant", "search_key", "epoch", "code_tries", "replaces"}
    fields = [f for f in registration._meta.concrete_fields if f.name not in hidden]  # noqa: SLF001
    answers = {field.name: field.value_from_object(registration) for field in fields}
    return answers | {
        "session": registration.session.number,
        "delegation": registration.delegation and registration.delegation.name,
        "person_key": str(registration.participant.person_key),
        "history": list(registration.transitions.values("at", "event", "to_status")),
        "letters": list(registration.letters.values("created_at", "kind")),
        "mails": _mails_to(registration),
    }


def _mails_to(registration: Registration) -> list[Any]:
    """Leave out the tests: they went to the staff who wrote them."""
    mails = registration.emails.exclude(kind="test")
    return list(mails.values("created_at", "subject", "to"))


@transaction.atomic
def erase(registration: Registration) -> None:
    """Erase a person everywhere: all registrations, all mails; live ones are cancelled.

    A place is passed on. What was for a session that is over keeps its state, so that
    counts stay true. Every link dies. Safe to repeat. Lists that were issued stay as
    issued.
    """
    person = registration.participant
    for row in person.registrations.order_by("session_id"):
        _forget(lock_registration(row))
    _wipe_people(Participant.objects.filter(pk=person.pk))


def _forget(row: Registration) -> None:
    """Erase one registration; what is over stays counted as it was."""
    was_live = row.is_live and not row.session.is_over
    if was_live or row.status == Status.UNVERIFIED:
        Transition.objects.create(
            registration=row,
            event=Transition.Event.CANCELLED,
            from_status=row.status,
            to_status=Status.CANCELLED,
            mode=row.mode,
        )
        row.status = Status.CANCELLED
    _wipe([row.pk])
    if was_live or row.status == Status.CANCELLED:
        Registration.objects.filter(pk=row.pk).update(
            status=row.status, online_meanwhile=False
        )
    if was_live:
        fill_free_places(row.session)


def _wipe(keys: list[int]) -> None:
    """Take everything personal out of rows; their mails go whole."""
    EmailMessage.objects.filter(registration__in=keys).delete()
    forget_letters(keys)
    LogEntry.objects.filter(  # the admin's log names what was changed
        content_type=ContentType.objects.get_for_model(Registration),
        object_id__in=[str(key) for key in keys],
    ).update(object_repr="—")
    PrintedBadge.objects.filter(registration__in=keys).update(face={})
    rows = Registration.objects.filter(pk__in=keys)
    for row in rows.order_by("session_id", "pk"):
        rows.filter(pk=row.pk).update(
            **NOTHING, epoch=row.epoch + 1, erased_at=timezone.now()
        )


def _wipe_people(people: QuerySet[Participant]) -> None:
    """Take address and name out of people; mails to a mailbox of nobody go too."""
    mailboxes = set(people.exclude(email_key="").values_list("email_key", flat=True))
    people.update(email="", email_key="", name_key="", alike_key="")
    others = Participant.objects.filter(email_key__in=mailboxes)
    mailboxes -= set(others.values_list("email_key", flat=True))
    link_mails.forget_mailboxes(mailboxes)


@transaction.atomic
def forget_old() -> int:
    """Erase what is older than the time of retention, one batch; return how many.

    The time runs from the last day of the session.
    """
    if not settings.RETENTION_MONTHS:
        return 0
    limit = timezone.now() - timedelta(days=DAYS_A_MONTH * settings.RETENTION_MONTHS)
    old = Registration.objects.filter(
        session__ends_on__lt=limit.date(), erased_at__isnull=True
    )
    old = old.order_by("session_id", "pk")  # in the order of ``erase``: no deadlock
    rows = list(old.values_list("pk", "participant_id")[:BATCH])
    _wipe([key for key, _person in rows])
    people = Participant.objects.filter(pk__in={person for _key, person in rows})
    _wipe_people(people.exclude(registrations__erased_at__isnull=True))
    return len(rows)


def withdraw_consents(registration: Registration) -> None:
    """Show the entry to nobody and publish no picture; safe to repeat."""
    with transaction.atomic():
        row = lock_registration(registration)
        if row.visibility == Registration.Visibility.NOBODY and row.no_photographs:
            return
        row.visibility = Registration.Visibility.NOBODY
        row.no_photographs = True
        row.save(update_fields=["visibility", "no_photographs"])
        Transition.objects.create(
            registration=row,
            event=Transition.Event.CHANGED,
            from_status=row.status,
            to_status=row.status,
            mode=row.mode,
        )
