"""Outgoing mail as files, for a machine without a mail server."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.mime.base import MIMEBase
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
<p dir="auto">From: {sender}<br>To: {to}<br>Subject: <b>{subject}</b>{attached}</p>
<hr>
{shown}
"""
_TEXT = '<pre dir="auto" style="white-space: pre-wrap; font: inherit">{text}</pre>'
_BOTH = "{html}<details><summary>As plain text</summary>{text}</details>"


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
            draft.write_text(_page(message), encoding="utf-8")
            draft.rename(self.folder / f"{moment}-{name}.html")
        return len(email_messages)


def _page(message: EmailMessage) -> str:
    """Show a mail as a mail program does, and what its plain text says."""
    names = [
        (one.get_filename() or "") if isinstance(one, MIMEBase) else str(one[0])
        for one in message.attachments
    ]
    attached = f"<br>Attached: {escape(', '.join(names))}" if names else ""
    return _PAGE.format(
        subject=escape(str(message.subject)),
        sender=escape(message.from_email),
        to=escape(", ".join(message.recipients())),
        attached=attached,
        shown=_shown(message),
    )


def _shown(message: EmailMessage) -> str:
    text = _TEXT.format(text=urlize(str(message.body), autoescape=True))
    for content, kind in getattr(message, "alternatives", []):
        if kind == "text/html":
            body = re.search(r"<body\b[^>]*>(.*)</body>", str(content), re.DOTALL)
            return _BOTH.format(html=body[1] if body else content, text=text)
    return text
