"""Mail as files, for a machine without a mail server."""

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection

from wipoconv.mail import FolderBackend


@pytest.fixture
def folder(settings, tmp_path):
    settings.EMAIL_BACKEND = "wipoconv.mail.FolderBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return settings.EMAIL_FILE_PATH


def test_a_mail_becomes_a_file_with_a_living_link_and_inert_words(folder):
    mail = EmailMessage(
        "Confirm <b>",
        "Dear <script>,\n\nhttp://localhost/en/registrations/1-0.x/",
        to=["Ana <ana@example.org>"],
    )

    assert get_connection().send_messages([mail]) == 1

    [file] = folder.iterdir()
    page = file.read_text(encoding="utf-8")
    assert file.name.endswith("_ana@example.org_.html")
    assert 'href="http://localhost/en/registrations/1-0.x/"' in page
    assert "<script>" not in page
    assert "Confirm &lt;b&gt;" in page


def test_a_mail_is_shown_as_a_mail_program_does_and_as_text(folder):
    mail = EmailMultiAlternatives("Words", "In plain <b>", to=["a@example.org"])
    page = "<html><head><style>x</style></head><body dir='rtl'><h1>Laid out</h1></body>"
    mail.attach_alternative(page, "text/html")
    mail.attach("session.ics", "BEGIN:VCALENDAR", "text/calendar")

    get_connection().send_messages([mail])

    shown = next(folder.iterdir()).read_text(encoding="utf-8")
    assert "<h1>Laid out</h1>" in shown
    assert "<style>" not in shown
    assert "In plain &lt;b&gt;" in shown
    assert "Attached: session.ics" in shown


def test_files_sort_by_time_and_none_overwrites_another(folder):
    mails = [EmailMessage(f"Mail {n}", "x", to=["a@example.org"]) for n in range(5)]

    FolderBackend().send_messages(mails)

    pages = [file.read_text(encoding="utf-8") for file in sorted(folder.iterdir())]
    assert [f"Mail {n}" in page for n, page in enumerate(pages)] == [True] * 5
