"""The JSON API: what is public, in six languages, for scripts of anybody."""

import json
import logging
from datetime import datetime

import pytest

from sessions.models import (
    AgendaItem,
    Appearance,
    ReportedAttendance,
    Session,
    Speaker,
    Theme,
)
from tests.factories import make_session
from tests.sessions.api import LISTS, ask, held
from tests.sessions.factories import (
    fill_session,
    make_document,
    make_item,
    make_speaker,
)

pytestmark = pytest.mark.django_db
HOSTILE = "</script><b>x</b> \"'\\ \r\n \u2028 end"


@pytest.fixture(autouse=True)
def _quiet(caplog):
    """Keep the expected errors out of the output."""
    caplog.set_level(logging.CRITICAL, logger="django.request")


def refusal(client, path, status):
    response = client.get(f"/api/v1/{path}")
    assert response.status_code == status
    assert response["Content-Type"].startswith("application/json")
    assert response["Access-Control-Allow-Origin"] == "*"
    [(name, detail)] = json.loads(response.content).items()
    assert name == "detail"
    return detail


# What is refused ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("lang=de", "lang: Input should be 'ar', 'zh-hans', 'en', 'fr', 'ru' or 'es'"),
        ("lang=", "lang: Input should be"),
        ("limit=0", "limit: Input should be greater than or equal to 1"),
        ("limit=101", "limit: Input should be less than or equal to 100"),
        ("limit=x&offset=-1", "offset: Input should be greater than or equal to 0"),
        ("offset=9223372036854775808", "offset: Input should be less than"),
        ("year=0", "year: Input should be greater"),
        ("mode=telepathy", "mode: Input should be 'in_person', 'online', 'hybrid'"),
        (f"theme={'x' * 51}", "theme: String should have at most 50 characters"),
        ("theme=no%20slug", "theme: String should match pattern"),
        (f"q={'x' * 201}", "q: String should have at most 200 characters"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_name(client, query, words):
    assert words in refusal(client, f"sessions?{query}", 422)


@pytest.mark.parametrize("number", ["0", "-1", "32768", "9" * 5000, "x", "1.5"])
def test_what_is_no_number_of_a_session_is_refused(client, number):
    assert "number: " in refusal(client, f"sessions/{number}", 422)
    assert "number: " in refusal(client, f"sessions/{number}/programme", 422)


@pytest.mark.parametrize(
    "path", ["sessions/77", "sessions/77/programme", "nowhere", "sessions/", "themes/x"]
)
def test_what_is_not_there_is_not_found_in_json(client, path):
    assert refusal(client, path, 404) == "Not Found"


@pytest.mark.parametrize("query", ["q=%00", "theme=%ff"])
def test_unreadable_input_is_refused_in_json(client, query):
    assert refusal(client, f"sessions?{query}", 400) == "Bad Request"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
@pytest.mark.parametrize("path", ["sessions", "openapi.json", "docs", ""])
def test_nobody_writes(client, method, path):
    response = getattr(client, method)(f"/api/v1/{path}")

    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"
    assert "only reads" in response.json()["detail"]
    assert "Access-Control-Allow-Origin" not in response


def test_a_fault_of_ours_is_told_in_json(client, monkeypatch):
    def fail(*_arguments):
        raise RuntimeError("a fault, for the test")

    monkeypatch.setattr("sessions.api.rows.session_brief", fail)
    make_session()
    client.raise_request_exception = False

    assert refusal(client, "sessions", 500) == "Internal Server Error"


def test_nothing_of_drafts_is_told(client):
    draft = make_session(status=Session.Status.DRAFT)
    fill_session(draft, 2)
    make_item(draft)

    for path in LISTS:
        assert (ask(client, path)["total"], ask(client, path)["items"]) == (0, [])
    refusal(client, f"sessions/{draft.number}", 404)
    refusal(client, f"sessions/{draft.number}/programme", 404)


def test_nobody_reads_of_a_speaker_or_theme_what_is_only_in_a_draft(client):
    session, draft = make_session(), make_session(status=Session.Status.DRAFT)
    speaker = make_speaker()
    theme = Theme.objects.create(slug="data", name="Data")
    for one in [session, draft]:
        Appearance.objects.create(session=one, speaker=speaker)
        one.themes.add(theme)

    [told] = ask(client, "speakers")["items"]

    assert [a["session"] for a in told["appearances"]] == [session.number]
    assert ask(client, "themes")["items"][0]["sessions"] == [session.number]


def test_how_to_join_is_told_to_nobody(client):
    session = make_session(join_instructions="The secret code is 1234.")

    answer = client.get(f"/api/v1/sessions/{session.number}")

    assert b"1234" not in answer.content


# Answers -----------------------------------------------------------------------------


def test_hostile_words_come_as_they_are_in_valid_json(client):
    session = make_session(title=HOSTILE, summary=HOSTILE)

    [told] = ask(client, "sessions")["items"]

    assert (told["title"], told["summary"]) == (session.title, session.summary)
    response = client.get("/api/v1/sessions")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_session_tells_all_that_its_page_tells(client):
    session = held(
        number=9,
        summary="Two days.",
        description="**Words.**",
        venue="Hall",
        meeting_code="WIPO/IP/CONV/9",
        hours="10:00–18:00",
        interpretation_languages=["fr", "en"],
        webcast_url="https://webcast.wipo.int/",
    )
    fill_session(session, 1)
    uploaded = make_document(session)

    answer = ask(client, "sessions/9")

    told = answer["session"]
    assert answer["lang"] == "en"
    assert told["url"] == f"http://localhost{session.get_absolute_url()}"
    assert (told["starts_on"], told["ends_on"]) == ("2024-03-13", "2024-03-14")
    assert (told["year"], told["month"]) == (2024, None)
    assert (told["status"], told["registration"]) == ("published", "none")
    assert (told["venue"], told["city"]) == ("Hall", "Geneva")
    assert told["description"] == "**Words.**"
    assert told["interpretation_languages"] == ["en", "fr"]
    assert told["themes"] == ["t9-0"]
    assert told["topics"] == [{"text": "Topic 9-0", "fallback": []}]
    assert told["podium"] == [
        {
            "speaker": Speaker.objects.get().pk,
            "name": "Speaker 9-0",
            "role": "speaker",
            "function": "Office 9-0",
            "fallback": [],
        }
    ]
    assert [paper["url"] for paper in told["documents"]] == [
        "https://www.wipo.int/9-0",
        f"http://localhost/en/documents/{uploaded.pk}/",
    ]
    assert told["sources"] == [
        {"title": "Source 0", "url": "https://www.wipo.int/source/9-0"}
    ]
    changed = datetime.fromisoformat(told["updated_at"])
    assert abs((changed - session.updated_at).total_seconds()) < 0.001


def test_a_session_known_by_its_year_says_so(client):
    held(starts_on=None, ends_on=None, held_year=2022, held_month=4, mode="")

    [told] = ask(client, "sessions", year=2022, mode="unstated")["items"]

    assert (told["starts_on"], told["ends_on"]) == (None, None)
    assert (told["year"], told["month"], told["mode"]) == (2022, 4, None)


def test_a_programme_tells_times_with_the_offset_of_the_venue(client):
    session = held(number=9, time_zone="America/New_York")
    item = make_item(session, kind=AgendaItem.Kind.PANEL, room="Room B")
    speaker = make_speaker(affiliation="An office")
    Appearance.objects.create(
        session=session,
        agenda_item=item,
        speaker=speaker,
        role=Appearance.Role.MODERATOR,
        function="Head",
    )

    answer = ask(client, "sessions/9/programme")

    assert (answer["session"], answer["time_zone"]) == (9, "America/New_York")
    [told] = answer["items"]
    assert (told["id"], told["kind"]) == (item.pk, "panel")
    assert told["starts_at"] == "2024-03-13T10:00:00-04:00"
    assert told["ends_at"] == "2024-03-13T11:00:00-04:00"
    assert told["room"] == "Room B"
    [person] = told["people"]
    assert person == {
        "speaker": speaker.pk,
        "name": "Ana Núñez",
        "role": "moderator",
        "function": "Head",
        "fallback": [],
    }


def test_figures_are_told_as_reported_and_own_ones_counted(client):
    session = held(number=9, mode="hybrid")
    held(number=8, is_demonstration=True)
    ReportedAttendance.objects.create(
        session=session,
        count=1000,
        qualifier="almost",
        kind="registrants",
        countries=117,
        countries_qualifier="more than",
        source_url="https://www.wipo.int/",
    )

    answer = ask(client, "figures")

    assert answer["held"] == {"sessions": 1, "since": 2024, "modes": {"hybrid": 1}}
    assert answer["items"] == [
        {
            "session": 9,
            "count": 1000,
            "qualifier": "almost",
            "kind": "registrants",
            "countries": 117,
            "countries_qualifier": "more than",
            "source_url": "https://www.wipo.int/",
        }
    ]


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({}, [9, 8, 7]),
        ({"unknown": "x"}, [9, 8, 7]),
        ({"theme": "", "q": ""}, [9, 8, 7]),
        ({"year": 2024}, [9, 8]),
        ({"year": 2023}, []),
        ({"mode": "online"}, [8]),
        ({"theme": "data"}, [9]),
        ({"theme": "nothing"}, []),
        ({"q": "MACHINES"}, [8]),
        ({"q": "nunez"}, [7]),
        ({"q": "machines", "mode": "hybrid"}, []),
        ({"limit": 1, "offset": 1}, [8]),
        ({"offset": 3}, []),
    ],
)
def test_sessions_are_found_as_on_the_page(client, asked, numbers):
    with_theme = held(number=9, mode="hybrid")
    with_theme.themes.add(Theme.objects.create(slug="data", name="Data"))
    held(number=8, mode="online", title="Training the machines")
    Appearance.objects.create(
        session=held(
            number=7, mode="in_person", starts_on="2021-09-22", ends_on="2021-09-23"
        ),
        speaker=make_speaker(),
    )

    answer = ask(client, "sessions", **asked)

    assert [told["number"] for told in answer["items"]] == numbers
    pages = {"limit", "offset"} & set(asked)
    assert answer["total"] == (3 if pages else len(numbers))


@pytest.mark.parametrize("path", LISTS)
def test_a_list_comes_page_by_page_with_its_whole_length(client, path):
    for _session in range(3):
        fill_session(held(), 1)

    pages = [ask(client, path, limit=2, offset=offset) for offset in [0, 2, 4]]

    assert [len(page["items"]) for page in pages] == [2, 1, 0]
    whole = ask(client, path)
    assert pages[0]["items"] + pages[1]["items"] == whole["items"]
    for page, offset in zip(pages, [0, 2, 4], strict=True):
        assert (page["total"], page["limit"], page["offset"]) == (3, 2, offset)
    assert (whole["limit"], whole["offset"]) == (50, 0)
