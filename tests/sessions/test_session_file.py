"""One row of a session file: what is refused, and what its words mean."""

import json
import re

import pytest
from django.core.exceptions import ValidationError

from sessions import loading
from sessions.loading.parsing import FIELDS, role_and_function, session_slug
from sessions.loading.sources import publisher, source_title

SHIPPED = json.loads(loading.DEFAULT_FILE.read_text(encoding="utf-8"))


def row(**fields):
    """Return the shipped row of the ninth session, changed."""
    return SHIPPED[8] | fields


BAD_FIELDS: dict[str, list] = {
    "ordinal": [None, "9", 9.5, True, 0, 40_000],
    "title": [None, "", 5],
    "theme": [None, "  ", "x" * 251, "nul\0", "half \ud800"],
    "starts_on": [20240313, "13.3.2024", "2024-02-30", "2024-3-1", None, "٢٠٢٤-٠٣-١٣"],
    "ends_on": ["2024-03-12", None, "soon"],
    "held_year": ["2024", 2023, 24],
    "mode": ["Hybrid", 1, ["hybrid"]],
    "venue": [5, "x" * 201],
    "city": [["Geneva"], "x" * 101],
    "source": ["wipo.int/page", "javascript:alert(1)", "https://", 7, "https://[x/"],
    "verified": ["true", None, 1],
    "topics": [None, "Data", ["Data", "Data"], [""], [3], ["x" * 251]],
    "summary": [5, "x" * 5001],
    "meeting_code": ["x" * 41],
    "attendance": [
        5,
        {"count": 5},
        SHIPPED[1]["attendance"] | {"count": "2000"},
        SHIPPED[1]["attendance"] | {"source": None},
    ],
    "hours_local": ["10-18", "10:00-18:00", "10:00-25:00 Geneva time"],
    "people_named": [
        {},
        [{"name": "A"}],
        [{"name": "", "role": "Chair"}],
        [{"name": "A", "role": "Chair", "age": 5}],
        [{"name": "A", "role": "Chair"}] * 2,
    ],
    "other_sources": [None, "https://www.wipo.int/", [5], ["no address"]],
    "unverified_from_memory": [None, "Geneva"],
    "source_note": [5],
}


@pytest.mark.parametrize(
    ("field", "value"),
    [(field, value) for field, values in BAD_FIELDS.items() for value in values],
)
def test_a_bad_field_is_named_with_its_row(field, value):
    rows = [SHIPPED[0], row(**{field: value})]

    with pytest.raises(ValidationError) as bad:
        loading.parse_sessions(json.dumps(rows).encode())

    assert bad.value.code == "bad_file"
    assert re.match(rf"Row 2.*, field ({field}|starts_on|ends_on)", bad.value.message)
    assert bad.value.message.isprintable()


def test_every_field_has_its_bad_values():
    assert set(BAD_FIELDS) == set(FIELDS)


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_a_missing_field_is_named_with_its_row(field):
    lacking = row()
    del lacking[field]

    with pytest.raises(ValidationError, match=rf"Row 1, field {field}: is missing"):
        loading.parse_sessions(json.dumps([lacking]).encode())


def test_a_mistyped_field_is_named_with_its_row():
    with pytest.raises(ValidationError, match=r"Row 1, field sumary: is not a known"):
        loading.parse_sessions(json.dumps([row(sumary="")]).encode())


def test_a_number_that_stands_twice_is_named():
    with pytest.raises(
        ValidationError, match=r"Row 2, field ordinal: 9 stands in row 1"
    ):
        loading.parse_sessions(json.dumps([row(), row()]).encode())


@pytest.mark.parametrize(
    "url",
    [
        "http://zunlong77.net/about-ip/en/",
        "http://icbia.net/frontier_conversation.html",
        "https://wipo.int.example.org/",
        "https://wipo.int@example.org/",
        "https://notwipo.int/",
        "https://example.org/?https://www.wipo.int/",
    ],
)
def test_a_page_that_looks_official_is_no_source(url):
    assert publisher(url) == ""


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("https://www.wipo.int/a/news/2024/news_0003.html", "WIPO: news item, 2024"),
        ("https://wipo.int/en/frontier_conversation", "WIPO: page of the Conversation"),
        ("http://ag-ip-news.com/news.aspx?id=54296", "AG-IP News Agency: news item"),
        ("https://unctad.org/about", "UNCTAD: unctad.org"),
    ],
)
def test_a_source_is_named_after_its_publisher(url, title):
    assert source_title(url) == title


@pytest.mark.parametrize(
    ("text", "role", "function"),
    [
        ("Chair; Permanent Representative", "chair", "Permanent Representative"),
        ("moderator", "moderator", ""),
        (
            "WIPO Director General, opening statement",
            "opening",
            "WIPO Director General",
        ),
        ("UN Envoy on Technology, keynote", "keynote", "UN Envoy on Technology"),
        ("expert, University of Surrey", "speaker", "Expert, University of Surrey"),
        ("Judge, Panellist", "panellist", "Judge"),
        ("Chairperson of a board", "speaker", "Chairperson of a board"),
        (
            "Minister, Germany (remarks by avatar)",
            "speaker",
            "Minister, Germany (remarks by avatar)",
        ),
    ],
)
def test_a_role_is_told_from_the_function(text, role, function):
    assert role_and_function(text) == (role, function)


def test_a_slug_ends_at_a_word():
    slug = session_slug(11, "Very long words " * 20)

    assert len(slug) <= 80
    assert slug.endswith(("-very", "-long", "-words"))
    assert session_slug(7, "元宇宙") == "7"
