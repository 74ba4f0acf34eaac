"""Several people of a delegation: typed or read from a table, judged at once."""

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from io import StringIO
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import translation
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from sessions.countries import countries, country_choices, without_accents
from sessions.models import Mode, Session

from .forms import UNANSWERED, Line
from .models import FocalPoint, Registration
from .models.participant import joined_name
from .services.delegations import is_namesake
from .text import validate_email

MOST = 100  # people in one go
LARGEST_TABLE = 512 * 1024  # bytes
SEPARATORS = ",;\t"


class PersonForm(forms.Form):
    """One row: what a delegation says of one of its people."""

    form_of_address = forms.ChoiceField(
        label=_("Form of address"),
        choices=[UNANSWERED, *Registration.FormOfAddress.choices],
        required=False,
    )
    family_name = Line("family_name", label=_("Family name"))
    given_name = Line("given_name", label=_("Given name"), required=False)
    rank = forms.ChoiceField(
        label=_("Rank in the delegation"),
        choices=[UNANSWERED, *Registration.Rank.choices],
        required=False,
    )
    function = Line("function", label=pgettext_lazy("job", "Function"), required=False)
    unit = Line("unit", label=_("Unit or department"), required=False)
    organisation = Line("organisation", label=_("Organization"), required=False)
    city = Line("city", label=_("City"), required=False)
    country = forms.ChoiceField(
        label=_("Country or territory"),
        choices=lambda: [UNANSWERED, *country_choices()],
    )
    mode = forms.ChoiceField(label=_("Mode of participation"))
    email = forms.CharField(
        label=_("E-mail address"),
        max_length=254,
        required=False,
        validators=[validate_email],
        help_text=_("Each person is mailed a link. Empty: you get it."),
    )

    def __init__(self, session: Session, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mode = self.fields["mode"]
        assert isinstance(mode, forms.ChoiceField)  # noqa: S101 (for the type checker)
        mode.choices = [(mode.value, mode.label) for mode in session.modes]

    def listed_as(self, focal_point: FocalPoint) -> str:
        """Write the entry as it will be printed, of what was judged and found good."""
        answers = {k: v for k, v in self.cleaned_data.items() if k != "mode"}
        own = {"delegation": focal_point.delegation, "language": focal_point.language}
        return Registration(**answers, **own).listed_as

    @property
    def full_name(self) -> str:
        names = (self.cleaned_data[n] for n in ("family_name", "given_name"))
        return joined_name(*names)


FIELDS = list(PersonForm.base_fields)


class People:
    """All rows of one page, numbered from 0."""

    def __init__(
        self, session: Session, rows: Sequence[Mapping[str, str]], *, judged: bool
    ) -> None:
        self.forms = [
            PersonForm(session, _prefixed(row, number), prefix=f"p{number}")
            if judged
            else PersonForm(session, prefix=f"p{number}", initial=row)
            for number, row in enumerate(rows[:MOST])
        ]

    def are_valid(self, own_address: str) -> bool:
        """Judge every row, also against the others."""
        good = [form.is_valid() for form in self.forms]
        if not all(good):
            return False
        for number, form in enumerate(self.forms):
            if is_namesake(self.answers, number, own_address):
                form.add_error("family_name", gettext("This person stands here twice."))
        return not any(form.errors for form in self.forms)

    @property
    def answers(self) -> list[dict[str, Any]]:
        return [form.cleaned_data for form in self.forms]

    def refuse(self, refusals: Mapping[str, list[str]]) -> None:
        """Put what the service refused at its rows."""
        for number, texts in refusals.items():
            for text in texts:
                self.forms[int(number)].add_error(None, text)


def empty_people(session: Session, number: int) -> list[PersonForm]:
    """Return rows to fill in, after those that are there."""
    mode = session.modes[0] if len(session.modes) == 1 else None
    return [
        PersonForm(session, prefix=f"p{number + n}", initial={"mode": mode})
        for n in range(min(3, MOST - number))
    ]


def _prefixed(row: Mapping[str, str], number: int) -> dict[str, str]:
    return {f"p{number}-{name}": value for name, value in row.items()}


def typed_rows(data: Mapping[str, str]) -> list[dict[str, str]]:
    """Collect the rows of a page, without those left empty."""
    numbers = range(MOST)
    rows = [{name: data.get(f"p{n}-{name}", "") for name in FIELDS} for n in numbers]
    return [row for row in rows if _is_filled(row)]


def _is_filled(row: Mapping[str, str]) -> bool:
    return any(value.strip() for name, value in row.items() if name != "mode")


# Tables ---------------------------------------------------------------------------


def read_table(upload: UploadedFile) -> tuple[list[dict[str, str]], list[str]]:
    """Read a CSV: (rows as the page would post them, columns nobody knows).

    Columns may be called as in any of the six languages, and so may choices. Raises
    ValidationError with code ``no_table``.
    """
    text = _decoded(upload)
    try:
        lines = list(csv.reader(StringIO(text), delimiter=_separator(text)))
    except csv.Error as error:  # a cell without end
        raise _no_table() from error
    if not lines:
        raise _no_table()
    names = [_column_names().get(_folded(cell), "") for cell in lines[0]]
    if "family_name" not in names:
        raise _no_table()
    if len(lines) - 1 > MOST:
        words = _("At most %(n)s people in one go.") % {"n": MOST}
        raise ValidationError(words, code="too_many")
    unknown = [c for c, name in zip(lines[0], names, strict=True) if c and not name]
    rows = [_row(names, line) for line in lines[1:]]
    return [row for row in rows if _is_filled(row)], unknown


def _no_table() -> ValidationError:
    text = _(
        "This is no table we can read. Take a CSV file whose first line names the "
        "columns, as in the empty table."
    )
    return ValidationError(text, code="no_table")


def _decoded(upload: UploadedFile) -> str:
    """Return the text: UTF-8, or what Excel of Western Europe writes."""
    if (upload.size or 0) > LARGEST_TABLE:
        raise _no_table()
    upload.seek(0)
    content = upload.read()
    encodings = ["utf-16"] if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else []
    for encoding in [*encodings, "utf-8-sig", "cp1252"]:
        try:
            text: str = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise _no_table()


def _separator(text: str) -> str:
    first = text.partition("\n")[0]
    return max(SEPARATORS, key=first.count)


def _row(names: list[str], line: list[str]) -> dict[str, str]:
    row = dict.fromkeys(FIELDS, "")
    for name, cell in zip(names, line, strict=False):
        if name:
            row[name] = _code(name, cell.strip())
    return row


def _code(name: str, cell: str) -> str:
    """Return the code of a choice that is written out; other cells stay as typed."""
    return _choices().get((name, _folded(cell)), cell)


def _folded(text: str) -> str:
    return " ".join(without_accents(text).replace("_", " ").replace(".", "").split())


@cache
def _column_names() -> dict[str, str]:
    """Return what a column may be called, in every language, with its field."""
    names = {_folded(name): name for name in FIELDS}
    for code, _n in settings.LANGUAGES:
        with translation.override(code):
            for name, field in PersonForm.base_fields.items():
                names.setdefault(_folded(str(field.label)), name)
    return names


@cache
def _choices() -> dict[tuple[str, str], str]:
    """Return every way to write a choice, with its code."""
    known: dict[tuple[str, str], str] = {}
    fixed = {
        "form_of_address": Registration.FormOfAddress,
        "rank": Registration.Rank,
        "mode": Mode,
    }
    for language, _n in settings.LANGUAGES:
        with translation.override(language):
            for name, choices in fixed.items():
                for value, label in choices.choices:
                    known[name, _folded(str(value))] = value
                    known[name, _folded(str(label))] = value
    for country in countries().values():
        for text in [country.code, *country.names.values()]:
            known["country", _folded(text)] = country.code
    return known


def header() -> list[str]:
    """Return the names of the columns in the active language."""
    return [str(field.label) for field in PersonForm.base_fields.values()]
