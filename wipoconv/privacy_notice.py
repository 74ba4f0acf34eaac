"""The privacy notice as the organization wrote it, in place of the one we ship."""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

FALLBACK = "en"
HEADING = re.compile(r"^##? +(.+?)[ #]*$", re.MULTILINE)
PART = re.compile(r"^###", re.MULTILINE)


class Section(NamedTuple):
    """A heading, empty before the first one, and what stands under it in Markdown."""

    heading: str
    text: str


class Notice(NamedTuple):
    """A whole notice, and the language it is in."""

    language: str
    sections: list[Section]


def own_notice(language: str) -> Notice | None:
    """Return the organization's own notice, in English where it has no other.

    None where no folder is set: then the site shows the one it ships with.
    """
    folder = settings.PRIVACY_NOTICE_DIR
    return _read(folder, language) if folder else None


@cache  # as long as the version, which is read at the start too
def _read(folder: Path, language: str) -> Notice:
    """Read ``fr.md``: ``##`` begins a section, ``###`` a part of it."""
    path = folder / f"{language}.md"
    if not path.is_file():
        language = FALLBACK
        path = folder / f"{language}.md"
    parts = HEADING.split(path.read_text("utf-8-sig"))
    headings, texts = ["", *parts[1::2]], parts[::2]
    sections = [
        Section(heading, PART.sub("#", text.strip()))
        for heading, text in zip(headings, texts, strict=True)
    ]
    return Notice(language, [one for one in sections if one.heading or one.text])
