"""What an export of registrations says, in which order, in the active language.

Rows are read as plain values and turned into cells a batch at a time, column by
column: labels come out of dicts, texts are only touched where they must be.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
    own_key: str = ""  # where two columns are read from one field

    @property
    def key(self) -> str:
        """Its name for commands, choices and JSON; never translated."""
        return self.own_key or self.field

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
    Column("country", 10, header=gettext_lazy("Country code"), own_key="country_code"),
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
# What one may add to them.
MORE = [
    Column("position", 10, kind="number"),
    Column("gender", 10, kind="label", labels=_choices(Registration.Gender)),
    Column("language", 12, kind="label", labels=_languages),
    Column("time_zone", 18),
    Column("no_photographs", 12, kind="label", labels=_yes_or_no),
    Column("decline_reason", 26),
    Column("staff_note", 30),
]


def choose(keys: Iterable[str]) -> list[Column]:
    """Return the columns of these keys in their order, each once.

    Raises ValueError for a key there is not, and for none at all.
    """
    known = {column.key: column for column in [*COLUMNS, *MORE]}
    wanted = list(dict.fromkeys(keys))
    unknown = [key for key in wanted if key not in known]
    if unknown or not wanted:
        raise ValueError(f"There is no column {unknown[0] if unknown else wanted}.")
    return [known[key] for key in wanted]


def fields_of(columns: Sequence[Column]) -> list[str]:
    """Return what must be read for these columns; moments need their session."""
    return list(dict.fromkeys(["session", *(column.field for column in columns)]))


def headers(columns: Sequence[Column] | None = None) -> list[str]:
    """Return the headers in the active language; no two of them are the same."""
    found: list[str] = []
    for column in COLUMNS if columns is None else columns:
        title = column.title
        found.append(title if title not in found else f"{title} ({len(found) + 1})")
    return found


class KeyedRows:
    """Registrations by primary key, in the order of the keys; what is gone is left out.

    ``tell`` is told after each batch how many keys have been read.
    """

    def __init__(
        self, keys: Sequence[int], tell: Callable[[int], object] = lambda _n: None
    ) -> None:
        self.keys = keys
        self.tell = tell

    def values(self, fields: list[str]) -> Iterator[tuple[Any, ...]]:
        for start in range(0, len(self.keys), BATCH):
            keys = self.keys[start : start + BATCH]
            rows = Registration.objects.order_by().filter(pk__in=list(keys))
            found = {row[0]: row[1:] for row in rows.values_list("pk", *fields)}
            yield from (found[key] for key in keys if key in found)
            self.tell(start + len(keys))


Rows = QuerySet[Registration] | KeyedRows


def batches(
    registrations: Rows, columns: Sequence[Column] | None = None
) -> Iterator[list[Cells]]:
    """Yield the rows in the order given, as columns of up to BATCH cells each.

    Cells are whole numbers, moments in the venue's time, or texts without characters
    that no file can hold. Labels are in the language that is active at the call.
    """
    chosen = COLUMNS if columns is None else columns
    fields = fields_of(chosen)
    sessions, delegations = _sessions(), _delegation_names()
    readers = [_reader(column, sessions, delegations) for column in chosen]
    if isinstance(registrations, KeyedRows):
        rows = registrations.values(fields)
    else:
        rows = registrations.values_list(*fields).iterator(chunk_size=BATCH)
    return _read(rows, fields, readers)


def _read(
    rows: Iterator[tuple[Any, ...]], fields: list[str], readers: list[Reader]
) -> Iterator[list[Cells]]:
    while batch := list(islice(rows, BATCH)):
        values = dict(zip(fields, zip(*batch, strict=True), strict=True))
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
        return lambda row: _numbers(row[field], sessions())
    if field == "delegation":
        return lambda row: list(map(delegations().__getitem__, row[field]))
    if column.labels:
        label = _Labels(column.labels()).__getitem__
        return lambda row: list(map(label, row[field]))
    if column.kind == "number":
        return lambda row: row[field]
    if column.kind == "moment":
        return lambda row: _local(row[field], row["session"], sessions())
    return lambda row: _texts(row[field])


def _numbers(keys: Cells, known: Mapping[int, tuple[int, ZoneInfo]]) -> Cells:
    return [known[key][0] for key in keys]


def _local(
    moments: Cells, keys: Cells, known: Mapping[int, tuple[int, ZoneInfo]]
) -> Cells:
    zones = {key: known[key][1] for key in set(keys)}
    return [
        moment.astimezone(zones[key]) for moment, key in zip(moments, keys, strict=True)
    ]


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
