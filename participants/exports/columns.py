"""What an export of registrations says, in which order, in the active language.

Rows are read as plain values and turned into cells a batch at a time, column by
column: labels come out of dicts, texts are only touched where they must be.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Choices, QuerySet
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, gettext_lazy

from sessions.countries import NOT_LISTED, countries, country_name
from sessions.models import Category, Mode, Session

from ..models import Delegation, Registration, Role, Status

BATCH = 1_000  # rows in memory at a time

Cells = Sequence[Any]  # one column of a batch
Reader = Callable[[Mapping[str, Cells]], Cells]  # from what was read, by field

# Characters that XML cannot hold or no reader shows; line ends other than "\n".
UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Column(NamedTuple):
    """One column: the field it is read from, what its cells are, how wide it is."""

    field: str
    width: float  # characters
    kind: str = "text"  # text, label, number, moment
    labels: Callable[[], dict[Any, str]] | None = None
    header: Any = ""  # a lazy text where the field's own name does not do

    @property
    def title(self) -> str:
        """The header in the active language."""
        field = Registration._meta.get_field(self.field)  # noqa: SLF001, documented
        return capfirst(str(self.header or getattr(field, "verbose_name", "")))


def _choices(choices: type[Choices]) -> Callable[[], dict[Any, str]]:
    return lambda: {"": ""} | {key: str(label) for key, label in choices.choices}


def _languages() -> dict[Any, str]:
    """Name languages in themselves, as the site does everywhere."""
    return {"": ""} | dict(settings.LANGUAGES)


def _country_names() -> dict[Any, str]:
    codes = [*countries(), NOT_LISTED]
    return {"": ""} | {code: country_name(code) for code in codes}


def _yes_or_no() -> dict[Any, str]:
    return {True: gettext("Yes"), False: gettext("No")}


COLUMNS = [
    Column("session", 9, kind="number"),
    Column("status", 18, kind="label", labels=_choices(Status)),
    Column("role", 13, kind="label", labels=_choices(Role)),
    Column("category", 18, kind="label", labels=_choices(Category)),
    Column("delegation", 28, kind="label"),
    Column("rank", 20, kind="label", labels=_choices(Registration.Rank)),
    Column(
        "form_of_address", 12, kind="label", labels=_choices(Registration.FormOfAddress)
    ),
    Column("family_name", 22),
    Column("given_name", 18),
    Column("badge_name", 22),
    Column("own_script_name", 22),
    Column("organisation", 30),
    Column("unit", 22),
    Column("function", 24),
    Column("city", 16),
    Column("country", 10, header=gettext_lazy("Country code")),
    Column("country", 26, kind="label", labels=_country_names),
    Column("email", 30),
    Column("mode", 14, kind="label", labels=_choices(Mode)),
    Column("interpretation_language", 14, kind="label", labels=_languages),
    Column("wishes_to_speak", 12, kind="label", labels=_yes_or_no),
    Column("speaking_subject", 26),
    Column("accessibility_needs", 26),
    Column("needs_visa_letter", 12, kind="label", labels=_yes_or_no),
    Column("visibility", 18, kind="label", labels=_choices(Registration.Visibility)),
    Column("created_at", 17, kind="moment"),
]
FIELDS = list(dict.fromkeys(column.field for column in COLUMNS))


def headers() -> list[str]:
    """Return the headers in the active language; no two of them are the same."""
    found: list[str] = []
    for column in COLUMNS:
        title = column.title
        found.append(title if title not in found else f"{title} ({len(found) + 1})")
    return found


def batches(registrations: QuerySet[Registration]) -> Iterator[list[Cells]]:
    """Yield the rows in the order given, as columns of up to BATCH cells each.

    Cells are whole numbers, moments in the venue's time, or texts without characters
    that no file can hold. Labels are in the language that is active at the call.
    """
    sessions, delegations = _sessions(), _delegation_names()
    readers = [_reader(column, sessions, delegations) for column in COLUMNS]
    rows = registrations.values_list(*FIELDS).iterator(chunk_size=BATCH)
    return _read(rows, readers)


def _read(
    rows: Iterator[tuple[Any, ...]], readers: list[Reader]
) -> Iterator[list[Cells]]:
    while batch := list(islice(rows, BATCH)):
        values = dict(zip(FIELDS, zip(*batch, strict=True), strict=True))
        yield [read(values) for read in readers]


def _sessions() -> Callable[[], dict[int, tuple[int, ZoneInfo]]]:
    """Return a function that knows number and time zone of every session.

    It asks the database once, at its first call: after the rows, so that it knows
    whatever they name.
    """

    @cache
    def known() -> dict[int, tuple[int, ZoneInfo]]:
        rows = Session.objects.values_list("pk", "number", "time_zone")
        return {key: (number, ZoneInfo(zone)) for key, number, zone in rows}

    return known


def _delegation_names() -> Callable[[], dict[int | None, str]]:
    """Return a function like that of sessions, for names in the active language."""
    name = f"name_{(get_language() or 'en').replace('-', '_')}"

    @cache
    def known() -> dict[int | None, str]:
        rows = Delegation.objects.order_by().values("pk", name, "name_en")
        names = {row["pk"]: readable(row[name] or row["name_en"] or "") for row in rows}
        return {None: ""} | names

    return known


def _reader(
    column: Column,
    sessions: Callable[[], dict[int, tuple[int, ZoneInfo]]],
    delegations: Callable[[], dict[int | None, str]],
) -> Reader:
    field = column.field
    if field == "session":
        return lambda row: [sessions()[key][0] for key in row[field]]
    if field == "delegation":
        return lambda row: list(map(delegations().__getitem__, row[field]))
    if column.labels:
        label = _Labels(column.labels()).__getitem__
        return lambda row: list(map(label, row[field]))
    if column.kind == "moment":
        return lambda row: [
            moment.astimezone(sessions()[key][1])
            for moment, key in zip(row[field], row["session"], strict=True)
        ]
    return lambda row: _texts(row[field])


class _Labels(dict[Any, str]):
    """Labels of values; a value that has none, kept from older days, labels itself."""

    def __missing__(self, value: Any) -> str:
        return str(value)


def _texts(cells: Cells) -> Cells:
    if "".join(cells).isprintable():
        return cells
    return [readable(cell) for cell in cells]


def readable(text: str) -> str:
    """Drop what no reader shows: control characters, halves of surrogate pairs."""
    if text.isprintable():
        return text
    return UNREADABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
