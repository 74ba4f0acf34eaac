"""Texts of rows as values: in the active language, else in English and marked so.

A model's instance holds each text in six languages; a page that only reads asks for
the one or two it shows.
"""

from collections.abc import Mapping
from functools import cache
from html import escape  # as Django does it, but sooner: texts here are never lazy
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from modeltranslation.utils import build_localized_fieldname

SOURCE = settings.LANGUAGE_CODE  # what all texts fall back to

Row = Mapping[str, Any]


@cache
def _columns(field: str, language: str) -> tuple[str, ...]:
    """Name the columns of a field that are read in a language, the best first."""
    found = [build_localized_fieldname(field, code) for code in (language, SOURCE)]
    return tuple(dict.fromkeys(map(str, found)))


def columns(*fields: str) -> list[str]:
    """Name the columns that hold these fields for a reader of the active language."""
    language = get_language() or SOURCE
    return [name for field in fields for name in _columns(field, language)]


class Reader:
    """Reads texts as HTML, marked where they are in English in place of the language.

    One is made for a page, which asks for hundreds of texts in the same language.
    """

    def __init__(self) -> None:
        self._language = get_language() or SOURCE

    def __call__(self, row: Row, field: str) -> str:
        own, *english = _columns(field, self._language)
        if row[own] or not english:
            return escape(row[own] or "")
        return marked(row[english[0]])


def marked(text: str | None) -> str:
    """Return as HTML a text that is English on a page in another language."""
    return f'<span lang="{SOURCE}" dir="ltr">{escape(text)}</span>' if text else ""
