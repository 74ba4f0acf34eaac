"""What several tests of participants need."""

import pytest

from participants.models import FocalPoint
from tests.factories import make_delegation, make_session
from tests.participants.mail_server import (
    Mailbox,
    controller,
    free_port,
    use_mail_server,
)


@pytest.fixture
def mailbox(settings):
    box = Mailbox()
    port = free_port()
    server = controller(box, port)
    server.start()
    use_mail_server(settings, port)
    yield box
    server.stop()


@pytest.fixture
def session():
    return make_session(slug="open")


@pytest.fixture
def focal_point():
    state = make_delegation(name_en="Ruritania", name_fr="Ruritanie", name="Ruritania")
    return FocalPoint.objects.create(delegation=state, email="mission@example.org")
