"""Mails that hold several links: to people who come back, to focal points.

One mailbox may serve several people. So no name lies in a stored mail: like the links
they are filled in at delivery, and who is erased is named by none of them.
"""

import hashlib
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models.functions import Lower
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape
from django.utils.translation import gettext as _

from . import links
from .models import EmailMessage, FocalPoint, Participant, Registration

LINKS = "links"  # the kind of the mails to people who come back
NAME = "name"  # the kind of placeholder that stands for a name


class Link(NamedTuple):
    """A line of a mail and where it leads; both are filled in at delivery."""

    label: str
    address: str


def queue_links(
    email: str,
    language: str,
    *,
    registrations: Sequence[Registration],
    people: Sequence[Registration],
    focal_points: Sequence[FocalPoint],
) -> None:
    """Tell a mailbox what is known at its address, or that nothing is; once an hour."""
    with translation.override(language):
        context = {
            "mine": [
                Link(f"{_name(row)} – {row.session.title}", _of("registration", row))
                for row in registrations
            ],
            "people": [
                Link(_name(row), links.placeholder("person", row.participant_id))
                for row in people
            ],
            "delegations": [
                Link(str(row.delegation), _of("delegation", row))
                for row in focal_points
            ],
        }
        hour = timezone.now().strftime("%Y%m%d%H")
        mailbox = hashlib.sha256(email.casefold().encode()).hexdigest()[:32]
        _queue(email, LINKS, _("Your links"), f"links:{mailbox}:{hour}", context)


def queue_focal_point(focal_point: FocalPoint, again: str = "") -> None:
    """Mail a focal point the link to the delegation's page."""
    with translation.override(focal_point.language):
        context = {
            "delegation": focal_point.delegation,
            "links": [Link("", _of("delegation", focal_point))],
        }
        subject = f"{_('Register your delegation')} – {focal_point.delegation}"
        key = f"focal:{focal_point.pk}:{focal_point.epoch}:{again}"
        _queue(focal_point.email, "focal_point", subject, key, context)


def _name(row: Registration) -> str:
    return links.placeholder(NAME, row.pk)


def _of(kind: str, row: Registration | FocalPoint) -> str:
    return links.placeholder(kind, row.pk)


def _queue(
    email: str, kind: str, subject: str, key: str, context: dict[str, Any]
) -> None:
    text = render_to_string(f"participants/emails/{kind}.txt", context).strip()
    text = re.sub(r"\n{3,}", "\n\n", text) + "\n"
    message = EmailMessage(
        dedupe_key=key,
        to=email,
        language=translation.get_language(),
        kind=kind,
        subject=" ".join(subject.split())[:250],
        text=text,
        html=_as_html(subject, text),
    )
    EmailMessage.objects.bulk_create([message], ignore_conflicts=True)


def _as_html(subject: str, text: str) -> str:
    paragraphs = [part.strip().splitlines() for part in text.split("\n\n")]
    context = {
        "subject": subject,
        "paragraphs": [[(line, _is_link(line)) for line in p] for p in paragraphs],
        "language": translation.get_language(),
        "dir": "rtl" if translation.get_language_bidi() else "ltr",
    }
    return render_to_string("participants/emails/links.html", context)


def _is_link(line: str) -> bool:
    return line.startswith("\ue000") and not line.startswith(f"\ue000{NAME}:")


def fill_in(body: str, language: str, *, html: bool = False) -> str:
    """Put addresses and names where a stored body has their placeholders.

    A row that is gone by now, or erased, leaves an empty line: its link would be dead.
    """

    def value(kind: str, pk: int) -> str:
        text = _text(kind, pk)
        return escape(text) if html else text

    with translation.override(language):
        return links.fill_placeholders(body, value)


def _text(kind: str, pk: int) -> str:
    if kind == NAME:
        row = Registration.objects.filter(pk=pk).first()
        return row.full_name if row else ""
    path = _path(kind, pk)
    return f"{settings.SITE_URL}{path}" if path else ""


def _path(kind: str, pk: int) -> str:
    if kind == "person":
        person = Participant.objects.filter(pk=pk).exclude(email_key="")
        token = links.make_person_token(pk)
        return reverse("participants:again", args=[token]) if person.exists() else ""
    row: Registration | FocalPoint | None
    if kind == "registration":
        row = Registration.objects.filter(pk=pk, erased_at=None).first()
    else:
        row = FocalPoint.objects.filter(pk=pk).first()
    return row.get_absolute_url() if row else ""


def forget_mailboxes(addresses: set[str]) -> None:
    """Delete the mails to mailboxes that nobody is known at any more.

    ``addresses`` are folded as keys are.
    """
    focal_points = FocalPoint.objects.annotate(mailbox=Lower("email"))
    mails = EmailMessage.objects.filter(kind=LINKS).annotate(mailbox=Lower("to"))
    mails = mails.exclude(mailbox__in=focal_points.values("mailbox"))
    mails.filter(mailbox__in=addresses).delete()
