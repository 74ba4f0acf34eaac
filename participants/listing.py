"""How an entry of the list of participants reads: one rule for paper and for pages.

The list is in French and English whoever reads it, so nothing here asks which language
a page speaks.
"""

import json
import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import translation

from sessions.countries import without_accents

from .capitals import script_of

if TYPE_CHECKING:
    from .models import Delegation, Registration

# A form of address is in the language the person chose, if that is written in the
# letters of the name; else in that of the script.
LANGUAGES_OF_SCRIPT = {
    "LATIN": ["en", "fr", "es"],
    "CYRILLIC": ["ru"],
    "ARABIC": ["ar"],
    "CJK": ["zh-hans"],
}
# The page of the form sets the same line while one types: it is told these names.
AFTER_THE_NAME = ["function", "unit", "organisation", "city"]


def form_of_address(row: "Registration", name: str) -> str:
    """Write a form of address beside a name, in a language of the same script."""
    if not row.form_of_address:
        return ""
    languages = LANGUAGES_OF_SCRIPT.get(script_of(name), ["en"])
    language = row.language if row.language in languages else languages[0]
    with translation.override(language):
        return str(row.get_form_of_address_display())


def details(row: "Registration") -> list[str]:
    """List what stands after the name; not once more what the block is headed by."""
    names = {french_key(name) for name in _names_of(row.delegation)}
    organisation = "" if french_key(row.organisation) in names else row.organisation
    texts = [row.function, row.unit, organisation, row.city]
    return [part for text in texts if (part := " ".join(text.split()))]


def line(name: str, form: str, parts: Iterable[str]) -> str:
    """Write an entry as one line: Given FAMILY (form of address), function, city."""
    return ", ".join([f"{name} ({form})" if form else name, *parts])


def french_name(delegation: "Delegation") -> str:
    """Name a delegation in French, in English where nobody has named it so."""
    name: str = delegation.name_fr or delegation.name_en or ""  # type: ignore[attr-defined]
    return name


def french_key(name: str) -> str:
    """Fold a French name for sorting: no accents, no case, one space for any sign.

    So Égypte < El Salvador < Émirats arabes unis < Équateur < Espagne.
    """
    return re.sub(r"[\W_]+", " ", without_accents(name)).strip()


def _names_of(delegation: "Delegation | None") -> Iterable[str]:
    if delegation is None:
        return []
    return [french_name(delegation), delegation.name_en]  # type: ignore[attr-defined]


def for_script(language: str) -> dict[str, Any]:
    """Return what the script of the form needs to set the same line.

    ``language`` is that of the registration.
    """
    return {
        "parts": " ".join(AFTER_THE_NAME),
        "forms": _forms_of_address(),
        "language": language,
    }


@cache
def _forms_of_address() -> str:
    from .models import Registration  # noqa: PLC0415 (it asks here how it is listed)

    forms = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            choices = Registration.FormOfAddress.choices
            forms[language] = {code: str(label) for code, label in choices}
    return json.dumps(forms, ensure_ascii=False)
