"""Sign-in through an organization's own server, where the settings name one."""

from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib.auth.models import User
from django.http import HttpRequest


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Let in those who have an account here; make none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def can_authenticate_by_email(self, login: Any, email: str) -> bool:
        """Take the address for the person's only if it is of one active account."""
        people = User.objects.filter(email__iexact=email, is_active=True, is_staff=True)
        return bool(people.count() == 1)
