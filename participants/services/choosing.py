"""A known mailbox says who a registration of another name is."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ..models import Registration, Status
from .answers import answers_of, change
from .housekeeping import delete_if_unknown
from .places import lock_registration
from .proving import others_at_mailbox


@transaction.atomic
def take_as_correction(registration: Registration, known: Registration) -> Registration:
    """Put the answers of an unproved registration into one the mailbox has already.

    It is the same person, who typed another name: the earlier registration keeps its
    place as after any change of answers, the later one goes.

    Raises ValidationError with code ``choose`` when ``known`` is not, or not any more,
    a live registration of this mailbox, or what ``change`` raises.
    """
    registration = lock_registration(registration)
    known = Registration.objects.select_for_update(no_key=True).get(pk=known.pk)
    if (
        registration.status != Status.UNVERIFIED
        or not others_at_mailbox(registration).filter(pk=known.pk).exists()
    ):
        raise ValidationError(_("Say whether this is another person."), code="choose")
    answers, person = answers_of(registration), registration.participant
    registration.delete()
    delete_if_unknown({person.pk})
    if person.registrations.exists():  # known by this name from another session
        former = known.participant_id
        Registration.objects.filter(pk=known.pk).update(participant=person)
        delete_if_unknown({former})
    return change(known, **answers)
