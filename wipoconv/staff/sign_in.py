"""How django-allauth works here: nobody signs up, mails go through the outbox."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ResetPasswordForm as StockResetPasswordForm
from allauth.mfa.adapter import DefaultMFAAdapter
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from participants import staff_mail
from participants.limits import client_address


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)


class ResetPasswordForm(StockResetPasswordForm):  # type: ignore[misc]
    """Ask for an address; whether an account has it shows neither here nor in time."""

    def save(self, request: HttpRequest, **_options: Any) -> str:
        address = str(self.cleaned_data["email"])
        for user in self.users or [None]:
            _queue_reset(user, address)
        return address


def _queue_reset(user: Any, address: str) -> None:
    """Queue a mail; for an unknown address do the same work and keep nothing."""
    texts = {
        "link": staff_mail.placeholder(user.pk if user else 0),
        "site": _("WIPO Conversation"),
    }
    with transaction.atomic():
        staff_mail.queue(
            user.email if user else address,
            language=translation.get_language(),
            subject=_("Choose a new password"),
            text=render_to_string("account/email/password_reset.txt", texts),
        )
        if user is None:
            transaction.set_rollback(True)


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    def _get_user_identifier(self, user: Any) -> str:
        return str(user.get_username())

    def _get_site_name(self) -> str:
        return str(_("WIPO Conversation"))
