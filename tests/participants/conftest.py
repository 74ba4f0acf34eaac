"""What several tests of participants need."""

import pytest

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
