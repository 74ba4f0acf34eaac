"""What a cell means: moments, durations, labels in six languages."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, tzinfo
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Choices
from django.utils import translation

from sessions.countries import NOT_LISTED, countries, country_name

from ..models import Delegation, Registration
from .mapping import folded

_TIME = r"(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([AaPp])?\.?[Mm]?\.?)?"
_ZONE = r"(?:\s*(?:Z|UTC|[+-]\d{2}:?\d{2}|\([^)]*\)|[A-Z]{2,5}))?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_TIME}({_ZONE})")
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})[-/.](\d{{4}}){_TIME}({_ZONE})")
_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{2})")
_PARTS = re.compile(r"(\d+(?:[.,]\d+)?)\s*([a-zäöüéа-я]*)", re.IGNORECASE)


class UnclearDateError(ValueError):
    """A date that reads in two ways, like 03/04/2024."""


def day_comes_first(cells: Iterable[str]) -> bool | None:
    """Say by a whole column of dates like 03/04/2024 what stands first, if it shows.

    None: nothing shows it, or one date shows the one and another the other.
    """
    shown = set()
    for cell in cells:
        found = _YEAR_LAST.fullmatch(cell)
        if not found or found[2] == ".":
            continue
        first, second = int(found[1]), int(found[3])
        if first > 12 >= second:  # noqa: PLR2004 (months of a year)
            shown.add(True)
        if second > 12 >= first:  # noqa: PLR2004
            shown.add(False)
    return shown.pop() if len(shown) == 1 else None


def moment(cell: str, zone: tzinfo, day_first: bool | None) -> datetime:
    """Read a date, with or without a time: ISO 8601, 13.03.2024, 03/13/2024.

    A moment without an offset is one at the venue. Raises UnclearDateError for one
    that reads in two ways, ValueError for what is no date.
    """
    if found := _YEAR_FIRST.fullmatch(cell):
        year, month, day = int(found[1]), int(found[2]), int(found[3])
        clock = found.groups()[3:7]
    elif found := _YEAR_LAST.fullmatch(cell):
        day, month = _day_and_month(int(found[1]), found[2], int(found[3]), day_first)
        year, clock = int(found[4]), found.groups()[4:8]
    else:
        raise ValueError(cell)
    naive = datetime(year, month, day, *_clock(clock))  # noqa: DTZ001 (zone follows)
    return naive.replace(tzinfo=_offset(found.groups()[-1] or "") or zone)


def _day_and_month(
    first: int,
    sign: str,
    second: int,
    day_first: bool | None,
) -> tuple[int, int]:
    if sign == "." or day_first:
        return first, second
    if day_first is False or first == second:
        return second, first
    raise UnclearDateError


def _clock(parts: tuple[str | None, ...]) -> tuple[int, int, int]:
    hour, minute, second, half = parts
    hours = int(hour or 0)
    if half:
        hours = hours % 12 + (12 if half in "pP" else 0)
    return hours, int(minute or 0), int(second or 0)


def _offset(text: str) -> tzinfo | None:
    text = text.strip()
    if text in {"Z", "UTC"}:
        text = "+00:00"
    if not re.fullmatch(r"[+-]\d{2}:?\d{2}", text):
        return None  # names of zones mean too many things
    return datetime.fromisoformat(f"2000-01-01T00:00{text}").tzinfo


def day(cell: str) -> date:
    """Read a calendar day in ISO 8601."""
    return date.fromisoformat(cell)


def minutes(cell: str) -> int:
    """Read a duration: 42, 42 mins, 1 h 5 min, 0:42:10; rounded to whole minutes.

    Raises ValueError for anything else.
    """
    text = cell.strip().casefold()
    if found := _CLOCK.fullmatch(text):
        hours, mins, seconds = (int(part or 0) for part in found.groups())
        return round((3600 * hours + 60 * mins + seconds) / 60)
    rest = _PARTS.sub("", text).strip(" .,")
    parts = _PARTS.findall(text)
    if rest or not parts:
        raise ValueError(cell)
    return round(sum(_in_minutes(number, unit) for number, unit in parts))


def _in_minutes(number: str, unit: str) -> float:
    value = float(number.replace(",", "."))
    factors = {"": 1, "m": 1, "h": 60, "s": 1 / 60, "ч": 60, "м": 1, "с": 1 / 60}
    factor = factors.get(unit[:1])
    if factor is None:
        raise ValueError(unit)
    return value * factor


# Labels ------------------------------------------------------------------------------


def by_label(choices: type[Choices], others: Mapping[str, str]) -> dict[str, str]:
    """Map folded labels in six languages, and other words for them, to values."""
    found = {folded(key): value for key, value in others.items()}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            for value, label in choices.choices:
                found.setdefault(folded(str(label)), str(value))
    return found | {folded(str(value)): str(value) for value in choices.values}


def _languages() -> dict[str, str]:
    found = {folded(name): code for code, name in settings.LANGUAGES}
    found |= {code: code for code, _name in settings.LANGUAGES}
    english = {"arabic": "ar", "chinese": "zh-hans", "english": "en", "french": "fr"}
    return found | english | {"russian": "ru", "spanish": "es", "zh": "zh-hans"}


def _countries() -> dict[str, str]:
    found: dict[str, str] = {}
    for country in countries().values():
        found[folded(country.code)] = country.code
        for name in country.names.values():
            found[folded(name)] = country.code
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found[folded(country_name(NOT_LISTED))] = NOT_LISTED
    return found | {folded(NOT_LISTED): NOT_LISTED}


def _flags() -> dict[str, str]:
    yes = "yes, y, true, 1, x, oui, si, да, نعم, 是"
    no = "no, n, false, 0, non, нет, لا, 否"
    return {folded(word): "1" for word in yes.split(",")} | {
        folded(word): "" for word in no.split(",")
    }


@cache
def known(name: str) -> dict[str, str]:
    """Map folded labels, in six languages, to the values of a field or kind of one."""
    tables: dict[str, Callable[[], dict[str, Any]]] = {
        "country": _countries,
        "language": _languages,
        "interpretation_language": _languages,
        "is_accredited": _flags,
        "list_section": lambda: known("kind"),
        "kind": lambda: by_label(
            Delegation.Kind,
            {
                "state": "member_state",
                "observer": "observer_state",
                "igo": "igo",
                "ngo": "ngo",
            },
        ),
        "regional_group": lambda: by_label(Delegation.RegionalGroup, {}),
        "form_of_address": lambda: by_label(
            Registration.FormOfAddress, {"mr": "mr", "mrs": "ms", "mrs.": "ms"}
        ),
        "rank": lambda: by_label(Registration.Rank, {"head": "head"}),
        "gender": lambda: by_label(
            Registration.Gender,
            {"f": "woman", "female": "woman", "m": "man", "male": "man"},
        ),
    }
    return tables[name]()
