"""The twelve sessions that were held, as the pages tell them."""

import pytest
from django.core.management import call_command

from sessions.models import Session
from tests.pages import parse

pytestmark = pytest.mark.django_db


@pytest.fixture
def _loaded():
    call_command("load_sessions", verbosity=0)


@pytest.fixture
def page_of(client, _loaded):
    def get(number, language="en"):
        slug = Session.objects.get(number=number).slug
        return parse(client.get(f"/{language}/sessions/{slug}/"))

    return get


def test_all_twelve_stand_in_the_list_and_have_a_page(client, page_of):
    page = parse(client.get("/en/sessions/"))

    assert Session.objects.public().count() == 12
    assert len(page.all("h4")) == 12
    for session in Session.objects.all():
        assert session.get_absolute_url() in page.links
        assert session.title in page_of(session.number).one("h1").text


def test_the_ninth_stands_among_the_past_sessions(client, page_of):
    listed = parse(client.get("/en/sessions/"))
    past = next(s for s in listed.all("section") if "Past sessions" in s.text)
    row = next(li for li in past.all("li") if "Training the Machines" in li.text)

    assert "13–14 March 2024" in row.text
    assert row.links[0].startswith("/en/sessions/9-")


def test_the_ninth_has_its_theme_topics_people_and_official_source(page_of):
    page = page_of(9)

    main = page.one("main")
    assert page.one("h1").text == (
        "Training the Machines – Bytes, Rights and the Copyright Conundrum"
    )
    assert "Ninth session" in main.text
    assert "13–14 March 2024" in main.text
    assert "Two days on the relation between training data and IP" in main.text
    topics = [li.text for li in main.one("ol", class_="list-n tone-2").all("li")]
    assert len(topics) == 9
    assert topics[0] == "Balance between AI development and artistic creation"
    assert "https://wipo.int/en/web/frontier-technologies/frontier_conversation" in (
        main.links
    )


def test_geneva_is_named_in_the_language_of_the_page(client, page_of):
    for language, city in {"ar": "جنيف", "zh-hans": "日内瓦", "ru": "Женева"}.items():
        page = parse(client.get(f"/{language}/sessions/"))
        assert city in page.text
        assert "Geneva" not in page.one("main").text


@pytest.mark.parametrize(
    ("name", "role", "function"),
    [
        (
            "Muhammadou M.O. Kah",
            "Chair",
            "Permanent Representative of the Gambia in Geneva",
        ),
        ("Daren Tang", "Speaker", "WIPO Director General"),
        ("Duncan Crabtree-Ireland", "Speaker", "SAG-AFTRA chief negotiator"),
    ],
)
def test_the_ninth_names_its_people_in_their_roles(page_of, name, role, function):
    people = page_of(9).one("ul", class_="people").all("li")

    entry = next(li for li in people if li.one("h3").text == name)
    assert len(people) == 3
    assert entry.one("p").text == f"{role} {function}"


def test_the_fifth_shows_its_year_and_no_day(client, page_of):
    page = page_of(5)
    row = next(
        li
        for li in parse(client.get("/en/sessions/")).all("li", class_="row tone-0")
        if "Frontier technologies in IP administration" in li.text
    )

    for place in (page.one("main"), row):
        when = next(
            t for t in place.all("time") if t.attrs["datetime"].startswith("2022")
        )
        assert (when.text, when.attrs["datetime"]) == ("2022", "2022")
    before = page.one("main").text.partition("Before and after")[0]
    assert "April" not in before
    assert "almost 1,000" in before
    assert "from more than 117 countries" in before


def test_what_is_only_remembered_is_not_shown_as_fact(page_of):
    main = page_of(9).one("main").text.partition("Before and after")[0]

    assert "Hybrid" not in main
    assert "Geneva time" not in main
    assert "City" not in main


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_page_links_to_an_unaffiliated_mirror(client, page_of, language):
    pages = [page_of(number, language) for number in range(1, 13)]
    pages += [parse(client.get(f"/{language}/{path}")) for path in ["", "sessions/"]]

    links = [link for page in pages for link in page.links]
    assert len(links) > 200
    for mirror in ["zunlong77", "icbia", "thesunshinescoop"]:
        assert not [link for link in links if mirror in link]
        assert not [page for page in pages if mirror in page.raw]


def test_official_titles_are_shown_in_their_language(page_of):
    heading = page_of(9, "fr").one("h1")

    assert heading.text
    own = Session.objects.get(number=9).title_fr
    assert bool(own) is (heading.all("span") == [])
