"""Family names in capitals, as lists print them. What is stored stays as typed."""

import re
import unicodedata

_DOTTED = str.maketrans({"i": "İ", "ı": "I"})
_TURKIC = frozenset({"TR", "AZ"})
_GEORGIAN = re.compile(r"[\u10d0-\u10ff]")  # its capitals are for headlines alone
_GREEK = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]")
_TONOS = "\u0301"


def capitals(name: str, country: str = "") -> str:
    """Write a name in capitals by the rules of its letters.

    ``country`` (ISO 3166-1) tells Turkish and Azerbaijani names, whose i keeps its
    dot. Greek capitals carry no tonos. What a script does not have stays as it is.
    """
    if _GEORGIAN.search(name):
        return name
    if country in _TURKIC:
        name = name.translate(_DOTTED)
    upper = name.upper()
    if _GREEK.search(upper):
        parts = unicodedata.normalize("NFD", upper).replace(_TONOS, "")
        upper = unicodedata.normalize("NFC", parts)
    return upper


def script_of(text: str) -> str:
    """Name the script of the first letter as Unicode does: LATIN, CYRILLIC, CJK."""
    letter = next((c for c in text if c.isalpha()), " ")
    return unicodedata.name(letter, "").split(" ")[0]


def runs_right_to_left(text: str) -> bool:
    """Say whether the first letter of a text belongs to a right-to-left script."""
    directions = (unicodedata.bidirectional(c) for c in text)
    return next((d for d in directions if d in {"L", "R", "AL"}), "L") != "L"
