"""Regions and sub-regions of the world after UN M49, named in six languages."""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from django.utils.translation import get_language

from .countries import countries

FILE = Path(__file__).parent / "data/regions.csv"


@cache
def _names() -> Mapping[str, Mapping[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as lines:
        return MappingProxyType(
            {
                row["m49"]: {
                    column.removeprefix("name_"): text
                    for column, text in row.items()
                    if column.startswith("name_")
                }
                for row in csv.DictReader(lines)
            }
        )


def region_name(code: str) -> str:
    """Name a region by its M49 code in the active language; "" for an unknown one."""
    language = (get_language() or "en").removesuffix("-hans")
    names = _names().get(code, {})
    return names.get(language) or names.get("en", "")


def region_of(country: str) -> str:
    """Return the M49 code of the region a country lies in, or "" for none."""
    found = countries().get(country)
    return found.region if found else ""


def subregion_of(country: str) -> str:
    """Return the M49 code of the sub-region, or "" where none has a name."""
    found = countries().get(country)
    return found.subregion if found and found.subregion in _names() else ""
