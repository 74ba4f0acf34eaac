"""The system's Chromium, and a watch over everything it does."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.machine import CHROMIUM

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps a loop

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
OWN_SCHEMES = {"about", "blob", "data"}


def pytest_collection_modifyitems(items):
    """Mark every test of this folder."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return browser_type_launch_args | {
        "executable_path": CHROMIUM.path(),
        "args": ARGUMENTS,
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return browser_context_args | {"locale": "en-GB", "timezone_id": "Europe/Zurich"}


@pytest.fixture
def faults():
    """Collect what no page may do; a test that expects a fault clears the list."""
    found = []
    yield found
    assert not found, "\n".join(found)


@pytest.fixture
def new_context(new_context, faults, live_server):
    """Watch every context: its console, its errors, whom it asks."""
    own = urlsplit(live_server.url).netloc

    def make(**options):
        context = new_context(**options)
        context.set_default_timeout(10_000)
        context.route(
            lambda url: _is_foreign(url, own), lambda route: _refuse(route, faults)
        )
        context.on("console", lambda message: _hear(message, faults))
        context.on("weberror", lambda error: faults.append(f"error: {error.error}"))
        context.on("response", lambda response: _judge(response, faults))
        return context

    return make


def _is_foreign(url, own):
    address = urlsplit(url)
    return address.scheme not in OWN_SCHEMES and address.netloc != own


def _refuse(route, faults):
    faults.append(f"asked somebody else: {route.request.url}")
    route.abort()


def _hear(message, faults):
    """Note errors, violations of the content security policy among them."""
    refused_page = message.text.startswith("Failed to load resource")  # see _judge
    if message.type == "error" and not refused_page:
        faults.append(f"console: {message.text}")


def _judge(response, faults):
    """Note a part of a page that is not there; a page itself may answer 404."""
    if response.status >= 400 and response.request.resource_type != "document":
        faults.append(f"{response.status}: {response.url}")
