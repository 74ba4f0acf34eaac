"""A signed moment in the form: who sends it quicker than a person is asked once more.

Nobody is shut out and no form is too old: a robot pays with a second request, a quick
person with a click.
"""

from time import time

from django.conf import settings
from django.core import signing
from django.http import HttpRequest

from sessions.public_page import PUT_IN_HERE

FIELD = "opened"
ASKED = "asked"  # stands for the moment once somebody was asked

_signer = signing.Signer(salt="participants.time_trap", sep=".")


def new_token() -> str:
    """Return the value of the field in a form that is opened now."""
    return _signer.sign(str(int(time())))


def asked_token() -> str:
    """Return the value after somebody was asked once: it is not judged again."""
    return _signer.sign(ASKED)


def kept_token(request: HttpRequest) -> str:
    """Return the value that was posted, so that its time goes on; a new one if none.

    Into a form that is asked for it is put when the page is sent.
    """
    if request.method != "POST":
        return PUT_IN_HERE
    posted = request.POST.get(FIELD, "")
    return posted if _moment(posted) is not None else new_token()


def is_too_fast(request: HttpRequest) -> bool:
    """Say whether a post came sooner after its form than a person can be."""
    if not settings.FORM_SECONDS:
        return False
    moment = _moment(request.POST.get(FIELD, ""))
    if moment is None:
        return True
    return moment != ASKED and time() - float(moment) < settings.FORM_SECONDS


def _moment(token: str) -> str | None:
    try:
        return _signer.unsign(token)
    except signing.BadSignature:
        return None
