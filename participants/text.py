"""What a typed text may hold: judged here, stored as typed."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from email_validator import EmailNotValidError
from email_validator import validate_email as _validate

# Characters that change the direction of what follows: a name must not turn a list.
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def validate_line(text: str) -> None:
    """Refuse characters that no name or address of a place has.

    Control characters and line breaks, private-use and unassigned code points, the
    mark of broken UTF-8 (U+FFFD), and overrides of the writing direction. Joiners
    (U+200C, U+200D) stay: Persian and Indic names need them.
    """
    hidden = "" if text.isprintable() and "\ufffd" not in text else text
    for character in hidden:  # a printable character is none of these
        category = unicodedata.category(character)
        if (
            category in {"Cc", "Co", "Cs", "Cn", "Zl", "Zp"}
            or character == "\ufffd"
            or character in _BIDI_CONTROLS
        ):
            raise ValidationError(
                _("This has a character that cannot be used here. Type it anew."),
                code="unreadable",
            )
    if text and not any(is_visible(character) for character in text):
        raise ValidationError(_("This has no visible character."), code="invisible")


def validate_no_number(text: str) -> None:
    """Refuse digits of any script where a name is asked, and no number of a paper."""
    if any(character.isdecimal() for character in text):
        raise ValidationError(
            _("For the confirmation letter. Never give a passport number."),
            code="number",
        )


def validate_paragraphs(text: str) -> None:
    """Judge a text of several lines like one line."""
    for line in text.replace("\t", " ").splitlines():
        validate_line(line)


def is_visible(character: str) -> bool:
    """Say whether a letter, digit, sign or symbol is seen when printed."""
    return unicodedata.category(character)[0] in "LNPS" and character not in {
        "\u115f",  # Hangul fillers are letters that print nothing
        "\u1160",
        "\u3164",
        "\uffa0",
    }


def validate_email(address: str) -> None:
    """Refuse what no public mail server delivers to.

    Local names, address literals and addresses that need SMTPUTF8 are refused; the
    domain is not asked.
    """
    try:
        _validate(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise ValidationError(
            _("Enter a valid e-mail address, for example name@example.org."),
            code="email",
        ) from error
