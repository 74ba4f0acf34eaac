"""The list of 2,000 people from 120 States, as PDF and DOCX."""

from io import BytesIO

import pytest
from django.utils import timezone
from docx import Document
from pypdf import PdfReader

from participants.exports.list_of_participants import (
    entries,
    entry_text,
    list_content,
)
from participants.listing import french_key
from participants.services.editions import list_file
from tests.participants.large_list import make_large_list
from tests.participants.lists import glyphs_shown

pytestmark = [pytest.mark.django_db, pytest.mark.looks]


def test_two_thousand_people_of_120_states_stand_there_once_and_in_order():
    session = make_large_list()
    content = list_content(session, marks_remote=True)
    found = entries(content)
    states = next(s for s in content["sections"] if s["key"] == "member_state")
    headings = [group["heading"] for group in states["groups"]]
    french = [french_key(heading.split("/")[0]) for heading in headings]

    keys = [entry["pk"] for _heading, entry in found if "pk" in entry]
    assert sorted(keys) == sorted(session.registrations.values_list("pk", flat=True))
    assert len(keys) == 2_000
    assert len(headings) == 120
    assert french == sorted(french)

    at = timezone.now()
    pdf = PdfReader(BytesIO(list_file(content, "pdf", at=at)))
    pages = [page.extract_text() for page in pdf.pages]
    text = "\n".join(pages)
    places = [text.find(heading.split("/")[0]) for heading in headings]
    assert -1 not in places
    assert not any(0 in glyphs_shown(page) for page in pdf.pages[:5])
    assert f"{len(pages)}/{len(pages)}" in pages[-1]

    word = Document(BytesIO(list_file(content, "docx", at=at)))
    listed = [p.text for p in word.paragraphs if p.style.name == "Entry"]
    assert len(listed) == len(found)
    marks = str.maketrans("", "", "\u200e")
    for (_heading, entry), line in zip(found, listed, strict=True):
        assert line.translate(marks).startswith(entry_text(entry))
