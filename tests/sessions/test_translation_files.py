"""A table goes to translators and comes back; nothing is written unseen."""

import csv
import json
from io import BytesIO, StringIO
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from sessions.models import ContentVersion, Topic
from sessions.translations import State, Text
from tests.factories import make_session
from tests.pages import parse
from tests.sessions.factories import fill_session

pytestmark = pytest.mark.django_db

WORDS = {"ar": "الملكية الفكرية\nوالبيانات", "zh-hans": "知识产权\n与数据"}
HEADER = ["id", "field", "English (en)", "Français (fr)"]


def out_url(session, language="fr", kind="csv"):
    name = "admin:conversation_session_translations_out"
    return reverse(name, args=[session.pk, language, kind])


def in_url(session):
    return reverse("admin:conversation_session_translations_in", args=[session.pk])


def csv_rows(response):
    return list(csv.reader(StringIO(response.content.decode("utf-8-sig"), newline="")))


def as_csv(rows, *, delimiter=",", encoding="utf-8-sig"):
    out = StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def as_docx(rows):
    document = docx.Document()
    table = document.add_table(rows=0, cols=4)
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    return saved(document)


def saved(document):
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def send(client, session, data, name="table"):
    return client.post(in_url(session), {"file": SimpleUploadedFile(name, data)})


def reasons(response):
    return [row.reason for row in response.context["judgement"].bad]


def apply(client, session, preview):
    page = parse(preview)
    rows, language = page.one("input", name="rows"), page.one("input", name="language")
    data = {"rows": rows.attrs["value"], "language": language.attrs["value"]}
    return client.post(in_url(session), data, follow=True)


def row(session, new, *, english=None, field="title", name=None):
    english = session.title_en if english is None else english
    return [name or f"session-{session.pk}", field, english, new]


# Files that are no table --------------------------------------------------------


def zipped(start=b"", **files):
    out = BytesIO(start)
    with ZipFile(out, "a", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\xff\xfe",
        "id,field,é".encode("latin-1"),
        b"id,field",
        b"\x00",
        b"\n\n",
        b'"' + b"x" * 200_000,
        as_csv([[*HEADER[:3], "English (en)"]]),
        as_csv([[*HEADER[:3], "Klingon (tlh)"]]),
        b"PK",
        b"PK\x03\x04 and nothing more",
        zipped(words="no document"),
        zipped(**{"word/document.xml": "<not xml", "[Content_Types].xml": "<a"}),
        zipped(as_docx([HEADER]), bomb=b"\0" * 30_000_000),
        saved(docx.Document()),
        as_docx([["id", "field", "English (en)", "?"]]),
        as_csv([HEADER] * 60_000),
        b"",
    ],
    ids=range(17),
)
def test_a_file_that_is_no_table_gets_a_message(admin_client, data):
    response = send(admin_client, make_session(), data)

    assert response.status_code == 200
    assert len(response.context["form"].errors["file"]) == 1
    assert "judgement" not in response.context


def test_no_file_gets_a_message(admin_client):
    response = admin_client.post(in_url(make_session()))

    assert response.context["form"].errors["file"]


@pytest.mark.parametrize(
    "data",
    [
        {"rows": "[", "language": "fr"},
        {"rows": "{}", "language": "fr"},
        {"rows": "[[1]]", "language": "fr"},
        {"rows": "[7]", "language": "fr"},
        {"rows": "[" * 100_000, "language": "fr"},
        {"rows": '[["a\\u0000"]]', "language": "en"},
        {"rows": "\0", "language": "fr"},
        {"rows": "[]"},
    ],
)
def test_a_broken_form_is_answered_with_a_message(admin_client, data):
    response = admin_client.post(in_url(make_session()), data, follow=True)

    assert response.status_code == 200
    assert "This is no table." in parse(response).text


# Rows that are not taken --------------------------------------------------------


def test_bad_rows_are_named_and_only_good_ones_are_written(admin_client):
    session, other = make_session(title="Words"), make_session(title="Words")
    bad = [
        row(session, "Un", name="session-999999999999999999999"),
        row(session, "Un", name=f"session-{other.pk}"),
        row(session, "Un", name="speaker-1"),
        row(session, "Un", field="slug"),
        row(session, "Un", english="Other words", field="city"),
        row(session, "x" * 251),
        row(session, "a\x00b"),
        row(session, "a\x07b"),
        row(session, "a\nb"),
        ["too", "short"],
    ]
    data = as_csv([HEADER, *bad, row(session, "Mots"), row(session, "Deux fois")])

    preview = send(admin_client, session, data)
    assert len(reasons(preview)) == len(bad) + 1
    assert [change.new for change in preview.context["changes"]] == ["Mots"]
    session.refresh_from_db()
    assert not session.title_fr

    apply(admin_client, session, preview)

    session.refresh_from_db()
    other.refresh_from_db()
    assert session.title_fr == "Mots"
    assert not other.title_fr


def test_a_hostile_form_is_judged_like_a_file(admin_client):
    session = make_session(title="Words")
    rows = json.dumps([row(session, "a\0b")])

    response = admin_client.post(
        in_url(session), {"rows": rows, "language": "fr"}, follow=True
    )

    assert "1 row left out." in parse(response).text
    session.refresh_from_db()
    assert not session.title_fr


def test_english_that_changes_between_preview_and_apply_is_respected(admin_client):
    session = make_session(title="Words")
    preview = send(admin_client, session, as_csv([HEADER, row(session, "Mots")]))
    session.title_en = "Newer words"
    session.save()

    answer = apply(admin_client, session, preview)

    assert "1 row left out." in parse(answer).text
    session.refresh_from_db()
    assert not session.title_fr


def test_an_empty_cell_takes_no_translation_away(admin_client):
    session = make_session(title="Words", title_fr="Mots")

    preview = send(admin_client, session, as_csv([HEADER, row(session, " ")]))

    judgement = preview.context["judgement"]
    assert (judgement.changes, judgement.bad, judgement.unchanged) == ([], [], 1)


def test_markup_stays_text(admin_client):
    session = make_session(title="Words")
    words = '<script>alert(1)</script> "&'
    bad = row(session, words, name="<b>id</b>")

    preview = send(admin_client, session, as_csv([HEADER, row(session, words), bad]))

    shown = preview.content.decode()
    assert "<script>alert" not in shown
    assert "<b>id" not in shown
    apply(admin_client, session, preview)
    session.refresh_from_db()
    assert session.title_fr == words


# Out and in ---------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["csv", "docx"])
@pytest.mark.parametrize("language", ["ar", "zh-hans"])
def test_a_table_comes_back_as_it_was_translated(admin_client, kind, language):
    session = make_session(description="One\r\n\r\nTwo", city="Geneva")
    fill_session(session, 1)
    sent = admin_client.get(out_url(session, language, kind))
    if kind == "csv":
        rows = csv_rows(sent)
    else:
        table = docx.Document(BytesIO(sent.content)).tables[0]
        rows = [[cell.text for cell in line.cells] for line in table.rows]
    for cells in rows[1:]:
        several = cells[1] in {"description", "abstract"}
        cells[3] = WORDS[language] if several else WORDS[language].split("\n")[0]
    data = as_csv(rows) if kind == "csv" else as_docx(rows)
    before = ContentVersion.objects.current()

    preview = send(admin_client, session, data)
    assert reasons(preview) == []
    apply(admin_client, session, preview)

    session.refresh_from_db()
    assert Text(session, "description", language).translation == WORDS[language]
    topic = session.topics.get()
    assert Text(topic, "text", language).translation == WORDS[language].split("\n")[0]
    assert {cells[0].partition("-")[0] for cells in rows[1:]} == {
        "session",
        "topic",
        "agendaitem",
        "document",
    }
    assert ContentVersion.objects.current() > before
    again = send(admin_client, session, data).context["judgement"]
    assert (again.changes, again.bad, again.unchanged) == ([], [], len(rows) - 1)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_spreadsheets_may_save_as_they_like(admin_client, delimiter, encoding):
    session = make_session(title="Words; and, more")
    table = [HEADER, row(session, "Mots; et, plus")]

    preview = send(
        admin_client, session, as_csv(table, delimiter=delimiter, encoding=encoding)
    )

    assert [change.new for change in preview.context["changes"]] == ["Mots; et, plus"]


def test_a_translation_from_a_table_is_of_the_present_english(admin_client):
    session = make_session(title="Words", title_fr="Mots")
    session.title_en = "New words"
    session.save()

    preview = send(admin_client, session, as_csv([HEADER, row(session, "Nouveau")]))
    apply(admin_client, session, preview)

    session.refresh_from_db()
    assert Text(session, "title", "fr").state == State.CURRENT


@pytest.mark.parametrize("words", ["=1+1", " @x", "'=1", "-5", "＝1", "'t is", "\t+1"])
def test_a_spreadsheet_computes_no_cell_and_the_text_returns_unharmed(
    admin_client, words
):
    session = make_session(title="Words", summary_en=words, summary_fr=words)
    rows = csv_rows(admin_client.get(out_url(session)))
    cells = next(cells for cells in rows if cells[1] == "summary")
    assert cells[2:] == [f"'{words}"] * 2

    judgement = send(admin_client, session, as_csv(rows)).context["judgement"]

    assert (judgement.changes, judgement.bad) == ([], [])


def test_what_an_xml_file_cannot_hold_is_left_out_of_it(admin_client):
    session = make_session(title="Wo\x07rds\ufffe", title_fr="Mo\x0bts")

    sent = admin_client.get(out_url(session, "fr", "docx"))
    judgement = send(admin_client, session, sent.content).context["judgement"]

    assert (judgement.changes, judgement.bad) == ([], [])


def test_insertions_that_word_tracks_are_taken_and_deletions_are_not(admin_client):
    session = make_session(title="Words")
    document = docx.Document(BytesIO(as_docx([HEADER, row(session, "Les mots")])))
    run = document.tables[0].rows[1].cells[3].paragraphs[0].runs[0]._r
    inserted = OxmlElement("w:ins")
    run.addprevious(inserted)
    inserted.append(run)
    deleted, gone = OxmlElement("w:del"), OxmlElement("w:r")
    text = OxmlElement("w:delText")
    text.text = "Old"
    gone.append(text)
    deleted.append(gone)
    inserted.addnext(deleted)

    preview = send(admin_client, session, saved(document))

    assert [change.new for change in preview.context["changes"]] == ["Les mots"]


def test_a_merged_cell_of_any_width_is_one_cell(admin_client):
    session = make_session(title="Words")
    document = docx.Document(BytesIO(as_docx([HEADER, row(session, "Mots")])))
    span = OxmlElement("w:gridSpan")
    span.set(qn("w:val"), "1000000000")
    document.tables[0].rows[1].cells[3]._tc.get_or_add_tcPr().append(span)

    preview = send(admin_client, session, saved(document))

    assert [change.new for change in preview.context["changes"]] == ["Mots"]


def test_arabic_runs_from_the_right_in_a_document(admin_client):
    session = make_session(title_ar="البيانات")

    sent = admin_client.get(out_url(session, "ar", "docx"))

    cell = docx.Document(BytesIO(sent.content)).tables[0].rows[1].cells[3]
    assert cell.paragraphs[0]._p.pPr.find(qn("w:bidi")) is not None
    assert cell.paragraphs[0].runs[0].font.rtl


# What is not there, and what it costs -------------------------------------------------


def test_languages_formats_and_sessions_that_are_not_there(admin_client):
    session = make_session()

    for language, kind in [("en", "csv"), ("xx", "csv"), ("fr", "exe")]:
        assert admin_client.get(out_url(session, language, kind)).status_code == 404
    session.pk = 999_999
    assert admin_client.get(in_url(session)).status_code == 404


def test_the_form_of_a_session_links_to_its_tables(admin_client):
    session = make_session()
    url = reverse("admin:conversation_session_change", args=[session.pk])

    links = parse(admin_client.get(url)).links

    assert {out_url(session, "zh-hans", "docx"), in_url(session)} <= set(links)


@pytest.mark.parametrize("topics", [1, 40])
def test_a_preview_costs_the_same_however_many_rows(
    admin_client, django_assert_num_queries, topics
):
    session = make_session()
    for n in range(topics):
        Topic.objects.create(session=session, text=f"Topic {n}")
    rows = csv_rows(admin_client.get(out_url(session)))
    data = as_csv([rows[0], *([*cells[:3], "Mots"] for cells in rows[1:])])

    with django_assert_num_queries(7):
        preview = send(admin_client, session, data)

    assert len(preview.context["changes"]) == topics + 2
