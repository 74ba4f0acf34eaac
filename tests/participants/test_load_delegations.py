"""The starting list of States: what is refused, what staff keep."""

import csv
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import translation

from participants.models import Delegation
from tests.factories import make_delegation

with settings.COUNTRIES_FILE.open(encoding="utf-8", newline="") as lines:
    ROWS = list(csv.DictReader(lines))
SWITZERLAND = next(row for row in ROWS if row["iso2"] == "CH")
FRANCE = next(row for row in ROWS if row["iso2"] == "FR")


def write(folder, rows, columns=None):
    file = folder / "countries.csv"
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, columns or list(ROWS[0]), extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return file


def load(*arguments):
    out = StringIO()
    call_command("load_delegations", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"iso2": "che"}, "row 3, field iso2"),
        ({"iso2": ""}, "row 3, field iso2"),
        ({"iso2": "FR"}, "row 3, field iso2: stands in row 2"),
        ({"iso2": "XX"}, "the row of XX"),
        ({"un_short_name_list": "yes"}, "row 3, field un_short_name_list"),
        ({"name_zh": " "}, "row 3, field name_zh"),
        ({"name_fr": "x" * 201}, "row 3, field name_fr"),
        ({"name_es": "Suiza\x07"}, "row 3, field name_es"),
        ({"name_ru": FRANCE["name_ru"]}, "row 3, field name_ru: stands in row 2"),
    ],
)
@pytest.mark.django_db
def test_a_bad_row_is_named_and_stores_nothing(tmp_path, fields, problem):
    with pytest.raises(CommandError, match=problem):
        load(write(tmp_path, [FRANCE, SWITZERLAND | fields]))

    assert not Delegation.objects.exists()


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"", "the column iso2 is missing"),
        (b"iso2,name_en\nCH,Switzerland\n", "un_short_name_list is missing"),
        (b"\xff", "is not UTF-8"),
        (b"iso2\0,name_en\n", "NUL|column iso2 is missing"),
        (b'"iso2', "unexpected end"),
    ],
)
@pytest.mark.django_db
def test_an_unreadable_file_is_refused(tmp_path, raw, problem):
    file = tmp_path / "countries.csv"
    file.write_bytes(raw)

    with pytest.raises(CommandError, match=problem):
        load(file)


@pytest.mark.parametrize("line", ["CH,1", "CH,1" + ",x" * 20])
@pytest.mark.django_db
def test_a_row_of_another_length_is_named(tmp_path, line):
    file = write(tmp_path, [])
    with file.open("a") as lines:
        lines.write(f"{line}\n")

    with pytest.raises(CommandError, match=r"row 2: it has not as many cells"):
        load(file)


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        load(tmp_path / "nowhere.csv")


@pytest.mark.django_db
def test_every_state_is_created_in_six_languages_once():
    first, second = load(), load()

    assert "197 created, 0 there already" in first
    assert "0 created, 197 there already" in second
    states = Delegation.objects.filter(kind=Delegation.Kind.MEMBER_STATE)
    assert states.filter(is_accredited=False).count() == 197
    assert not states.filter(country__in=["HK", "TW", "GL"]).exists()
    switzerland = states.get(country="CH")
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            assert switzerland.name == SWITZERLAND[f"name_{code.removesuffix('-hans')}"]


@pytest.mark.django_db
def test_what_staff_edited_stays():
    load()
    holy_see = Delegation.objects.get(country="VA")
    holy_see.name, holy_see.kind = "The Holy See", Delegation.Kind.OBSERVER_STATE
    holy_see.is_accredited = True
    holy_see.save()
    Delegation.objects.filter(country="CH").update(country="")

    assert "0 created" in load()
    holy_see.refresh_from_db()
    assert (holy_see.name, holy_see.kind) == ("The Holy See", "observer_state")


@pytest.mark.django_db
def test_a_name_that_another_delegation_bears_is_said(tmp_path):
    make_delegation(name="Some organization", name_fr=SWITZERLAND["name_fr"])

    with pytest.raises(CommandError, match="the row of CH"):
        load(write(tmp_path, [FRANCE, SWITZERLAND]))

    assert Delegation.objects.count() == 1
