"""One function per mail: rows in, an outbox row out, in the caller's transaction."""

import re
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from . import links
from .models import EmailMessage, Registration, Status, Transition

Event = Transition.Event


def queue_verification(registration: Registration, again: str = "") -> None:
    """Ask the mailbox to prove the address; one mail a version of the answers.

    ``again`` names a further wish for the same mail.
    """
    with translation.override(registration.language):
        subject = _("Confirm your registration")
        if registration.replaces_id:
            subject = _("You are to take the place of another person")
        key = f"verify:{registration.pk}:{registration.epoch}:{again}"
        _queue(registration, "verify", subject, key, shared=_is_shared(registration))


def _is_shared(registration: Registration) -> bool:
    """Say whether other people have a live registration under this address."""
    address = registration.participant.email_key
    rows = registration.session.registrations.live()
    rows = rows.filter(participant__email_key=address)
    return rows.exclude(participant=registration.participant_id).exists()


def queue_already_registered(registration: Registration) -> None:
    """Tell the owner of a known registration that it was sent again; once an hour."""
    hour = timezone.now().strftime("%Y%m%d%H")
    with translation.override(registration.language):
        subject = _("You are already registered")
        if registration.status == Status.DECLINED:
            subject = _("Your registration could not be accepted")
        key = f"known:{registration.pk}:{hour}"
        _queue(registration, "known", subject, key)


def queue_status(registration: Registration, transition: Transition) -> None:
    """Tell a participant where the registration stands now."""
    if not registration.email:
        return
    with translation.override(registration.language):
        subject = _subject_of(transition)
        key = f"state:{registration.pk}:{transition.pk}"
        _queue(registration, "status", subject, key, transition=transition)


def _subject_of(transition: Transition) -> str:
    if transition.event == Event.CHANGED:
        return _("Your registration has been changed")
    if transition.event == Event.REPLACED:
        return _("Another person comes in your place")
    if transition.event == Event.MEANWHILE:
        return _("You can take part online while you wait")
    if transition.event in {Event.PROMOTED, Event.ADMITTED}:
        return _("A place has become free for you")
    return {
        Status.PENDING: _("Your registration is pending approval"),
        Status.CONFIRMED: _("Your registration is confirmed"),
        Status.WAITING: _("You are on the waiting list"),
        Status.DECLINED: _("Your registration could not be accepted"),
        Status.CANCELLED: _("Your registration has been cancelled"),
    }[Status(transition.to_status)]


def _queue(
    registration: Registration, kind: str, subject: str, key: str, **context: Any
) -> None:
    """Render a mail in the active language and store it, unless the fact is known."""
    session = registration.session
    context |= {
        "registration": registration,
        "session": session,
        "link": links.PLACEHOLDER,
        "code": links.CODE_PLACEHOLDER,
    }
    text = render_to_string(f"participants/emails/{kind}.txt", context).strip()
    text = re.sub(r"\n{3,}", "\n\n", text) + "\n"  # what templates leave out
    subject = " ".join(f"{subject} – {session.title}".split())
    message = EmailMessage(
        dedupe_key=key,
        registration=registration,
        to=registration.email,
        language=registration.language,
        kind=kind,
        subject=subject[:250],
        text=text,
        html=_as_html(subject, text),
    )
    EmailMessage.objects.bulk_create([message], ignore_conflicts=True)


def _as_html(subject: str, text: str) -> str:
    """Set the same words as HTML; a paragraph that is the link becomes one."""
    context = {
        "subject": subject,
        "link": links.PLACEHOLDER,
        "paragraphs": [part.strip() for part in text.split("\n\n")],
        "language": translation.get_language(),
        "dir": "rtl" if translation.get_language_bidi() else "ltr",
    }
    return render_to_string("participants/emails/layout.html", context)


def personal_link(registration: Registration) -> str:
    """Return the address of the personal page in the participant's language."""
    with translation.override(registration.language):
        return f"{settings.SITE_URL}{registration.get_absolute_url()}"


def fill_in(body: str, registration: Registration | None) -> str:
    """Put link and code where a stored body has their placeholders."""
    if registration is None:
        return body
    code = links.make_code(registration.pk, registration.epoch)
    body = body.replace(links.CODE_PLACEHOLDER, code)
    return body.replace(links.PLACEHOLDER, personal_link(registration))
