"""The letter that confirms a place in the room, for a visa: a registration in, PDF out.

It says what is registered and nothing of a passport. Its code opens a page that tells
whoever holds the paper whether it is genuine.
"""

import io

import segno
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, get_language_bidi, pgettext
from django.utils.translation import gettext as _

from sessions.templatetags.sessions import (
    day_in_full,
    ordinal,
    session_dates,
    session_place,
)

from .. import links
from ..models import Registration, Status
from ..typesetting import typeset


def can_have_letter(registration: Registration) -> bool:
    """Say whether there is a place in the room to confirm, on days that are known."""
    session = registration.session
    return (
        registration.status == Status.CONFIRMED
        and registration.mode == "in_person"
        and session.status == session.Status.PUBLISHED
        and session.starts_on is not None
        and not session.is_over
    )


def letter_code(registration: Registration) -> str:
    """Return the code of the present letter: another name makes another one."""
    name = "\n".join(value for _label, value in _names(registration))
    return links.make_letter_code(registration.pk, name)


def initials(registration: Registration) -> str:
    """Shorten a name to what a person with the paper can compare."""
    names = [registration.given_name, registration.family_name]
    if passport := registration.passport_name:
        names = passport.split()
    return " ".join(f"{name[0].upper()}." for name in names if name)


def confirmation_letter(registration: Registration) -> bytes:
    """Return the letter in the active language."""
    session = registration.session
    code = letter_code(registration)
    path = reverse("participants:genuine", args=[code])
    url = f"{settings.SITE_URL}{path}"
    today = timezone.localdate(timezone=session.zone)
    data = {
        "language": (get_language() or "en").partition("-")[0],
        "script": "Hans" if get_language() == "zh-hans" else "",
        "is_rtl": get_language_bidi(),
        "issuer": [
            _("WIPO Conversation"),
            _("on Intellectual Property and Frontier Technologies"),
        ],
        "demonstration": _("Demonstration") if session.is_demonstration else "",
        "title": _("Confirmation of registration"),
        "date": [_("Date"), day_in_full(today)],
        "opening": _("To whom it may concern"),
        "words": _(
            "The Secretariat confirms that the person named below is registered for "
            "the following session and has a confirmed place in the room."
        ),
        "person": _pairs(_person(registration)),
        "session": _pairs(
            [
                (_("Session"), session.title),
                ("", ordinal(session)),
                (_("Days"), session_dates(session)),
                (_("Venue"), session_place(session)),
            ]
        ),
        "limits": _(
            "This letter confirms a registration. It is no visa and no promise of "
            "one, and the Secretariat bears no costs of travel or stay."
        ),
        "signature": _("The Secretariat"),
        "check": _("To check that this letter is genuine, open:"),
        "url": url,
        "qr": _qr(url),
    }
    return typeset("confirmation_letter", data)


def _person(registration: Registration) -> list[tuple[str, str]]:
    return [
        (_("Form of address"), registration.get_form_of_address_display()),
        *_names(registration),
        (capfirst(_("name in own script")), registration.own_script_name),
        (_("Delegation"), str(registration.delegation or "")),
        (_("Organization"), registration.organisation),
        (capfirst(pgettext("job", "function")), registration.function),
    ]


def _names(registration: Registration) -> list[tuple[str, str]]:
    """Name somebody as the passport does, if it was said how, else as registered."""
    if registration.passport_name:
        label = capfirst(_("name as in the passport"))
        return [(label, registration.passport_name)]
    return [
        (_("Family name"), registration.family_name),
        (_("Given name"), registration.given_name),
    ]


def _pairs(pairs: list[tuple[str, str]]) -> list[list[str]]:
    return [[label, text] for label, text in pairs if text]


def _qr(url: str) -> str:
    out = io.BytesIO()
    segno.make(url, error="m", micro=False).save(out, kind="svg", border=0)
    return out.getvalue().decode()
