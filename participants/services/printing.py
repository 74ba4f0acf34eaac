"""Printing badges, and knowing the next morning which of them hold no more."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from sessions.models import Mode, Session

from ..exports.badges import Size, badges_pdf, face
from ..models import PrintedBadge, PrintRun, Registration, Status
from ..models.registration import RegistrationQuerySet

MOST = 2_000  # badges in one file: half a minute of work


class What(models.TextChoices):
    """What happened to a badge since it was printed."""

    NEW = "new", pgettext_lazy("badge", "New")
    SUBSTITUTED = "substituted", pgettext_lazy("badge", "Substituted")
    RENAMED = "renamed", pgettext_lazy("badge", "Renamed")
    CHANGED = "changed", gettext_lazy("Other particulars")
    CANCELLED = "cancelled", gettext_lazy("No longer valid, to be taken back")


class Change(NamedTuple):
    """One line of the morning sheet; ``before`` is the face that was printed."""

    what: What
    registration: Registration
    before: dict[str, str]
    now: dict[str, str]


def badges_due(session: Session) -> RegistrationQuerySet:
    """Keep who needs a badge: confirmed for the room, in the order of a desk."""
    due = session.registrations.confirmed().filter(
        mode=Mode.IN_PERSON, erased_at__isnull=True
    )
    return due.select_related("session", "delegation").order_by(
        "family_name", "given_name", "pk"
    )


def print_badges(
    registrations: Sequence[Registration], *, size: Size, layout: str, by: User | None
) -> bytes:
    """Return badges as PDF and keep what was printed for whom, one run a session.

    Raises ValidationError with code ``none`` or ``too_many``, or ``not_confirmed`` if
    somebody has no confirmed registration; then nothing is kept.
    """
    if not registrations:
        raise ValidationError(_("No badge is to be printed."), code="none")
    if len(registrations) > MOST:
        text = _("One file holds %(most)s badges at most. Choose fewer.")
        raise ValidationError(text, code="too_many", params={"most": MOST})
    for row in registrations:
        if row.status != Status.CONFIRMED or row.erased_at:
            text = _("Only confirmed registrations get a badge: %(name)s has none.")
            params = {"name": str(row)}
            raise ValidationError(text, code="not_confirmed", params=params)
    pdf = badges_pdf(registrations, size=size, layout=layout)
    _keep(registrations, by)
    return pdf


@transaction.atomic
def _keep(registrations: Iterable[Registration], by: User | None) -> None:
    runs: dict[int, PrintRun] = {}
    badges = []
    for row in registrations:
        if row.session_id not in runs:
            runs[row.session_id] = PrintRun.objects.create(session=row.session, by=by)
        run = runs[row.session_id]
        badges.append(
            PrintedBadge(print_run=run, registration=row, code=row.code, face=face(row))
        )
    PrintedBadge.objects.bulk_create(badges, batch_size=500)


def morning_sheet(session: Session) -> list[Change]:
    """List what changed since badges of a session were printed, by kind and name.

    Before the first run everybody is new. A badge that is no longer valid stays in
    the list: somebody may still come with it.
    """
    printed = _last_printed(session)
    due = {row.pk: row for row in badges_due(session)}
    found = [
        change for row in due.values() if (change := _compare(row, printed)) is not None
    ]
    handed_over = {
        change.registration.replaces_id
        for change in found
        if change.what == What.SUBSTITUTED
    }
    found += [
        Change(What.CANCELLED, badge.registration, badge.face, {})
        for key, badge in printed.items()
        if key not in due and key not in handed_over
    ]
    order = list(What)
    found.sort(key=lambda change: (order.index(change.what), _name(change)))
    return found


def _last_printed(session: Session) -> dict[int, PrintedBadge]:
    badges = PrintedBadge.objects.filter(print_run__session=session)
    rows = badges.select_related("registration").order_by("pk")
    return {badge.registration_id: badge for badge in rows}


def _compare(row: Registration, printed: dict[int, PrintedBadge]) -> Change | None:
    now, last = face(row), printed.get(row.pk)
    if last is None:
        old = printed.get(row.replaces_id or 0)
        what = What.SUBSTITUTED if old else What.NEW
        return Change(what, row, old.face if old else {}, now)
    if last.code != row.code:
        return Change(What.SUBSTITUTED, row, last.face, now)
    if last.face == now:
        return None
    renamed = any(last.face.get(part) != now[part] for part in ["name", "own"])
    return Change(What.RENAMED if renamed else What.CHANGED, row, last.face, now)


def _name(change: Change) -> str:
    return (change.now or change.before).get("name", "").casefold()


def to_print(changes: Iterable[Change]) -> list[Registration]:
    """Return the registrations whose badges are to be printed anew."""
    return [one.registration for one in changes if one.what != What.CANCELLED]
