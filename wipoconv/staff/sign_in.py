"""How django-allauth works here: nobody signs up, mails go through the outbox."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from participants import staff_mail
from participants.limits import client_address


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Queue a mail; for an unknown address do the same work and keep nothing."""
        user = context.get("user")
        link = staff_mail.placeholder(user.pk if user else 0)
        texts = {"link": link, "site": _("WIPO Conversation")}
        text = render_to_string("account/email/password_reset.txt", texts)
        with transaction.atomic():
            staff_mail.queue(
                user.email if user else email,
                language=translation.get_language(),
                subject=_("Choose a new password"),
                text=text,
            )
            if user is None:
                transaction.set_rollback(True)

    def send_password_reset_mail(
        self, user: Any, email: str, context: dict[str, Any]
    ) -> None:
        self.send_mail("account/email/password_reset_key", email, {"user": user})

    def get_reset_password_from_key_url(self, key: str) -> str:
        return ""  # made when the mail goes out, so that the outbox holds no key


class MFAAdapter(DefaultMFAAdapter):
    def _get_user_identifier(self, user: Any) -> str:
        return str(user.get_username())

    def _get_site_name(self) -> str:
        return str(_("WIPO Conversation"))
