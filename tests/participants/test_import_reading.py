"""Files of any making are read; bombs and broken ones are refused by name."""

import zipfile
from datetime import UTC, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from django.core.exceptions import ValidationError

from participants.imports import (
    find_header,
    guess,
    header_key,
    mapping,
    reading,
    values,
)
from participants.imports.attendance import Presence, minutes_of, tokens
from participants.imports.reading import FORMULA, Table, read_table

GENEVA = ZoneInfo("Europe/Zurich")
TEXT = "Name;City\nNúñez;Genève\nŠimić;Zürich – Œ\n"
WANTED = [["Name", "City"], ["Núñez", "Genève"], ["Šimić", "Zürich – Œ"]]


def refused(content):
    with pytest.raises(ValidationError) as caught:
        read_table(content)
    assert caught.value.code == "bad_file"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("sign", list(",;\t|"))
def test_every_encoding_and_every_sign_between_cells_is_read(encoding, sign):
    table = read_table(TEXT.replace(";", sign).encode(encoding))

    assert table.rows == WANTED
    assert table.numbers == [1, 2, 3]
    assert table.notes == []


def test_lines_that_are_not_utf_8_are_read_as_windows_1252_and_that_is_said():
    mixed = "Name,City\nNúñez,Genève\n".encode() + "Müller,Zürich – Œ\n".encode(
        "cp1252"
    )

    table = read_table(mixed)

    assert table.rows[1:] == [["Núñez", "Genève"], ["Müller", "Zürich – Œ"]]
    assert "not UTF-8: 1." in table.notes[0]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("sep=;\na;b,c\n", [["a", "b,c"]]),
        ('a,b\n"x, y","1;2;3;4"\n', [["a", "b"], ["x, y", "1;2;3;4"]]),
        ('a,b\n"two\nlines",c\n', [["a", "b"], ["two\nlines", "c"]]),
        ("a,b,,\n,,\n \t,\nc,\n", [["a", "b"], ["c"]]),
        ("a\0b,c\n", [["a\ufffdb", "c"]]),
    ],
)
def test_oddities_of_csv(text, rows):
    assert read_table(text.encode()).rows == rows


def test_rows_keep_the_number_they_have_in_the_file():
    assert read_table(b"a\n\n,,\nb\n").numbers == [1, 4]


def test_a_cell_of_a_megabyte_is_cut_and_stays_one_cell():
    (row,) = read_table(b'a,"' + b"x" * 1_000_000 + b'"\n').rows

    assert len(row[1]) == reading.LONGEST_CELL + 1


def workbook(*rows, **more):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for name in more.get("sheets", []):
        book.create_sheet(name)
    for cells in more.get("merged", []):
        book.active.merge_cells(cells)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_gives_texts_dates_and_no_formulas():
    content = workbook(
        ["Name", "When", "Number", "Sum", "Yes"],
        [None],
        ["=1+1", datetime(2024, 3, 13, 9, 30), 41.0, "x", True],  # noqa: DTZ001
        ["Merged", None, 1.5],
        merged=["A4:B4"],
        sheets=["More"],
    )

    table = read_table(content)

    assert table.rows[1] == [FORMULA, "2024-03-13 09:30:00", "41", "x", "1"]
    assert table.rows[2] == ["Merged", "", "1.5"]
    assert table.numbers == [1, 3, 4]
    assert len(table.notes) == 1


def archive(**parts):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n,,\n",
        b"PK\x03\x04 broken",
        b"\xd0\xcf\x11\xe0 an old workbook",
        archive(a="no workbook"),
        archive(a='<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y "z">]><x>&y;</x>'),
        workbook(["a"])[:-300],
    ],
)
def test_what_is_no_table_is_refused(content):
    refused(content)


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    bomb = archive(a=b"\0" * (reading.LARGEST_UNPACKED + 1))

    assert len(bomb) < 200_000
    refused(bomb)


def test_a_row_a_thousand_million_rows_down_is_refused():
    content, out = workbook(["a"], ["b"]), BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            text = old.read(part)
            if part.filename.endswith("sheet1.xml"):
                text = text.replace(b'r="2"', b'r="1000000000"').replace(
                    b'"A2"', b'"A1000000000"'
                )
            new.writestr(part, text)

    refused(out.getvalue())


@pytest.mark.parametrize(
    ("limit", "content"),
    [
        ("LARGEST_FILE", b"a,b\n"),
        ("MOST_ROWS", b"a\nb\nc\nd\n"),
        ("MOST_COLUMNS", b"a,b,c,d\n"),
    ],
)
def test_too_much_is_refused(monkeypatch, limit, content):
    monkeypatch.setattr(reading, limit, 3)

    refused(content)


def test_a_table_is_packed_and_unpacked():
    table = Table(rows=[["ä", FORMULA], ["\ud800"]], numbers=[1, 3])

    assert Table.unpack(Table(rows=[["ä"]], numbers=[1]).pack()).rows == [["ä"]]
    assert Table.unpack(table.pack()).numbers == [1, 3]


# Headers -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (
            ["Last Name", "First name", "E-MAIL", "Organization", "Country/Territory"],
            ["family_name", "given_name", "email", "organisation", "country"],
        ),
        (
            ["Nom de famille", "Prénom", "Adresse électronique"],
            ["family_name", "given_name", "email"],
        ),
        (["الاسم العائلي", "姓", "Фамилия"], None),
        (["family_name", "email", "Nobody knows"], ["family_name", "email"]),
    ],
)
def test_columns_are_guessed_from_the_header(header, found):
    guessed = guess("participants", header)

    if found is not None:
        assert [key for key, _place in sorted(guessed.items(), key=lambda p: p[1])] == (
            found
        )


def test_the_header_is_found_below_a_preamble():
    rows = [
        ["Meeting ID", "Topic"],
        ["123", "Demo"],
        ["Name", "User Email"],
        ["a", "b"],
    ]

    assert find_header("attendance", rows) == 2
    assert find_header("attendance", [["?"], ["!"]]) == 0


def test_a_header_is_known_again_however_it_is_spelt():
    assert header_key(["E-mail", "Name"]) == header_key(["e mail ", "NAME:"])
    assert header_key(["E-mail", "Name"]) != header_key(["Name", "E-mail"])


# Values --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "day_first"),
    [
        ("2024-03-04 14:05", None),
        ("2024-03-04T13:05:00Z", None),
        ("2024-03-04 14:05:59+01:00", None),
        ("04.03.2024 14:05", None),
        ("04/03/2024 14:05", True),
        ("03/04/2024 02:05:00 PM", False),
        ("3/4/2024, 2:05 p.m.", False),
    ],
)
def test_a_moment_is_read_in_many_forms(cell, day_first):
    found = values.moment(cell, GENEVA, day_first)

    assert found.replace(second=0) == datetime(2024, 3, 4, 13, 5, tzinfo=UTC)


def test_a_date_that_reads_in_two_ways_is_not_guessed():
    with pytest.raises(values.UnclearDateError):
        values.moment("03/04/2024", GENEVA, None)
    assert values.moment("05/05/2024", GENEVA, None).month == 5


@pytest.mark.parametrize(
    "cell", ["", "soon", "2024-13-01", "31.02.2024", "1/2/24", "=1"]
)
def test_what_is_no_date_is_none(cell):
    with pytest.raises(ValueError):  # noqa: PT011
        values.moment(cell, GENEVA, day_first=True)


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        (["03/04/2024", "13/04/2024"], True),
        (["03/04/2024", "04/13/2024 9:00 AM"], False),
        (["03/04/2024", "01.02.2024", "2024-01-31", "x"], None),
        (["13/04/2024", "04/13/2024"], None),
    ],
)
def test_a_column_shows_what_stands_first(cells, shown):
    assert values.day_comes_first(cells) is shown


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [
        ("42", 42),
        ("42 mins", 42),
        ("1 h 5 min", 65),
        ("01:05:31", 66),
        ("0:42:10", 42),
        ("42:10", 42),
        ("1 hour 2 minutes 40 seconds", 63),
        ("42,5", 42),
        ("2 ч 5 мин", 125),
    ],
)
def test_a_duration_is_read_in_many_forms(cell, minutes):
    assert values.minutes(cell) == minutes


@pytest.mark.parametrize("cell", ["long", "-5", "5 apples", "", "1;2"])
def test_what_is_no_duration_is_none(cell):
    with pytest.raises(ValueError):  # noqa: PT011
        values.minutes(cell)


@pytest.mark.parametrize(
    ("field", "label", "value"),
    [
        ("country", "CÔTE D’IVOIRE", "CI"),
        ("country", "سويسرا", "CH"),
        ("country", "ch", "CH"),
        ("form_of_address", "Mrs.", "ms"),
        ("is_accredited", "Oui", "1"),
        ("language", "Français", "fr"),
        ("kind", "Member State", "member_state"),
    ],
)
def test_labels_are_known_in_six_languages(field, label, value):
    assert values.known(field)[mapping.folded(label)] == value


def test_stays_that_overlap_count_once():
    def at(minute):
        return datetime(2024, 3, 4, 9, minute, tzinfo=UTC)

    stays = [Presence(at(0), at(10), 99), Presence(at(5), at(20), 99)]
    stays += [Presence(at(30), at(40), 99), Presence(None, None, 7)]

    assert minutes_of(stays) == 20 + 10 + 7


def test_parts_of_a_name_have_an_order_of_their_own():
    assert tokens("Núñez, Ana (Chile)") == tokens("ana NUNEZ") == "ana nunez"
