"""Finding sessions and speakers: words, filters, and what they leave to choose."""

import pytest
from django.utils import translation

from sessions.models import Appearance, Session, Theme
from tests.factories import make_session
from tests.pages import parse
from tests.sessions.factories import make_speaker

pytestmark = pytest.mark.django_db


@pytest.fixture
def series():
    """Make three sessions that share some themes, years and modes."""
    ai = Theme.objects.create(slug="ai", name="Artificial intelligence", name_fr="IA")
    law = Theme.objects.create(slug="law", name="Copyright")
    past = {
        "starts_on": None,
        "ends_on": None,
        "registration_opens_at": None,
        "registration_closes_at": None,
    }
    first = make_session(title="Début", held_year=2019, mode="online", **past)
    second = make_session(title="Training data", held_year=2020, mode="", **past)
    third = make_session(title="Metaverse", held_year=2020, mode="online", **past)
    first.themes.set([ai])
    second.themes.set([ai, law])
    second.topics.create(text="Fair compensation", text_fr="Rémunération équitable")
    Appearance.objects.create(session=third, speaker=make_speaker(name="Ana Núñez"))
    make_session(title="Training, but a draft", status=Session.Status.DRAFT)
    return first, second, third


def found(client, query, language="en"):
    """Return the titles of the sessions that a query of the address finds."""
    page = parse(client.get(f"/{language}/sessions/?{query}"))
    rows = [li for ol in page.all("ol", class_="rows") for li in ol.all("li")]
    titles = [row.one("a").text.rpartition(": ")[2] for row in rows]
    return sorted(titles)


def counts(client, query):
    """Return how many sessions each value of the filters leaves, by its words."""
    page = parse(client.get(f"/en/sessions/?{query}"))
    links = page.one("nav", class_="filters").all("a")
    return {
        spans[0].text: int(spans[1].text)
        for spans in (link.all("span") for link in links)
        if spans[0].text != "All"
    }


@pytest.mark.parametrize(
    "query",
    [
        "year=1066",
        "year=x",
        "year=%D9%A2",
        "mode=telepathy",
        "theme=none",
        "theme=ai&year=2021",
        "q=zzz",
        "q=" + "x" * 5000,
        "q=%25&mode=%27",
        "year=2020&year=2019&theme=law",
    ],
)
def test_what_does_not_exist_finds_nothing_and_offers_a_way_out(client, series, query):
    response = client.get(f"/en/sessions/?{query}")

    page = parse(response)
    assert response.status_code == 200
    assert not page.all("ol", class_="rows")
    main = page.one("main")
    assert "No results found" in main.text
    assert main.links.count("/en/sessions/") == 2  # clear the filters; all sessions


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("DEBUT", ["Début"]),
        ("artificial", ["Début", "Training data"]),
        ("ana nunez", ["Metaverse"]),
        ("fair copyright", ["Training data"]),
        ("fair metaverse", []),
        ("training draft", []),
    ],
)
def test_every_word_must_be_in_the_session_accents_and_case_do_not_count(
    client, series, words, titles
):
    assert found(client, f"q={words}") == titles


def test_words_are_found_in_the_active_language_and_in_english(client, series):
    assert found(client, "q=remuneration", "fr") == ["Training data"]
    assert found(client, "q=compensation", "fr") == ["Training data"]
    assert found(client, "q=remuneration", "en") == []


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("theme=ai", ["Début", "Training data"]),
        ("year=2020", ["Metaverse", "Training data"]),
        ("mode=unstated", ["Training data"]),
        ("theme=ai&mode=online", ["Début"]),
        ("q=data&theme=&year=", ["Training data"]),
    ],
)
def test_filters_narrow_the_list_together(client, series, query, titles):
    assert found(client, query) == titles


def test_counts_respect_the_words_and_the_other_filters(client, series):
    everything = counts(client, "")
    in_2020 = counts(client, "year=2020")

    assert everything == {
        "Artificial intelligence": 2,
        "Copyright": 1,
        "2020": 2,
        "2019": 1,
        "Online": 2,
        "Not stated": 1,
    }
    assert in_2020 == {
        "Artificial intelligence": 1,
        "Copyright": 1,
        "2020": 2,
        "2019": 1,
        "Online": 1,
        "Not stated": 1,
    }
    assert counts(client, "q=metaverse") == {"2020": 1, "Online": 1}


def test_a_filter_leads_on_and_is_taken_away_again(client, series):
    page = parse(client.get("/en/sessions/?q=ai&theme=ai&year=2020"))

    links = page.one("nav", class_="filters").all("a")
    chosen = [a.all("span")[0].text for a in links if "aria-current" in a.attrs]
    assert chosen == ["Artificial intelligence", "2020", "All"]
    assert "?q=ai&year=2020" in [a.attrs["href"] for a in links]
    assert "?q=ai&theme=ai" in [a.attrs["href"] for a in links]
    form = page.one("form", role="search")
    hidden = {
        i.attrs["name"]: i.attrs["value"] for i in form.all("input", type="hidden")
    }
    assert hidden == {"theme": "ai", "year": "2020"}


def test_what_was_searched_for_is_inert_on_the_page(client, series):
    words = "\"><script>alert('x')</script>"

    response = client.get("/en/sessions/", {"q": words, "theme": words})

    assert b"<script>alert" not in response.content
    assert parse(response).one("input", id="q").attrs["value"] == words


@pytest.mark.parametrize("sessions", [2, 12])
@pytest.mark.parametrize(("query", "queries"), [("", 2), ("q=a&year=2026", 4)])
def test_a_search_costs_the_same_however_many_sessions(
    client, django_assert_num_queries, sessions, query, queries
):
    for n in range(sessions):
        session = make_session()
        session.themes.add(Theme.objects.create(slug=f"t{n}", name=f"Theme {n}"))
        session.topics.create(text="A topic")
        Appearance.objects.create(session=session, speaker=make_speaker())

    with django_assert_num_queries(queries):
        client.get(f"/ar/sessions/?{query}")


# Speakers ---------------------------------------------------------------------------


@pytest.fixture
def people():
    session = make_session()
    with translation.override("en"):
        ana = make_speaker(name="Ana Núñez", affiliation="An Office")
        bo = make_speaker(name="Émile Zola", affiliation="A Paper")
    for person in (ana, bo):
        Appearance.objects.create(session=session, speaker=person, function="Chief")
    return ana, bo


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("zzz", []),
        ("NUNEZ", ["Ana Núñez"]),
        ("emile paper", ["Émile Zola"]),
        ("chief", ["Ana Núñez", "Émile Zola"]),
        ("", ["Ana Núñez", "Émile Zola"]),
    ],
)
def test_people_are_found_by_name_and_function(client, people, words, names):
    page = parse(client.get("/en/speakers/", {"q": words}))

    found = [h.text for ul in page.all("ul", class_="people") for h in ul.all("h3")]
    assert found == names
    assert ("No results found" in page.text) is not bool(names)
