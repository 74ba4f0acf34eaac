"""Registrations as CSV and XLSX: whole, readable, and nothing in them runs."""

import csv
import subprocess
import tracemalloc
from datetime import UTC, datetime
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.utils import translation

from participants import exports
from participants.demo import HOSTILE, make_registrations
from participants.exports import columns, xlsx
from participants.exports.csv import inert
from participants.models import Registration
from sessions.models import Category
from tests import machine
from tests.factories import make_delegation, make_registration, make_session

FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


def csv_text(registrations=None):
    out = StringIO(newline="")
    rows = exports.write_csv(_or_all(registrations), out)
    assert rows == _or_all(registrations).count()
    return out.getvalue()


def csv_rows(registrations=None):
    text = csv_text(registrations).removeprefix(exports.BOM)
    return list(csv.reader(StringIO(text, newline="")))


def sheet(registrations=None):
    out = BytesIO()
    rows = exports.write_xlsx(_or_all(registrations), out)
    assert rows == _or_all(registrations).count()
    return openpyxl.load_workbook(out).active


def xlsx_rows(registrations=None):
    """Read a sheet back as the texts a CSV would have."""
    return [[_shown(cell.value) for cell in row] for row in sheet(registrations).rows]


def _or_all(registrations):
    return Registration.objects.all() if registrations is None else registrations


def _shown(value):
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def cell_of(rows, header):
    return rows[1][rows[0].index(header)]


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "@SUM(A1)",
        "-2+3",
        "+1+1",
        " =1+1",
        "\u00a0=1+1",
        "\t=1+1",
        "\n=1+1",
        "＝1+1",
        "+41-22-338-9111",
        "+41 22 338 9111+A1",
        "-A1",
        "\tdemo",
        "=cmd|' /C calc'!A0",
    ],
)
def test_a_cell_that_would_be_computed_gets_an_apostrophe(cell):
    safe = inert(cell)

    assert safe.replace("'", "", 1) == cell
    assert not safe.lstrip(" \u00a0").startswith(FORMULA_STARTS)


@pytest.mark.parametrize("cell", ["demo;=1+1", "a\t@SUM(A1)", "a\n-2+3", "; =1"])
def test_a_formula_behind_what_parts_cells_elsewhere_gets_an_apostrophe(cell):
    assert "'=1" in inert(cell) or "'@SUM" in inert(cell) or "'-2" in inert(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "+41 22 338 9111",
        "+41 (0)22 338 91 11",
        "+41223389111",
        "-5",
        "Tel.; +41 22 338 9111",
        "demo@example.org",
        "Smith-Jones",
        "a; b",
        "",
        "'=1+1",
        "مرحبا",
    ],
)
def test_what_is_not_computed_stays_as_typed(cell):
    assert inert(cell) == cell


@pytest.mark.django_db
def test_hostile_cells_are_inert_in_csv_and_exact_in_xlsx():
    for text in HOSTILE:
        make_registration(organisation=text, function=text)

    rows = csv_rows()
    assert len(rows) == len(HOSTILE) + 1
    for row in rows[1:]:
        for cell in row:
            assert not cell.startswith(FORMULA_STARTS) or cell == "+41 22 338 9111"
    place = [cell.value for cell in sheet()[1]].index("Organization") + 1
    stored = [row[place - 1] for row in sheet().iter_rows(min_row=2)]
    assert {cell.data_type for cell in stored} == {"s"}
    escaped = {"_x0041_ demo": "_x005F_x0041_ demo"}  # as Excel reads it: _x0041_
    assert [cell.value for cell in stored] == [
        escaped.get(text, text) for text in reversed(HOSTILE)
    ]


@pytest.mark.django_db
def test_an_address_that_starts_like_a_formula_is_inert():
    make_registration(email="=1+1@example.org", family_name="-Demo")

    assert cell_of(csv_rows(), "E-mail address") == "'=1+1@example.org"
    assert cell_of(csv_rows(), "Family name") == "'-Demo"


@pytest.mark.django_db
def test_control_characters_are_dropped_and_line_ends_are_one():
    make_registration(
        organisation="a\x01b\x0bc\x1fd\x7f\ufffe",
        accessibility_needs="one\r\ntwo\rthree",
    )

    for rows in [csv_rows(), xlsx_rows()]:
        assert cell_of(rows, "Organization") == "abcd"
        assert cell_of(rows, "Accessibility needs") == "one\ntwo\nthree"


def test_what_no_database_holds_is_dropped_too():
    assert columns.readable("a\0b\ud800c\udfff") == "abc"
    assert columns.readable("zero\u200dwidth 😀 مرحبا\u00a0") == (
        "zero\u200dwidth 😀 مرحبا\u00a0"
    )


@pytest.mark.parametrize("letter", ["x", "😀", "م"])
@pytest.mark.django_db
def test_a_text_longer_than_a_cell_is_cut_in_xlsx_and_whole_in_csv(letter):
    make_registration(accessibility_needs=letter * 40_000)

    assert cell_of(csv_rows(), "Accessibility needs") == letter * 40_000
    cell = cell_of(xlsx_rows(), "Accessibility needs")
    assert len(cell.encode("utf-16-le")) // 2 <= 32_767
    assert cell.endswith(letter + " […]")


def test_a_text_that_just_fits_is_whole():
    assert xlsx.fitting("x" * 32_767) == "x" * 32_767
    assert len(xlsx.fitting("x" * 32_768)) == 32_767


@pytest.mark.django_db
def test_more_rows_than_a_sheet_has_are_refused(monkeypatch):
    monkeypatch.setattr(xlsx, "MOST_ROWS", 1)
    make_registration()
    make_registration()
    out = BytesIO()

    with pytest.raises(ValueError, match="no more than 1 rows"):
        exports.write_xlsx(Registration.objects.all(), out)

    assert out.getvalue() == b""


@pytest.mark.django_db
def test_nobody_registered_gives_a_header():
    assert len(csv_rows()) == 1
    rows = xlsx_rows()
    assert rows[0] == csv_rows()[0]
    assert not any(cell for row in rows[1:] for cell in row)


@pytest.mark.django_db
def test_both_formats_hold_every_row_with_equal_content():
    make_delegation(name_ar="سويسرا", country="CH")
    session = make_session(capacity_in_person=100)
    make_registrations(session, count=2_500, seed=3)
    make_registration()

    from_csv, from_xlsx = csv_rows(), xlsx_rows()

    assert len(from_csv) == len(from_xlsx) == 2_502
    assert [r[17] for r in from_csv[1:]] == list(
        Registration.objects.values_list("email", flat=True)
    )
    for plain, book in zip(from_csv, from_xlsx, strict=True):
        assert plain == [inert(c).replace("_x005F_", "_") for c in book]


@pytest.mark.django_db
def test_the_order_is_that_of_the_queryset():
    for name in ["B", "A", "C"]:
        make_registration(family_name=name)

    rows = csv_rows(Registration.objects.order_by("family_name"))

    assert [row[7] for row in rows[1:]] == ["A", "B", "C"]


@pytest.mark.django_db
def test_labels_are_in_the_active_language_and_fall_back_to_english():
    named = make_delegation(name_en="Egypt", name_ar="مصر")
    unnamed = make_delegation(name_en="Observers", name_ar="")
    for delegation in [named, unnamed]:
        make_registration(
            delegation=delegation, category=Category.MEMBER_STATE, country="EG"
        )

    with translation.override("ar"):
        chunks = exports.csv_chunks(Registration.objects.all())
        book = sheet()
    text = "".join(chunks)  # the language is that of the call

    rows = list(csv.reader(StringIO(text, newline="")))
    assert [row[4] for row in rows[1:]] == ["Observers", "مصر"]
    assert [row[16] for row in rows[1:]] == ["مصر", "مصر"]
    assert book.sheet_view.rightToLeft


@pytest.mark.django_db
def test_times_are_those_at_the_venue():
    make_registration(
        make_session(time_zone="America/New_York"),
        created_at=datetime(2024, 3, 13, 12, 30, 59, tzinfo=UTC),
    )

    assert cell_of(csv_rows(), "Registered at") == "2024-03-13 08:30"
    book = sheet()
    cell = book.cell(2, book.max_column)
    assert cell.value == datetime(2024, 3, 13, 8, 30)  # noqa: DTZ001
    assert cell.is_date


@pytest.mark.django_db
def test_csv_is_utf_8_with_a_mark_and_ends_lines_as_the_rule_says():
    make_registration(family_name="Łukasiewicz", organisation='R&D "demo", Inc')

    text = csv_text()

    assert text.startswith(exports.BOM)
    assert text.count("\r\n") == 2
    assert '"R&D ""demo"", Inc"' in text


@pytest.mark.django_db
def test_the_sheet_is_ready_to_use():
    make_registration()

    book = sheet()

    assert book.freeze_panes == "A2"
    assert book.auto_filter.ref == f"A1:{book.cell(2, book.max_column).coordinate}"
    assert book["A1"].font.bold
    assert book.column_dimensions["H"].width > 20
    assert book["A2"].data_type == "n"


@pytest.mark.parametrize("language", ["ar", "zh-hans", "en", "fr", "ru", "es"])
def test_no_two_headers_are_the_same(language):
    with translation.override(language):
        found = columns.headers()

    assert len(set(found)) == len(columns.COLUMNS)
    assert all(found)


def test_headers_that_a_translation_makes_equal_are_told_apart(monkeypatch):
    same = columns.COLUMNS[7]
    monkeypatch.setattr(columns, "COLUMNS", [same, same])

    assert columns.headers() == ["Family name", "Family name (2)"]


def test_a_value_without_a_label_labels_itself():
    labels = columns._Labels({"a": "A"})

    assert [labels["a"], labels["old"]] == ["A", "old"]


@pytest.mark.django_db
def test_exports_ask_the_database_three_times(django_assert_num_queries):
    make_registrations(make_session(), count=1_200, seed=1)

    with django_assert_num_queries(3):  # registrations, sessions, delegations
        for _chunk in exports.csv_chunks(Registration.objects.all()):
            pass


@pytest.mark.django_db
@pytest.mark.parametrize("write", [exports.csv_chunks, exports.json_chunks])
def test_memory_does_not_grow_with_the_rows(write):
    session = make_session()

    def peak():
        tracemalloc.start()
        for _chunk in write(session.registrations.all()):
            pass
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    make_registrations(session, count=2_000, seed=1)
    few = peak()
    make_registrations(session, count=6_000, seed=1)

    assert peak() < 1.5 * few


@pytest.mark.looks
@pytest.mark.libreoffice
@pytest.mark.django_db
def test_libreoffice_opens_5000_rows_of_both_and_shows_the_same(tmp_path):
    make_delegation(name_en="Demo State", country="CH")
    make_registrations(make_session(), count=5_000, seed=5)
    book, table = tmp_path / "book.xlsx", tmp_path / "table.csv"
    with book.open("wb") as file:
        exports.write_xlsx(Registration.objects.all(), file)
    table.write_text(csv_text(), encoding="utf-8", newline="")

    from_book, from_table = (
        opened_by_libreoffice(file, tmp_path) for file in [book, table]
    )

    assert len(from_book) == 5_001
    assert from_book == xlsx_rows_as_excel_reads_them()
    assert [[inert(c) for c in row] for row in from_book] == from_table
    assert "+41 22 338 9111" in {cell for row in from_table for cell in row}


def opened_by_libreoffice(file, folder):
    """Convert a file to CSV, with every cell as it is shown."""
    shown = folder / f"{file.suffix[1:]}-shown"
    options = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false"
    subprocess.run(
        [
            machine.LIBREOFFICE.path(),
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--infilter=CSV:44,34,76,1,,0,false,true,false",
            *["--convert-to", options, "--outdir", str(shown), str(file)],
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    with (shown / f"{file.stem}.csv").open(encoding="utf-8", newline="") as lines:
        return [[*row[:-1], row[-1][:16]] for row in csv.reader(lines)]  # no seconds


def xlsx_rows_as_excel_reads_them():
    return [[c.replace("_x005F_", "_") for c in row] for row in xlsx_rows()]
