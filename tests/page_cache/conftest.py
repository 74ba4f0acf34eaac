"""What holds for every test of the page cache."""

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from tests.page_cache.site import Site
from wipoconv import page_cache


@pytest.fixture(autouse=True)
def _one_connection(monkeypatch):
    """Keep the connection of the test, as Django's own test client does."""
    monkeypatch.setattr(page_cache, "close_old_connections", lambda: None)
    for signal in [request_started, request_finished]:
        signal.disconnect(close_old_connections)
    yield
    for signal in [request_started, request_finished]:
        signal.connect(close_old_connections)


@pytest.fixture
def site():
    return Site()
