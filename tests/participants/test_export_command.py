"""manage.py export_participants: a whole file or none."""

import csv
import json
import os
from io import StringIO

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from participants import exports
from participants.models import Status
from tests.factories import make_registration, make_session


def export(session, file_format, output=None, **options):
    out, err = StringIO(newline=""), StringIO()
    call_command(
        "export_participants",
        session.number,
        format=file_format,
        output=output,
        stdout=out,
        stderr=err,
        **options,
    )
    return out.getvalue(), err.getvalue()


@pytest.fixture
def session(db):
    session = make_session()
    for status in Status:
        make_registration(session, status=status)
    make_registration()
    return session


@pytest.mark.django_db
def test_an_unknown_session_is_refused():
    with pytest.raises(CommandError, match="There is no session number 77"):
        call_command("export_participants", 77, format="csv")


@pytest.mark.parametrize("option", [["--format", "pdf"], ["--language", "de"], []])
def test_an_unknown_format_or_language_is_refused(option):
    with pytest.raises(CommandError):
        call_command("export_participants", "9", *option)


def test_a_workbook_needs_a_file(session):
    with pytest.raises(CommandError, match="needs --output"):
        export(session, "xlsx")


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_a_folder_that_is_not_there_is_said(session, tmp_path, file_format):
    with pytest.raises(CommandError, match=r"nowhere.*No such file or directory"):
        export(session, file_format, tmp_path / "nowhere" / "file")


def test_what_is_no_file_is_left_alone(session, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    for path in [tmp_path, pipe]:
        with pytest.raises(CommandError, match="Is not a file"):
            export(session, "csv", path)

    assert pipe.is_fifo()


def test_a_file_that_may_not_be_written_is_left_alone(session, tmp_path, monkeypatch):
    file = tmp_path / "file.csv"
    file.write_text("before")
    monkeypatch.setattr(os, "access", lambda *_path: False)

    with pytest.raises(CommandError, match="Permission denied"):
        export(session, "csv", file)

    assert file.read_text() == "before"


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_an_export_that_breaks_off_leaves_what_was_there(
    session, tmp_path, monkeypatch, file_format
):
    file = tmp_path / "file"
    file.write_text("before")

    def break_off(_kind, _registrations, out, *_more):
        out.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exports, "write", break_off)
    with pytest.raises(CommandError, match="No space left"):
        export(session, file_format, file)

    assert file.read_text() == "before"
    assert list(tmp_path.iterdir()) == [file]


def test_too_many_rows_for_a_sheet_are_said(session, tmp_path, monkeypatch):
    monkeypatch.setattr(exports.xlsx, "MOST_ROWS", 2)

    with pytest.raises(CommandError, match="use CSV"):
        export(session, "xlsx", tmp_path / "file.xlsx")

    assert not list(tmp_path.iterdir())


def test_every_registration_of_the_session_is_written(session, tmp_path):
    text, said = export(session, "csv")
    export(session, "csv", tmp_path / "file.csv")
    export(session, "xlsx", tmp_path / "file.xlsx")

    rows = list(csv.reader(StringIO(text, newline="")))
    emails = [row[17] for row in rows[1:]]
    stored = session.registrations.order_by("-pk").values_list("email", flat=True)
    assert emails == list(stored)
    assert (
        said == f"{len(Status)} registrations of session {session.number} exported.\n"
    )
    assert (tmp_path / "file.csv").read_bytes().decode() == text
    book = openpyxl.load_workbook(tmp_path / "file.xlsx").active
    assert [cell.value for cell in book["R"]][1:] == emails


def test_only_the_owner_reads_the_file(session, tmp_path):
    export(session, "csv", tmp_path / "file.csv")

    assert (tmp_path / "file.csv").stat().st_mode & 0o777 == 0o600


def test_a_link_keeps_pointing_at_the_file(session, tmp_path):
    link, file = tmp_path / "link.csv", tmp_path / "file.csv"
    link.symlink_to(file)

    export(session, "csv", link)

    assert link.is_symlink()
    assert file.read_text(encoding="utf-8-sig").startswith("Session,State")


def test_columns_come_in_the_order_asked_for(session):
    text, _said = export(session, "csv-semicolon", columns="email, family_name")
    exact, _said = export(session, "json", columns="family_name,email")

    assert text.splitlines()[0] == "\ufeffE-mail address;Family name"
    found = json.loads(exact)
    assert list(found["columns"]) == ["family_name", "email"]
    rows = [f"{row['email']};{row['family_name']}" for row in found["registrations"]]
    assert rows == text.splitlines()[1:]


@pytest.mark.parametrize("columns", ["email,nothing", ",", "code"])
def test_a_column_there_is_not_is_said(session, columns):
    with pytest.raises(CommandError, match="--columns"):
        export(session, "csv", columns=columns)


def test_labels_are_in_the_language_asked_for(session):
    text, _said = export(session, "csv", language="fr")

    assert "Suisse" in text
