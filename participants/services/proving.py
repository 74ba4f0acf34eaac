"""Proving an address: by the mailed link, or from the page where one registered.

That page knows what its visitor typed, not whether it is known here. So every answer is
the same for a mailbox that has nothing to prove.
"""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from sessions.models import Session

from .. import emails, links
from ..models import Registration, Status, Transition
from ..models.registration import RegistrationQuerySet as Registrations
from ..models.status import LIVE
from .answers import answers_of
from .housekeeping import delete_if_unknown
from .places import lock_registration, lock_session, settle
from .registering import register, require_open
from .states import next_status, require_going_ahead
from .substituting import take_over

Event = Transition.Event
TRIES = 5
RESENDS_AN_HOUR = 3


@transaction.atomic
def confirm(
    registration: Registration, *, another_person: bool = False
) -> Registration:
    """Take the e-mail address as proved; give a place, or a line in a queue.

    Where the mailbox has a live registration of another name, it must say that this
    is ``another_person``. A proposed substitute gets the place of whom it replaces.

    Safe to repeat: a second call changes nothing. Raises ValidationError with code
    ``cancelled``, ``over``, ``choose`` (say who it is), ``known`` (this very person is
    registered already) or ``not_live`` (who is to be replaced does not come any more).
    """
    registration = lock_registration(registration)
    if registration.status != Status.UNVERIFIED:
        return registration
    require_going_ahead(registration.session)
    if standing_of(registration) is not None:
        text = _("This person already has a registration for this session.")
        raise ValidationError(text, code="known")
    if registration.replaces_id is not None:
        return take_over(registration)
    if not another_person and must_choose(registration).exists():
        raise ValidationError(_("Say whether this is another person."), code="choose")
    registration.queued_at = timezone.now()
    settle(registration, next_status(registration), Event.VERIFIED)
    return registration


def standing_of(registration: Registration) -> Registration | None:
    """Find the registration of the same person that stands, or was declined."""
    rows = Registration.objects.filter(
        session=registration.session_id, participant=registration.participant_id
    )
    return rows.filter(status__in=[*LIVE, Status.DECLINED]).first()


def must_choose(registration: Registration) -> Registrations:
    """Find who the mailbox may say this is, other than another person.

    A substitute is another person: whoever named them said so.
    """
    others = others_at_mailbox(registration)
    return others.none() if registration.replaces_id else others


def others_at_mailbox(registration: Registration) -> Registrations:
    """Find live registrations of other people at the same address, for this session."""
    person = registration.participant
    rows = Registration.objects.live().filter(
        session=registration.session_id, participant__email_key=person.email_key
    )
    return rows.exclude(participant=person).order_by("pk")


def confirm_by_code(
    session: Session, *, email_key: str, name_key: str, code: str
) -> Registration:
    """Confirm the registration whose mail held this code.

    Where the mailbox has to say who it is, the registration comes back unconfirmed:
    its page asks. Five tries for each mail. Raises ValidationError with code ``code``,
    also when there is nothing to confirm, or what ``confirm`` raises.
    """
    row = _unproved(session, email_key, name_key)
    if row is None or not _spend_a_try(row):
        raise _wrong_code()
    if not constant_time_compare(links.make_code(row.pk, row.epoch), code):
        raise _wrong_code()
    if standing_of(row) is not None:  # its code was mailed to nobody
        raise _wrong_code()
    if must_choose(row).exists():
        return row
    return confirm(row)


def _wrong_code() -> ValidationError:
    text = _(
        "The code is not correct. After five tries only the link in the mail works."
    )
    return ValidationError(text, code="code")


def _spend_a_try(row: Registration) -> bool:
    """Count a try before judging it, so that tries at once count each."""
    rows = Registration.objects.filter(pk=row.pk, code_tries__lt=TRIES)
    return bool(rows.update(code_tries=F("code_tries") + 1))


@transaction.atomic
def send_again(session: Session, *, email_key: str, name_key: str) -> None:
    """Mail link and code once more, three times an hour at most.

    Who is registered already is told so again, once an hour.
    """
    row = _unproved(session, email_key, name_key)
    if row is None:
        return
    standing = standing_of(row)
    if standing is not None:
        emails.queue_already_registered(standing)
        return
    hour = timezone.now() - timedelta(hours=1)
    sent = row.emails.filter(kind="verify", created_at__gt=hour).count()
    if sent <= RESENDS_AN_HOUR:
        emails.queue_verification(row, again=str(row.emails.count()))


@transaction.atomic
def correct_address(
    session: Session, *, email_key: str, name_key: str, email: str
) -> None:
    """Register the same answers under another address; the first link dies.

    So it is for who typed the address of somebody registered already: what was sent
    lies here unproved all the same. Raises ValidationError as ``register`` does.
    """
    session = lock_session(session.pk)
    require_open(session)
    row = _unproved(session, email_key, name_key)
    if row is None or row.email == email:
        return
    answers, letters = answers_of(row), list(row.letters.all())
    if row.replaces_id is None:  # else somebody else named this person
        row.delete()
        delete_if_unknown({row.participant_id})
    new = register(session, email=email, language=row.language, **answers)
    if new is not None:
        new.letters.set(letters)


def _unproved(session: Session, email_key: str, name_key: str) -> Registration | None:
    rows = Registration.objects.select_related("participant", "session")
    return rows.filter(
        session=session,
        status=Status.UNVERIFIED,
        participant__email_key=email_key,
        participant__name_key=name_key,
    ).first()
