"""What holds for every answer of the API: language, headers, description, cost."""

import typing

import pytest
from django.conf import settings
from django.urls import reverse

from sessions.api import schemas
from sessions.models import Appearance, Session, Topic
from tests.factories import make_session
from tests.pages import against_the_policy, parse
from tests.sessions.api import LISTS, ask, held
from tests.sessions.factories import fill_session, make_speaker

pytestmark = pytest.mark.django_db
LANGUAGES = [code for code, _name in settings.LANGUAGES]


# Languages ---------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_come_in_the_language_asked_for(client, language):
    titles = {f"title_{code.replace('-', '_')}": f"In {code}" for code in LANGUAGES}
    make_session(number=9, **titles)

    response = client.get(
        f"/api/v1/sessions/9?lang={language}", headers={"accept-language": "es, fr"}
    )

    told = response.json()
    assert told["lang"] == response["Content-Language"] == language
    assert told["session"]["title"] == f"In {language}"
    assert f"/{language}/sessions/" in told["session"]["url"]
    assert "title" not in told["session"]["fallback"]


def test_the_language_is_english_whatever_the_browser_prefers(client):
    make_session(title_en="In English", title_fr="En français")

    response = client.get("/api/v1/sessions", headers={"accept-language": "fr"})

    assert response["Content-Language"] == response.json()["lang"] == "en"
    assert response.json()["items"][0]["title"] == "In English"


def test_a_text_that_is_not_translated_is_english_and_named(client):
    session = make_session(
        number=9, title_en="Copyright", title_fr="Droit d’auteur", summary="Words."
    )
    Topic.objects.create(session=session, text_en="Data", text_fr="Données")
    Topic.objects.create(session=session, text_en="Models")
    speaker = make_speaker(affiliation_en="An office")
    Appearance.objects.create(session=session, speaker=speaker)

    told = ask(client, "sessions/9", lang="fr")["session"]

    assert (told["title"], told["summary"]) == ("Droit d’auteur", "Words.")
    assert told["fallback"] == ["summary", "city"]
    assert told["topics"] == [
        {"text": "Données", "fallback": []},
        {"text": "Models", "fallback": ["text"]},
    ]
    assert told["podium"][0]["function"] == "An office"
    assert told["podium"][0]["fallback"] == ["function"]
    assert ask(client, "sessions/9")["session"]["fallback"] == []


def test_the_languages_of_the_api_are_those_of_the_site():
    assert [*typing.get_args(schemas.Language)] == LANGUAGES


def test_the_modes_of_the_api_are_those_of_sessions():
    assert [*typing.get_args(schemas.SessionMode)] == Session.Mode.values


# Headers -----------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*LISTS, "openapi.json"])
def test_an_answer_may_be_kept_and_is_sent_once(client, path):
    make_session()

    first = client.get(f"/api/v1/{path}")

    assert first["Cache-Control"].startswith("public, max-age=0, s-maxage=5")
    assert first["Access-Control-Allow-Origin"] == "*"
    assert first["ETag"].startswith('"')  # strong
    assert not first.cookies
    again = client.get(f"/api/v1/{path}", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Access-Control-Allow-Origin"] == "*"


def test_an_edit_changes_the_etag(client):
    session = make_session()
    before = client.get("/api/v1/sessions")["ETag"]

    session.title = "Another one"
    session.save()

    after = client.get("/api/v1/sessions", headers={"if-none-match": before})
    assert after.status_code == 200
    assert after["ETag"] != before


def test_head_answers_like_get(client):
    make_session()

    response = client.head("/api/v1/sessions")

    assert response.status_code == 200
    assert response["ETag"] == client.get("/api/v1/sessions")["ETag"]


# Its description ---------------------------------------------------------------------


def test_the_openapi_document_names_every_answer(client):
    document = client.get("/api/v1/openapi.json").json()

    assert document["servers"] == [{"url": "http://localhost"}]
    assert set(document["paths"]) == {
        f"/api/v1/{path}"
        for path in [*LISTS, "sessions/{number}", "sessions/{number}/programme"]
    }
    for path, methods in document["paths"].items():
        [(method, operation)] = methods.items()
        wanted = {"200", "400", "422"} | ({"404"} if "{" in path else set())
        assert method == "get"
        assert set(operation["responses"]) == wanted


@pytest.mark.parametrize("path", ["", "docs"])
@pytest.mark.parametrize(("query", "language"), [("", "en"), ("?lang=ar", "ar")])
def test_the_start_leads_to_the_description(client, path, query, language):
    response = client.get(f"/api/v1/{path}{query}", headers={"accept-language": "fr"})

    assert (response.status_code, response["Location"]) == (302, f"/{language}/api/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_description_is_a_page_of_our_own_that_tells_the_whole_document(
    client, language
):
    page = parse(client.get(f"/{language}/api/"))

    document = client.get("/api/v1/openapi.json").json()
    assert page.one("html").attrs["lang"] == language
    assert against_the_policy(page) == []
    assert page.all("script") == []
    for path, methods in document["paths"].items():
        section = page.one("section", id=methods["get"]["operationId"])
        assert section.one("h2").text == f"GET {path}"
        terms = [
            term.all("code")[0].text for term in section.all("dt") if term.all("code")
        ]
        assert terms == [one["name"] for one in methods["get"]["parameters"]]
    for name in document["components"]["schemas"]:
        page.one("section", id=name)
    inside = [link for link in page.links if link.startswith("#")]
    ids = {element.attrs.get("id") for element in page}
    assert {link.removeprefix("#") for link in inside} <= ids
    assert reverse("api:openapi-json") in page.links


# The cost ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("sessions", 2),  # sessions, their themes
        ("sessions?q=topic", 4),  # and what can be found: topics, speakers
        ("sessions/9", 6),  # session, themes, topics, documents, sources, podium
        ("sessions/9/programme", 3),  # session, items, appearances with speakers
        ("themes", 3),  # how many, themes, their sessions
        ("speakers", 3),  # how many, speakers, their appearances
        ("figures", 2),  # sessions, their figures
        ("openapi.json", 0),
    ],
)
@pytest.mark.parametrize("rows", [1, 12])
def test_an_answer_costs_the_same_however_much_it_tells(
    client, django_assert_num_queries, path, queries, rows
):
    fill_session(held(number=9), rows)
    for _session in range(rows):
        fill_session(held(), 1)

    with django_assert_num_queries(queries):
        response = client.get(f"/api/v1/{path}")

    assert response.status_code == 200
