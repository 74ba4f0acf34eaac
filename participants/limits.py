"""How often somebody may ask: counted in the cache, by mailbox and by network."""

import hashlib
import time
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

HOUR = 3600  # seconds

# Posts of the form an hour. Whole delegations share a mailbox, whole conferences an
# address: three hundred people behind one must all get in, with their mistakes.
PER_MAILBOX = 20
PER_NETWORK = 2000
LINKS_PER_MAILBOX = 5
LETTERS_PER_NETWORK = 100  # kept for a form that is not right yet


def may_register(request: HttpRequest, email: str) -> bool:
    """Count a post of the form; False when this mailbox or network sent too many."""
    network = _within("network", _network(request), PER_NETWORK)
    return _within("mailbox", email.casefold(), PER_MAILBOX) and network


def may_ask_for_links(request: HttpRequest, email: str) -> bool:
    """Count a wish for links by mail; False when there were too many."""
    network = _within("network", _network(request), PER_NETWORK)
    return _within("links", email.casefold(), LINKS_PER_MAILBOX) and network


def may_keep_letter(request: HttpRequest) -> bool:
    """Count a letter kept for somebody whose form has errors."""
    return _within("letters", _network(request), LETTERS_PER_NETWORK)


def _within(scope: str, who: str, most: int) -> bool:
    """Count one more in this hour; the key tells nobody who."""
    digest = hashlib.sha256(f"{scope}:{who}".encode()).hexdigest()
    key = f"limit:{digest}:{int(time.time() // HOUR)}"
    cache.add(key, 0, timeout=HOUR)
    try:
        return cache.incr(key) <= most
    except ValueError:  # the hour ended between the two lines
        return True


def _network(request: HttpRequest) -> str:
    """Name the network of a client: /24 for IPv4, /64 for IPv6."""
    address = client_address(request)
    try:
        bits = 24 if ip_address(address).version == 4 else 64  # noqa: PLR2004
        return str(ip_network(f"{address}/{bits}", strict=False))
    except ValueError:
        return address


def client_address(request: HttpRequest) -> str:
    """Return the address of the client.

    ``X-Forwarded-For`` is believed only as far as proxies are configured: each adds
    what it saw at the end, so with n of them the n-th from the end is the client.
    """
    proxies: int = settings.TRUSTED_PROXIES
    header = str(request.headers.get("X-Forwarded-For", ""))
    seen = [part.strip() for part in header.split(",")]
    if proxies and len(seen) >= proxies:
        return seen[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))
