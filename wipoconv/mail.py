"""Outgoing mail as files, for a machine without a mail server."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.html import urlize

_PAGE = """<!doctype html>
<meta charset="utf-8">
<title>{subject}</title>
<p>From: {sender}<br>To: {to}<br>Subject: <b>{subject}</b></p>
<hr>
<pre style="white-space: pre-wrap; font: inherit">{text}</pre>
"""


class FolderBackend(BaseEmailBackend):
    """Write each mail as one HTML file that a browser opens, links alive.

    Names sort by time. A file appears whole or not at all.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.folder = Path(settings.EMAIL_FILE_PATH)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the files; return how many."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            moment = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
            to = ", ".join(message.recipients())
            name = re.sub(r"[^\w.@+-]+", "_", to)[:80]
            draft = self.folder / f".{moment}"
            draft.write_text(
                _PAGE.format(
                    subject=escape(str(message.subject)),
                    sender=escape(message.from_email),
                    to=escape(to),
                    text=urlize(str(message.body), autoescape=True),
                ),
                encoding="utf-8",
            )
            draft.rename(self.folder / f"{moment}-{name}.html")
        return len(email_messages)
