"""Personal links: signed tokens that are stored nowhere.

A token names a registration and its epoch; raising the epoch kills every link
made before. The signature is HMAC-SHA256 under ``SECRET_KEY``, 256 bits.
"""

from django.core import signing

_signer = signing.Signer(salt="participants.registration", sep=".")

# Stands in stored mails where the personal link goes; a private-use character, which
# the forms refuse, so that nothing a person types can be mistaken for it.
PLACEHOLDER = "\ue000link\ue000"


def make_token(pk: int, epoch: int) -> str:
    """Return the token of a registration in its present epoch."""
    return _signer.sign(f"{pk}-{epoch}")


def read_token(token: str) -> tuple[int, int] | None:
    """Return (primary key, epoch), or None for what we never signed."""
    try:
        pk, epoch = _signer.unsign(token).split("-")
        return int(pk), int(epoch)
    except (signing.BadSignature, ValueError):
        return None
