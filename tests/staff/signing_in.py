"""What tests of sign-in do again and again."""

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from auditlog.models import LogEntry

from tests.staff.people import PASSWORD

LOGIN = "/account/login/"


def give_telephone(user):
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def sign_in(client, user, password=PASSWORD, **extra):
    data = {"login": user.username, "password": password}
    return client.post(LOGIN, data | extra)


def type_code(client, code):
    return client.post("/account/2fa/authenticate/", {"code": code})


def events():
    return [
        (entry.additional_data or {}).get("event")
        for entry in LogEntry.objects.order_by("pk")
    ]
