"""Mails about accounts of staff, in the same outbox.

They hold a placeholder in place of the key to a new password; it is made when the mail
goes out, so neither the database nor the mail log ever holds one.
"""

import re
from uuid import uuid4

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.models import User
from django.urls import reverse

from .models import EmailMessage

KIND = "account"
_PLACEHOLDER = re.compile(r"⟦account:(\d+)⟧")


def placeholder(pk: int) -> str:
    """Return what stands for the key of one account until the mail goes out."""
    return f"⟦account:{pk}⟧"


def queue(to: str, *, language: str, subject: str, text: str) -> None:
    """Put a mail to somebody of the staff into the outbox."""
    EmailMessage.objects.create(
        dedupe_key=f"account:{uuid4()}",
        to=to,
        language=language,
        kind=KIND,
        subject=subject,
        text=text,
    )


def fill_in(body: str, message: EmailMessage) -> str:
    """Put the key where a mail about an account, and no other, has its placeholder."""
    if message.kind != KIND or message.registration_id is not None:
        return body
    return _PLACEHOLDER.sub(lambda found: _link(int(found[1])), body)


def _link(pk: int) -> str:
    user = User.objects.filter(pk=pk, is_active=True).first()
    if user is None:
        return f"{settings.SITE_URL}{reverse('account_login')}"
    path = reverse(
        "account_reset_password_from_key",
        kwargs={
            "uidb36": user_pk_to_url_str(user),
            "key": default_token_generator.make_token(user),
        },
    )
    return f"{settings.SITE_URL}{path}"
