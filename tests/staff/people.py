"""Staff in their roles, and what they sign in with."""

import base64
import hashlib
import hmac
import struct
import time

from django.contrib.auth.models import Group, Permission, User
from django.test import Client

PASSWORD = "a long phrase for the tests"


def make_member(role: str | None = None, *, languages=(), **fields) -> User:
    """Make an account of staff in a role; None is an account without any."""
    name = fields.pop("username", (role or "nobody").lower())
    user = User.objects.create_user(name, password=PASSWORD, is_staff=True, **fields)
    if role:
        user.groups.add(Group.objects.get(name=role))
    for code in languages:
        user.user_permissions.add(Permission.objects.get(codename=f"translate_{code}"))
    return user


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def code_of(secret: str, at: float | None = None) -> str:
    """Compute the six digits that a telephone shows (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    counter = struct.pack(">Q", int((at or time.time()) // 30))
    digest = hmac.new(key, counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
