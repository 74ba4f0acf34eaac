"""Signed links by which somebody without an account reads one draft, for two weeks.

A link is stored nowhere: it names the session and its ``preview_epoch``. Raising that
number kills every link made before.
"""

from datetime import timedelta
from urllib.parse import quote

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.db.models import F, Q

from .models import Session
from .public_page import PREVIEW

LIFETIME = timedelta(days=14)
_signer = TimestampSigner(salt="sessions.preview")


def shared_url(session: Session) -> str:
    """Return an address that opens this draft for whoever has it."""
    token = _signer.sign(f"{session.pk}.{session.preview_epoch}")
    return f"{settings.SITE_URL}{session.get_absolute_url()}?{PREVIEW}={quote(token)}"


def shared_with(token: str) -> Q | None:
    """Return which session a token opens, if it is ours and not too old."""
    try:
        pk, epoch = _signer.unsign(token, max_age=LIFETIME).split(".")
    except BadSignature:
        return None
    return Q(pk=pk, preview_epoch=epoch)


def revoke(session: Session) -> None:
    """Kill every link to this draft; what the public sees stays the same."""
    drafts = Session.objects.filter(pk=session.pk)
    drafts.update(preview_epoch=F("preview_epoch") + 1)
