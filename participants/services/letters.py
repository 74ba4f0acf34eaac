"""Letters of nomination: stored, attached to people, forgotten with them."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from sessions.models import Session

from ..models import NominationLetter, Registration, Status, Transition
from ..models.registration import RegistrationQuerySet
from ..uploads import Letter
from .places import lock_registration, place, settle
from .registering import register
from .states import require_live

UNUSED_FOR = timedelta(hours=48)  # as long as an unverified registration


def store_letter(letter: Letter) -> NominationLetter:
    """Keep a letter of nobody yet; unless it is attached it goes after 48 hours."""
    row = NominationLetter(kind=letter.kind)
    row.file.save("", ContentFile(letter.content))
    return row


@transaction.atomic
def register_with_letter(
    session: Session, *, letter: NominationLetter | None, **answers: Any
) -> Registration | None:
    """Register as ``register`` does; an unverified registration gets the letter."""
    registration = register(session, **answers)
    if registration is not None and letter is not None:
        attach(registration, letter)
    return registration


def add_letter(registration: Registration, letter: Letter) -> Registration:
    """Attach a letter that the person sends later, in place of an earlier one.

    Where nothing but the letter was missing the registration goes on by itself.
    Raises ValidationError with code ``not_live``.
    """
    row = store_letter(letter)  # first: a file does not roll back, unused rows go
    with transaction.atomic():
        registration = lock_registration(registration)
        if registration.status != Status.UNVERIFIED:
            require_live(registration)
        attach(registration, row)
        _go_on(registration)
    return registration


def shared_letter(registrations: RegistrationQuerySet) -> NominationLetter | None:
    """Find the newest letter of these people that names several."""
    links = NominationLetter.registrations.through.objects.filter(
        registration__in=registrations
    )
    letters = NominationLetter.objects.annotate(people=Count("registrations"))
    letters = letters.filter(people__gt=1, pk__in=links.values("nominationletter_id"))
    return letters.order_by("-pk").first()


def add_letter_for(registrations: Iterable[Registration], letter: Letter) -> int:
    """Attach one letter to several people of a delegation; return to how many."""
    row = store_letter(letter)
    count = 0
    with transaction.atomic():
        for registration in sorted(registrations, key=lambda one: one.pk):
            fresh = lock_registration(registration)
            if fresh.is_live:
                attach(fresh, row)
                _go_on(fresh)
                count += 1
    return count


def _go_on(registration: Registration) -> None:
    """Note the letter; give a place if the registration waited for it alone."""
    if not registration.is_live:
        return
    pending = registration.status == Status.PENDING
    if pending and not registration.session.needs_approval(registration.mode):
        settle(registration, place(registration), Transition.Event.LETTER)
        return
    Transition.objects.create(
        registration=registration,
        event=Transition.Event.LETTER,
        from_status=registration.status,
        to_status=registration.status,
        mode=registration.mode,
    )


def attach(registration: Registration, letter: NominationLetter) -> None:
    """Let a letter be that of a registration, in place of an earlier one."""
    earlier = [row.pk for row in registration.letters.exclude(pk=letter.pk)]
    registration.letters.set([letter])
    _remove_unused(NominationLetter.objects.filter(pk__in=earlier))


def forget_letters(registrations: Iterable[int]) -> None:
    """Take the letters of erased registrations away, unless others need them too."""
    links = NominationLetter.registrations.through.objects.filter(
        registration_id__in=registrations
    )
    letters = list(links.values_list("nominationletter_id", flat=True))
    if letters:
        links.delete()
        _remove_unused(NominationLetter.objects.filter(pk__in=letters))


def delete_unused_letters() -> int:
    """Delete letters that nobody has used for 48 hours; return how many."""
    old = NominationLetter.objects.filter(created_at__lt=timezone.now() - UNUSED_FOR)
    with transaction.atomic():
        return _remove_unused(old)


def _remove_unused(letters: Any) -> int:
    unused = list(letters.filter(registrations__isnull=True))
    for letter in unused:
        letter.remove()
    return len(unused)
