"""What the formats of exports say of the same rows, and of themselves."""

import csv
import json
from datetime import datetime
from io import BytesIO, StringIO

import openpyxl
import pytest

from participants import exports
from participants.demo import HOSTILE
from participants.exports import columns
from participants.exports.csv import inert
from participants.models import Registration
from tests.factories import make_registration
from tests.participants.test_exports import csv_rows


def json_rows():
    """Read JSON back as the texts a CSV would have, times without their offset."""
    out = StringIO()
    exports.write_json(Registration.objects.all(), out)
    found = json.loads(out.getvalue())
    keys = list(found["columns"])
    rows = [[str(row[key]) for key in keys] for row in found["registrations"]]
    moment = keys.index("created_at")
    for row in rows:
        row[moment] = f"{datetime.fromisoformat(row[moment]):%Y-%m-%d %H:%M}"
    return [list(found["columns"].values()), *rows]


@pytest.mark.django_db
def test_json_holds_the_exact_texts_and_csv_the_same_made_inert():
    for text in [*HOSTILE, "}, {", '"}', "a\nb", "Łódź 😀"]:
        make_registration(organisation=text, function=text)

    exact = json_rows()

    assert [[inert(cell) for cell in row] for row in exact] == csv_rows()
    place = exact[0].index("Organization")
    assert [row[place] for row in exact[1:]][::-1][: len(HOSTILE)] == HOSTILE


@pytest.mark.django_db
def test_semicolons_part_cells_and_no_comma_hides_a_formula():
    make_registration(organisation="demo,=1+1", function="a;b", city="+41 22 338")

    out = StringIO(newline="")
    exports.write_csv(Registration.objects.all(), out, delimiter=";")

    text = out.getvalue().removeprefix(exports.BOM)
    header, row = csv.reader(StringIO(text, newline=""), delimiter=";")
    found = dict(zip(header, row, strict=True))
    assert found["Organization"] == "demo,'=1+1"
    assert found["Function"] == "a;b"
    assert found["City"] == "+41 22 338"


@pytest.mark.django_db
def test_a_second_sheet_says_whence_the_rows_come():
    make_registration()
    make_registration()
    out = BytesIO()

    facts = [("Exported by", "=1+1"), ("Searched for", "x" * 40_000 + "\x00")]
    exports.write_xlsx(Registration.objects.all(), out, facts=facts)

    book = openpyxl.load_workbook(out)
    rows = [[cell.value for cell in row] for row in book.worksheets[1].rows]
    assert book.active == book.worksheets[0]
    assert rows[1:3] == [["Registrations", 2], ["Exported by", "=1+1"]]
    assert book.worksheets[1]["B3"].data_type == "s"
    assert len(rows[3][1]) == 32_767


@pytest.mark.django_db
def test_chosen_columns_stand_in_every_format_in_the_order_chosen():
    make_registration(city="Genève", given_name="Ana")
    chosen = columns.choose(["city", "given_name", "country_code", "city"])
    rows, table, book = Registration.objects.all(), StringIO(), BytesIO()

    exports.write_csv(rows, table, chosen)
    exports.write_xlsx(rows, book, chosen)

    header = ["City", "Given name", "Country code"]
    assert table.getvalue() == f"{exports.BOM}{','.join(header)}\r\nGenève,Ana,CH\r\n"
    sheet = openpyxl.load_workbook(book).active
    assert [[c.value for c in row] for row in sheet.rows] == [
        header,
        ["Genève", "Ana", "CH"],
    ]


@pytest.mark.django_db
def test_rows_by_key_come_in_the_order_of_the_keys_and_what_is_gone_is_left_out():
    rows = [make_registration(family_name=name) for name in "ABC"]
    keys = [rows[2].pk, 0, rows[0].pk]
    told = []

    out = StringIO()
    count = exports.write_csv(
        exports.KeyedRows(keys, told.append), out, columns.choose(["family_name"])
    )

    assert (count, told) == (2, [3])
    assert out.getvalue().split() == [f"{exports.BOM}Family", "name", "C", "A"]
