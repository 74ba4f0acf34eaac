"""Personal links: signed tokens that are stored nowhere.

A token names a registration and its epoch; raising the epoch kills every link
made before. The signature is HMAC-SHA256 under ``SECRET_KEY``, 256 bits.
"""

from django.core import signing
from django.utils.crypto import salted_hmac

_signer = signing.Signer(salt="participants.registration", sep=".")

# These stand in stored mails where link and code go; private-use characters, which the
# forms refuse, so that nothing a person types can be mistaken for them.
PLACEHOLDER = "\ue000link\ue000"
CODE_PLACEHOLDER = "\ue000code\ue000"


def make_token(pk: int, epoch: int) -> str:
    """Return the token of a registration in its present epoch."""
    return _signer.sign(f"{pk}-{epoch}")


def make_code(pk: int, epoch: int) -> str:
    """Return the six digits that prove the address of a registration, kept nowhere."""
    digest = salted_hmac("participants.code", f"{pk}-{epoch}", algorithm="sha256")
    return f"{int.from_bytes(digest.digest()) % 1_000_000:06}"


def read_token(token: str) -> tuple[int, int] | None:
    """Return (primary key, epoch), or None for what we never signed."""
    try:
        pk, epoch = _signer.unsign(token).split("-")
        return int(pk), int(epoch)
    except (signing.BadSignature, ValueError):
        return None
