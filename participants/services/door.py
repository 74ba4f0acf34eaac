"""At the door: who is let in, once a day; several doors at once are safe."""

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sessions.models import Mode, Session

from ..models import CheckIn, Registration, Status


@transaction.atomic
def check_in(
    registration: Registration, session: Session, *, by: User
) -> tuple[CheckIn, bool]:
    """Note that somebody is here today, the day at the venue; say whether it is new.

    Safe to repeat: a second scan, at any door, returns the first check-in.

    Raises ValidationError with code ``not_today``, ``other_session``,
    ``not_confirmed`` or ``online``.
    """
    registration = (
        Registration.objects.select_for_update(no_key=True, of=("self",))
        .select_related("session")
        .get(pk=registration.pk)
    )
    _require_admission(registration, session)
    return CheckIn.objects.get_or_create(
        registration=registration,
        day=session.today,
        mode=Mode.IN_PERSON,
        defaults={"at": timezone.now(), "by": by},
    )


def _require_admission(registration: Registration, session: Session) -> None:
    """Refuse whoever has no place in this room today."""
    if registration.session_id != session.pk:
        text = _("This badge is for another session: %(session)s")
        raise ValidationError(
            text, code="other_session", params={"session": registration.session}
        )
    if session.today not in session.days():
        raise ValidationError(_("The session is not held today."), code="not_today")
    if registration.status != Status.CONFIRMED:
        text = _("Not confirmed. State: %(state)s")
        state = registration.get_status_display()
        raise ValidationError(text, code="not_confirmed", params={"state": state})
    if registration.mode != Mode.IN_PERSON:
        raise ValidationError(_("Registered to take part online."), code="online")


@transaction.atomic
def undo_check_in(registration: Registration, session: Session) -> bool:
    """Take back today's check-in; say whether there was one."""
    found = CheckIn.objects.filter(
        registration=registration,
        registration__session=session,
        day=session.today,
        mode=Mode.IN_PERSON,
    )
    count, _rows = found.delete()
    return bool(count)
