"""What a mail will look like, for staff: nobody's personal link is shown to them."""

from django.conf import settings
from django.utils import translation
from django.utils.crypto import get_random_string
from django.utils.safestring import SafeString

from sessions.models import Mode

from .. import links
from ..models import EmailMessage, Message, Registration, Status
from .letter import Letter, one_line
from .mailing import Mailing

TEMPLATE = "admin/participants/message/mail.html"


def sample(message: Message, language: str) -> Registration:
    """Return an invented person, who is confirmed for the room."""
    return Registration(
        session=message.session,
        status=Status.CONFIRMED,
        mode=Mode.IN_PERSON,
        language=language,
        family_name="Demo",
        given_name="Demo",
        organisation="Demo",
    )


def show(mailing: Mailing, registration: Registration) -> dict[str, str]:
    """Return one mail as an admin page shows it."""
    with translation.override(registration.language):
        letter = mailing.letter(registration)
        return {
            "language": registration.language,
            "name": dict(settings.LANGUAGES)[registration.language],
            "dir": "rtl" if translation.get_language_bidi() else "ltr",
            "subject": letter.subject,
            "html": SafeString(_without_links(letter.html(TEMPLATE))),
            "text": _without_links(letter.text()),
        }


def queue_test(message: Message, registration: Registration, to: str) -> None:
    """Queue the mail of one recipient to whoever writes it, with dead links.

    It holds what the recipient's own would, so it belongs to that registration: it goes
    with it when the person is erased.
    """
    with translation.override(registration.language):
        letter: Letter = Mailing(message).letter(registration)
        EmailMessage.objects.create(
            dedupe_key=f"test:{message.pk}:{get_random_string(12)}",
            registration=registration if registration.pk else None,
            to=to,
            language=registration.language,
            kind="test",
            subject=one_line(f"[Test] {letter.subject}"),
            text=_without_links(letter.text()),
            html=_without_links(letter.html()),
        )


def _without_links(body: str) -> str:
    for placeholder in (links.PLACEHOLDER, links.CANCEL_PLACEHOLDER):
        body = body.replace(placeholder, f"{settings.SITE_URL}/#personal")
    return body
