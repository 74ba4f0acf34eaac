"""Mails that hold several links: to people who come back, to focal points."""

import hashlib
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from . import links
from .models import EmailMessage, FocalPoint, Registration


class Link(NamedTuple):
    """A line of a mail and where it leads; the address is filled in at delivery."""

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
                Link(f"{row.full_name} – {row.session.title}", _of("registration", row))
                for row in registrations
            ],
            "people": [
                Link(row.full_name, links.placeholder("person", row.participant_id))
                for row in people
            ],
            "delegations": [
                Link(str(row.delegation), _of("delegation", row))
                for row in focal_points
            ],
        }
        hour = timezone.now().strftime("%Y%m%d%H")
        mailbox = hashlib.sha256(email.casefold().encode()).hexdigest()[:32]
        _queue(email, "links", _("Your links"), f"links:{mailbox}:{hour}", context)


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
        "paragraphs": [[(line, "\ue000" in line) for line in p] for p in paragraphs],
        "language": translation.get_language(),
        "dir": "rtl" if translation.get_language_bidi() else "ltr",
    }
    return render_to_string("participants/emails/links.html", context)


def fill_in(body: str, language: str) -> str:
    """Put the addresses where a stored body has their placeholders.

    A row that is gone by now leaves an empty line: its link would be dead.
    """

    def address(kind: str, pk: int) -> str:
        path = _path(kind, pk)
        return f"{settings.SITE_URL}{path}" if path else ""

    with translation.override(language):
        return links.fill_placeholders(body, address)


def _path(kind: str, pk: int) -> str:
    if kind == "person":
        return reverse("participants:again", args=[links.make_person_token(pk)])
    row: Registration | FocalPoint | None
    if kind == "registration":
        row = Registration.objects.filter(pk=pk).first()
    else:
        row = FocalPoint.objects.filter(pk=pk).first()
    return row.get_absolute_url() if row else ""
