"""Countries and territories where people live: ISO 3166-1 codes, six languages.

Which of them is a State, a member or an observer is not said here: that is a
delegation, edited by staff.
"""

import csv
import unicodedata
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import get_language, pgettext

NOT_LISTED = "ZZ"  # ISO 3166 leaves ZZ to its users


class Country(NamedTuple):
    """One row of countries.csv."""

    code: str  # ISO 3166-1 alpha-2
    region: str  # UN M49 code, three digits, or empty
    subregion: str
    has_un_short_name: bool
    names: Mapping[str, str]  # language code -> name


@cache
def countries() -> Mapping[str, Country]:
    """Return all countries and territories by code."""
    with settings.COUNTRIES_FILE.open(encoding="utf-8", newline="") as lines:
        return MappingProxyType(
            {row["iso2"]: _country(row) for row in csv.DictReader(lines)}
        )


def _country(row: dict[str, str]) -> Country:
    names = {
        code: row[f"name_{code.removesuffix('-hans')}"]
        for code, _n in settings.LANGUAGES
    }
    return Country(
        code=row["iso2"],
        region=row["region_m49"],
        subregion=row["subregion_m49"],
        has_un_short_name=row["un_short_name_list"] == "1",
        names=MappingProxyType(names),
    )


def country_name(code: str, language: str | None = None) -> str:
    """Name a country in a language, by default the active one; "" for no code."""
    if code == NOT_LISTED:
        return pgettext("country", "Not listed")
    country = countries().get(code)
    if country is None:
        return code
    return country.names.get(language or get_language() or "en") or country.names["en"]


def country_choices() -> list[tuple[str, str]]:
    """List (code, name) in the active language, sorted by the rules of it."""
    language = get_language() or "en"
    return [*_sorted_names(language), (NOT_LISTED, pgettext("country", "Not listed"))]


@cache
def _sorted_names(language: str) -> list[tuple[str, str]]:
    names = [(code, country_name(code, language)) for code in countries()]
    return sorted(names, key=lambda pair: _sort_key(pair[1], language))


# Read like the rare characters of these names, which GB 2312 puts behind all others.
_SAME_SOUND = str.maketrans("斐汶瑙", "匪问脑")


def _sort_key(name: str, language: str) -> str | bytes:
    """Return what puts names in the order of a dictionary of the language.

    Accents do not count, except where a letter is one of its own: ñ comes after n, й
    after и. In Arabic the article does not count, as in the lists of the United
    Nations. Chinese goes by sound: GB 2312 holds its common characters in the order
    of pinyin.
    """
    if language == "zh-hans":
        return name.translate(_SAME_SOUND).encode("gb2312", "replace")
    if language == "ar":
        return without_accents(name.removeprefix("ال"))
    letters = name.casefold().replace("ñ", "n\uffff").replace("й", "и\uffff")
    return without_accents(letters)


def without_accents(text: str) -> str:
    """Fold a text for sorting and finding: no accents, no case, no width."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in folded if not unicodedata.combining(c)).casefold()
