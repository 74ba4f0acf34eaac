"""A letter: the same paragraphs as plain text and as HTML, in the active language."""

import re
from dataclasses import dataclass, field

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from .. import links
from .facts import Fact

# These stand in the text templates where the facts of the session go, how to join it,
# and what staff wrote.
FACTS = "\ue000facts\ue000"
JOIN = "\ue000join\ue000"
BODY = "\ue000body\ue000"

KINDS = {
    FACTS: "facts",
    links.PLACEHOLDER: "link",
    links.CANCEL_PLACEHOLDER: "cancel",
    links.CODE_PLACEHOLDER: "code",
}


@dataclass(frozen=True)
class Block:
    """A paragraph; ``html`` is what stands for its text in HTML, if it is not plain."""

    kind: str
    text: str = ""
    html: str = ""
    language: str = ""  # another one than the letter's

    @property
    def safe_html(self) -> SafeString:
        return mark_safe(self.html)  # noqa: S308 (nh3 cleaned it, values are escaped)

    @property
    def dir(self) -> str:
        return "rtl" if self.language == "ar" else "ltr"


@dataclass(frozen=True)
class Letter:
    subject: str
    blocks: list[Block]
    facts: list[Fact] = field(default_factory=list)

    def text(self) -> str:
        """Return the whole letter as plain text."""
        return "\n\n".join(self._text_of(block) for block in self.blocks) + "\n"

    def html(self, template: str = "participants/emails/layout.html") -> str:
        """Return the same as HTML, by default as mail programs need it."""
        context = {
            "subject": self.subject,
            "blocks": self.blocks,
            "facts": self.facts,
            "language": translation.get_language(),
            "dir": "rtl" if translation.get_language_bidi() else "ltr",
        }
        return render_to_string(template, context)

    def _text_of(self, block: Block) -> str:
        if block.kind != "facts":
            return block.text
        return "\n".join(
            f"{fact.label}: {line}" if not n else line
            for fact in self.facts
            for n, line in enumerate(fact.lines)
        )


def blocks_of(text: str, **own: list[Block]) -> list[Block]:
    """Part a text at its empty lines; a paragraph that is a placeholder is its kind.

    ``own`` are the blocks that stand for a placeholder: ``join``, ``body``.
    """
    blocks: list[Block] = []
    for part in re.split(r"\n{2,}", text.strip()):
        paragraph = part.strip()
        name = paragraph.strip("\ue000")
        if paragraph.startswith("\ue000") and name in own:
            blocks += own[name]
        elif paragraph:
            blocks.append(Block(KINDS.get(paragraph, "text"), paragraph))
    return blocks


def one_line(subject: str) -> str:
    """Return what a header can hold: one line, no longer than the column."""
    return " ".join(subject.split())[:250]
