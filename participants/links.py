"""Personal links: signed tokens that are stored nowhere.

A token names a registration and its epoch; raising the epoch kills every link
made before. The signature is HMAC-SHA256 under ``SECRET_KEY``, 256 bits.
"""

import base64

from django.core import signing
from django.utils.crypto import salted_hmac

_signer = signing.Signer(salt="participants.registration", sep=".")

# These stand in stored mails where link and code go; private-use characters, which the
# forms refuse, so that nothing a person types can be mistaken for them.
PLACEHOLDER = "\ue000link\ue000"
CANCEL_PLACEHOLDER = "\ue000cancel\ue000"
CODE_PLACEHOLDER = "\ue000code\ue000"


def make_token(pk: int, epoch: int) -> str:
    """Return the token of a registration in its present epoch."""
    return _signer.sign(f"{pk}-{epoch}")


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


def read_token(token: str) -> tuple[int, int] | None:
    """Return (primary key, epoch), or None for what we never signed."""
    try:
        pk, epoch = _signer.unsign(token).split("-")
        return int(pk), int(epoch)
    except (signing.BadSignature, ValueError):
        return None
