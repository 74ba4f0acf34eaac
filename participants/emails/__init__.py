"""One function per mail: rows in, an outbox row out, in the caller's transaction."""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from .. import links
from ..models import EmailMessage, Registration, Status, Transition
from . import invitation
from .facts import facts_of, hours_of
from .letter import FACTS, JOIN, Block, Letter, blocks_of, one_line

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
    registration: Registration,
    kind: str,
    subject: str,
    key: str,
    *,
    transition: Transition | None = None,
    shared: bool = False,
) -> None:
    """Render a mail in the active language and store it, unless the fact is known."""
    session = registration.session
    hours = hours_of(session)
    context = _context(registration) | {"transition": transition, "shared": shared}
    words = render_to_string(f"participants/emails/{kind}.txt", context)
    letter = Letter(
        one_line(f"{subject} – {session.title}"),
        blocks_of(words, join=[Block("join", session.join_instructions.strip())]),
        facts_of(session, hours, registration),
    )
    method = ""
    if transition is not None:
        method = invitation.method_of(registration, transition.from_status)
    message = EmailMessage(
        dedupe_key=key,
        registration=registration,
        to=registration.email,
        language=registration.language,
        kind=kind,
        subject=letter.subject,
        text=letter.text(),
        html=letter.html(),
        attachments=invitation.attachment(registration, hours, method),
    )
    EmailMessage.objects.bulk_create([message], ignore_conflicts=True)


def _context(registration: Registration) -> dict[str, Any]:
    return {
        "registration": registration,
        "session": registration.session,
        "facts": FACTS,
        "join": JOIN,
        "link": links.PLACEHOLDER,
        "code": links.CODE_PLACEHOLDER,
    }


def personal_link(registration: Registration) -> str:
    """Return the address of the personal page in the participant's language."""
    with translation.override(registration.language):
        return f"{settings.SITE_URL}{registration.get_absolute_url()}"


def fill_in(body: str, registration: Registration | None) -> str:
    """Put link and code where a stored body has their placeholders."""
    if registration is None:
        return body
    code = links.make_code(registration.pk, registration.epoch)
    link = personal_link(registration)
    body = body.replace(links.CODE_PLACEHOLDER, code)
    body = body.replace(links.CANCEL_PLACEHOLDER, f"{link}cancel/")
    return body.replace(links.PLACEHOLDER, link)
