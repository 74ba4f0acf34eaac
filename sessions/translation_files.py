"""One language of a session as a table for translators, out and in again."""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import docx
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from .models import Session
from .models.translated import SOURCE_LANGUAGE, TARGETS, Translated, same_words
from .translations import State, Text, rows_of, texts_of

LARGEST_FILE = 2 * 1024 * 1024  # bytes
LARGEST_UNPACKED = 20 * 1024 * 1024  # bytes in a DOCX
WIDTH = 4  # id, field, English, translation

# At its start a spreadsheet computes the cell (OWASP, "CSV Injection").
SIGNS = frozenset("=+-@＝＋－＠'")

Row = list[str]


# Out --------------------------------------------------------------------------


def row_id(row: Translated) -> str:
    """Name a row in a table, as in "topic-12"."""
    return f"{row._meta.model_name}-{row.pk}"  # noqa: SLF001


def plain(text: str) -> str:
    """Return a text as a cell can hold it: line ends alike, nothing unprintable."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if not _is_control(c))


def _is_control(character: str) -> bool:
    odd = unicodedata.category(character) in {"Cc", "Cs"} or character in "\ufffe\uffff"
    return odd and character not in "\n\t"


def table(session: Session, language: str) -> list[Row]:
    """Return the header and one row for each text that is there in English."""
    names = dict(settings.LANGUAGES)
    header = ["id", "field"] + [
        f"{names[code]} ({code})" for code in [SOURCE_LANGUAGE, language]
    ]
    return [header] + [
        [row_id(text.row), text.field, plain(text.source), plain(text.translation)]
        for text in texts_of(rows_of(session), language)
        if text.state != State.NOTHING
    ]


def as_csv(session: Session, language: str) -> bytes:
    """Write the table as UTF-8 with a mark; no cell is computed by a spreadsheet."""
    out = StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    for row in table(session, language):
        writer.writerow([f"'{c}" if _is_computed(c) else c for c in row])
    return out.getvalue().encode("utf-8-sig")


def _is_computed(cell: str) -> bool:
    return cell.lstrip()[:1] in SIGNS and bool(cell.strip())


def as_docx(session: Session, language: str) -> bytes:
    """Write the table as a document of Word; Arabic from the right."""
    document = docx.Document()
    grid = document.add_table(rows=0, cols=WIDTH, style="Table Grid")
    for row in table(session, language):
        cells = grid.add_row().cells
        for cell, text in zip(cells, row, strict=True):
            cell.text = text
        if language == "ar":
            paragraph = cells[-1].paragraphs[0]
            paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))  # noqa: SLF001
            for run in paragraph.runs:
                run.font.rtl = True
    out = BytesIO()
    document.save(out)
    return out.getvalue()


WRITERS = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "docx": (
        as_docx,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
}


# In ---------------------------------------------------------------------------


def refuse(message: str) -> ValidationError:
    """Return what says why a file or a row is not taken."""
    return ValidationError(message, code="bad_file")


def read(data: bytes) -> tuple[str, list[Row]]:
    """Return the language and the rows of a file; ValidationError if it is no table."""
    rows = list(_read_docx(data) if data.startswith(b"PK") else _read_csv(data))
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    header = rows[0] if rows else []
    found = (
        re.search(r"\(([a-z-]+)\)\s*$", header[-1]) if len(header) == WIDTH else None
    )
    if found is None or found[1] not in dict(TARGETS):
        raise refuse(
            _("The first row does not name id, field, English and a language.")
        )
    return found[1], rows[1:]


def _read_csv(data: bytes) -> Iterator[Row]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse(
            _("This is neither a DOCX file nor a CSV file in UTF-8.")
        ) from error
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter):
            yield [c[1:] if c[:1] == "'" and _is_computed(c[1:]) else c for c in row]
    except csv.Error as error:
        raise refuse(_("The table in this CSV file cannot be read.")) from error


def _read_docx(data: bytes) -> list[Row]:
    try:
        with ZipFile(BytesIO(data)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        if size <= LARGEST_UNPACKED:
            body = docx.Document(BytesIO(data)).element.body
            return [
                [_cell_text(cell) for cell in row.iterchildren(qn("w:tc"))]
                for row in body.iter(qn("w:tr"))
            ]
    except Exception as error:
        raise refuse(_("This DOCX file cannot be read.")) from error
    raise refuse(_("This DOCX file is too large when unpacked."))


def _cell_text(cell: Any) -> str:
    """Return the words of a cell, tracked insertions among them, deletions not."""
    signs = {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): "\t"}
    return "\n".join(
        "".join(
            (child.text or "") if child.tag == qn("w:t") else signs.get(child.tag, "")
            for run in paragraph.iter(qn("w:r"))
            for child in run.iterchildren()
        )
        for paragraph in cell.iter(qn("w:p"))
    )


@dataclass(frozen=True)
class Change:
    """A good row: one translation that becomes another."""

    text: Text
    new: str

    @property
    def row(self) -> Row:
        source = plain(self.text.source)
        return [row_id(self.text.row), self.text.field, source, self.new]


@dataclass(frozen=True)
class BadRow:
    number: int  # the first below the header is 2
    cells: Row
    reason: str


@dataclass
class Judgement:
    """What a table would change, what it says already and what is wrong with it."""

    changes: list[Change] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    unchanged: int = 0


def judge(session: Session, language: str, rows: Iterable[Row]) -> Judgement:
    """Compare rows of a table with what the session says now; write nothing."""
    known = {
        (row_id(text.row), text.field): text
        for text in texts_of(rows_of(session), language)
    }
    result = Judgement()
    for number, cells in enumerate(rows, 2):
        try:
            text, new = _judge_row(known, cells)
        except ValidationError as error:
            result.bad.append(BadRow(number, cells, error.messages[0]))
            continue
        del known[row_id(text.row), text.field]  # a second row of it is unknown
        if new in {"", plain(text.translation).strip()}:
            result.unchanged += 1
        else:
            result.changes.append(Change(text, new))
    return result


def _judge_row(known: dict[tuple[str, str], Text], cells: Row) -> tuple[Text, str]:
    if len(cells) != WIDTH:
        raise refuse(_("The row has not four cells."))
    text = known.get((cells[0].strip(), cells[1].strip()))
    if text is None:
        raise refuse(_("This session has no such text, or it stands here twice."))
    new = cells[3].replace("\r\n", "\n").replace("\r", "\n").strip()
    if any(_is_control(c) for c in new):
        raise refuse(_("The translation holds a character that is no text."))
    column: Any = text.row._meta.get_field(text.field)  # noqa: SLF001
    if column.max_length and len(new) > column.max_length:
        raise refuse(
            _("The translation is longer than %(n)s characters.")
            % {"n": column.max_length}
        )
    if column.max_length and "\n" in new:
        raise refuse(_("The translation must be one line."))
    if not same_words(plain(text.source), cells[2]):
        raise refuse(_("The English text is another one by now."))
    return text, new


@transaction.atomic
def apply(session_pk: int, language: str, rows: Iterable[Row]) -> Judgement:
    """Write the good rows, judged again: somebody may have edited meanwhile."""
    session = Session.objects.select_for_update().get(pk=session_pk)
    result = judge(session, language, rows)
    changed: dict[Translated, list[str]] = {}
    for change in result.changes:
        setattr(change.text.row, change.text.column, change.new)
        changed.setdefault(change.text.row, []).append(change.text.column)
    for row, columns in changed.items():
        also = ["updated_at"] if row == session else []
        row.save(update_fields=columns + also)
    return result
