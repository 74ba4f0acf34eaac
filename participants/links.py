"""Personal links: signed tokens that are stored nowhere.

A token names a row and its epoch; raising the epoch kills every link made before. The
signature is HMAC-SHA256 under ``SECRET_KEY``, 256 bits; each kind of link has a salt
of its own, so that no token opens what it was not made for.
"""

import base64
import re
from collections.abc import Callable
from datetime import timedelta

from django.core import signing
from django.utils.crypto import salted_hmac

# These stand in stored mails where link and code go; private-use characters, which the
# forms refuse, so that nothing a person types can be mistaken for them.
PLACEHOLDER = "\ue000link\ue000"
CANCEL_PLACEHOLDER = "\ue000cancel\ue000"
CODE_PLACEHOLDER = "\ue000code\ue000"
_NAMED = re.compile("\ue000([a-z]+):([0-9]+)\ue000")

PERSON_FOR = timedelta(hours=24)  # how long the link to a filled-in form works


class Signer:
    """Tokens of one kind of row."""

    def __init__(self, salt: str) -> None:
        self._signer = signing.Signer(salt=salt, sep=".")

    def make(self, pk: int, epoch: int) -> str:
        """Return the token of a row in its present epoch."""
        return self._signer.sign(f"{pk}-{epoch}")

    def read(self, token: str) -> tuple[int, int] | None:
        """Return (primary key, epoch), or None for what we never signed."""
        try:
            pk, epoch = self._signer.unsign(token).split("-")
            return int(pk), int(epoch)
        except (signing.BadSignature, ValueError):
            return None


registrations = Signer("participants.registration")
delegations = Signer("participants.delegation")
make_token, read_token = registrations.make, registrations.read

_people = signing.TimestampSigner(salt="participants.person", sep=".")


def make_person_token(pk: int) -> str:
    """Return a token that opens a form filled in for a person, for one day."""
    return _people.sign(str(pk))


def read_person_token(token: str) -> int | None:
    """Return the person's primary key; None for what we never signed.

    Raises signing.SignatureExpired after a day.
    """
    try:
        return int(_people.unsign(token, max_age=PERSON_FOR))
    except signing.SignatureExpired:
        raise
    except (signing.BadSignature, ValueError):
        return None


def make_code(pk: int, epoch: int) -> str:
    """Return the six digits that prove the address of a registration, kept nowhere."""
    digest = salted_hmac("participants.code", f"{pk}-{epoch}", algorithm="sha256")
    return f"{int.from_bytes(digest.digest()) % 1_000_000:06}"


def make_letter_code(pk: int, name: str) -> str:
    """Return the code of a confirmation letter: 128 bits that bind it to the name.

    It opens nothing but the page that says whether the letter is genuine.
    """
    digest = salted_hmac("participants.letter", f"{pk}-{name}", algorithm="sha256")
    letters = base64.b32encode(digest.digest()[:16]).decode().rstrip("=")
    return f"{pk}-{letters}"


def read_letter_code(code: str) -> int | None:
    """Return the registration that a letter's code names; the rest is to compare."""
    pk, dash, _letters = code.partition("-")
    if not (dash and pk.isascii() and pk.isdecimal() and len(pk) < 19):  # noqa: PLR2004
        return None
    return int(pk)


def placeholder(kind: str, pk: int) -> str:
    """Return what stands in a stored mail for the link to a row of another kind."""
    return f"\ue000{kind}:{pk}\ue000"


def fill_placeholders(body: str, make: Callable[[str, int], str]) -> str:
    """Put ``make(kind, pk)`` where a stored body has such a placeholder."""
    return _NAMED.sub(lambda found: make(found[1], int(found[2])), body)
