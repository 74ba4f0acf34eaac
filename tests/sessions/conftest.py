"""What holds for every test of the sessions."""

import pytest


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    """Store what a test uploads where it goes with the test."""
    settings.MEDIA_ROOT = tmp_path
