"""What everybody reads: home, list and session pages, in six languages."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from sessions.models import Appearance, Category, Session
from tests.factories import make_session
from tests.pages import parse
from tests.sessions.factories import fill_session, make_item, make_speaker

pytestmark = pytest.mark.django_db
LANGUAGES = [code for code, _name in settings.LANGUAGES]


def make_past_session(**fields):
    """Make a session of last year, whose registration was never here."""
    day = timezone.now().date() - timedelta(days=365)
    defaults = {"starts_on": day, "ends_on": day}
    nothing = {"registration_opens_at": None, "registration_closes_at": None}
    return make_session(**nothing | defaults | fields)


def page_url(session, language="en"):
    with translation.override(language):
        return session.get_absolute_url()


def page_of(client, session, language="en"):
    response = client.get(page_url(session, language))
    assert response.status_code == 200
    return parse(response)


# The root and the languages -------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("fr-CH, fr;q=0.9, en;q=0.8", "fr"),
        ("ar", "ar"),
        ("zh-CN,zh;q=0.9", "zh-hans"),
        ("ru;q=0.1, es;q=0.9", "es"),
        ("de, it;q=0.5", "en"),
        ("*", "en"),
        ("\xff;q=what", "en"),
        ("", "en"),
    ],
)
def test_the_root_sends_to_the_best_language_and_is_kept_by_nobody(
    client, accepted, language
):
    response = client.get("/", headers={"accept-language": accepted})

    assert response.status_code == 302
    assert response["Location"] == f"/{language}/"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_says_its_language_and_its_direction(client, language):
    root = page_of(client, make_session(), language).one("html")

    assert root.attrs["lang"] == language
    assert root.attrs["dir"] == ("rtl" if language == "ar" else "ltr")


@pytest.mark.parametrize("name", ["home", "list", "detail"])
@pytest.mark.parametrize("language", ["en", "ar", "zh-hans"])
def test_the_language_switch_keeps_the_page(client, name, language):
    session = make_session()
    arguments = [session.slug] if name == "detail" else []

    def address(code):
        with translation.override(code):
            return reverse(f"sessions:{name}", args=arguments)

    page = parse(client.get(address(language) + "?year=2024"))

    switch = page.one("ul", class_="langs").all("a")
    assert [a.attrs["hreflang"] for a in switch] == LANGUAGES
    assert [a.attrs["href"] for a in switch] == [
        address(code) + "?year=2024" for code in LANGUAGES
    ]
    assert [a.attrs["lang"] for a in switch if "aria-current" in a.attrs] == [language]
    for a in switch:
        assert client.get(a.attrs["href"]).status_code == 200


@pytest.mark.parametrize("language", ["en", "ar"])
def test_search_engines_find_the_page_in_every_language(client, language):
    session = make_session()

    links = page_of(client, session, language).all("link", rel="alternate")

    alternates = [link for link in links if "hreflang" in link.attrs]
    found = {a.attrs["hreflang"]: a.attrs["href"] for a in alternates}
    wanted = {code: f"http://localhost{page_url(session, code)}" for code in LANGUAGES}
    assert found == wanted | {"x-default": wanted["en"]}
    assert len(alternates) == 7


def test_an_address_without_a_language_leads_to_the_best_one(client):
    response = client.get("/sessions/", headers={"accept-language": "fr"})

    assert (response.status_code, response["Location"]) == (302, "/fr/sessions/")


def test_a_text_that_is_not_translated_is_marked_as_english(client):
    session = make_session(title_en="Bytes & Rights")

    heading = page_of(client, session, "ar").one("h1")

    fallback = heading.one("span")
    assert (fallback.attrs["lang"], fallback.attrs["dir"]) == ("en", "ltr")
    assert fallback.text == "Bytes & Rights"


def test_only_reading_is_allowed(client):
    for url in ["/", "/en/", "/en/sessions/", page_url(make_session())]:
        assert client.post(url).status_code == 405
        assert client.head(url).status_code in {200, 302}


# Home and list ----------------------------------------------------------------------


def test_home_shows_the_next_session_first(client):
    past = make_past_session()
    coming = make_session(title="Coming soon")
    later = make_session(
        starts_on=date(2099, 5, 1), ends_on=date(2099, 5, 2), title="Far ahead"
    )
    make_session(title="Called off", status=Session.Status.CANCELLED)

    page = parse(client.get("/en/"))

    assert page.one("h1").text == "Coming soon"
    assert "Next session" in page.text
    for session in [past, later, coming]:
        assert page_url(session) in page.links
    register = reverse("participants:register", args=[coming.slug])
    assert register in page.links


def test_home_goes_by_date_where_the_numbers_do_not(client):
    make_session(
        starts_on=date(2099, 5, 1), ends_on=date(2099, 5, 2), title="Numbered first"
    )
    make_session(title="Held first")

    home, found = parse(client.get("/en/")), parse(client.get("/en/sessions/"))

    assert home.one("h1").text == "Held first"
    words = found.one("div", class_="wide").text
    assert words.index("Held first") < words.index("Numbered first")


def test_between_sessions_home_shows_the_last_one(client):
    make_past_session(starts_on=date(2019, 9, 27), ends_on=date(2019, 9, 27))
    make_past_session(title="The last one")

    page = parse(client.get("/en/"))

    assert page.one("h1").text == "The last one"
    assert "Latest session" in page.text
    assert "Next session" not in page.text


def test_home_and_list_stand_without_any_session(client):
    make_session(status=Session.Status.DRAFT, title="Nobody may know")

    for url in ["/en/", "/en/sessions/"]:
        page = parse(client.get(url))
        assert len(page.all("h1")) == 1
        assert "Nobody may know" not in page.text


def test_a_demonstration_is_marked_and_not_counted_among_the_series(client):
    session = make_session(is_demonstration=True)
    make_past_session()
    make_past_session(is_demonstration=True)

    home = parse(client.get("/en/"))

    cover = next(e for e in home.all("section") if "cover" in e.attrs["class"])
    assert "Demonstration" in cover.text
    assert len(home.one("ol", class_="strip").all("li")) == 1
    assert "No such session will be held." in page_of(client, session).text


def test_the_list_parts_coming_from_past_by_year(client):
    make_session(title="Coming")
    make_past_session(starts_on=date(2019, 9, 27), ends_on=date(2019, 9, 27))
    make_past_session(starts_on=None, ends_on=None, held_year=2022, title="By year")
    make_session(
        title="Without a date",
        starts_on=None,
        ends_on=None,
        registration_opens_at=None,
        registration_closes_at=None,
    )
    make_session(title="Off", status=Session.Status.CANCELLED)

    page = parse(client.get("/en/sessions/"))

    coming, past = page.one("div", class_="wide").all("section")
    assert "Coming" in coming.text
    assert "Without a date" in coming.text
    assert "Session cancelled" in coming.text
    assert [h.text for h in past.all("h3", class_="year")] == ["2022", "2019"]
    assert "By year" in past.text


# A session ---------------------------------------------------------------------------


def test_a_session_page_has_all_that_is_known(client):
    session = make_session(
        title="Bytes and Rights",
        summary="Two days on training data.",
        description="## Why\n\nBecause of **models**.",
        starts_on=date(2099, 3, 13),
        ends_on=date(2099, 3, 14),
        venue="Room A",
        meeting_code="WIPO/IP/CONV/GE/99",
        hours="10:00–18:00",
        interpretation_languages=["en", "ar"],
        webcast_url="https://webcast.wipo.int/",
        recording_url="https://c.wipo.int/video/",
    )
    fill_session(session, 1)
    item = make_item(session, title="Copyright and its conundrum")
    speaker = make_speaker(affiliation="An Office")
    Appearance.objects.create(
        session=session,
        agenda_item=item,
        speaker=speaker,
        role=Appearance.Role.MODERATOR,
        function="Head of an Office",
    )

    page = page_of(client, session)

    words = page.one("main").text
    for part in [
        "Bytes and Rights",
        "13–14 March 2099",
        "Two days on training data.",
        "Room A",
        "WIPO/IP/CONV/GE/99",
        "10:00–18:00, Geneva time (UTC+1)",
        "العربية",
        "Copyright and its conundrum",
        "Ana Núñez",
        "Moderator",
        "Head of an Office",
        f"Topic {session.number}-0",
        f"Theme {session.number}-0",
        f"Source {0}",
        "Friday 13 March",
    ]:
        assert part in words
    assert [h.text for h in page.all("h3") if h.text == "Why"] == []
    assert [h.text for h in page.all("h4") if h.text == "Why"] == ["Why"]
    assert "https://webcast.wipo.int/" in page.links
    assert "https://c.wipo.int/video/" in page.links


def test_the_programme_is_told_in_the_time_of_the_venue(client):
    session = make_session(time_zone="America/New_York")
    item = make_item(session)  # at ten in the morning, there

    page = page_of(client, session)

    line = page.one("ol", class_="prog").one("li")
    begin, end = line.all("time")
    assert (begin.text, end.text) == ("10:00", "11:00")
    assert begin.attrs["datetime"] == item.starts_at.isoformat()


def test_a_cancelled_session_says_so_and_takes_no_registration(client):
    session = make_session(status=Session.Status.CANCELLED)

    page = page_of(client, session)

    assert "Session cancelled" in page.one("main").text
    assert not [link for link in page.links if "register" in link]


@pytest.mark.parametrize(
    ("fields", "words", "opens"),
    [
        ({}, "Registration is open", True),
        (
            {"registration_opens_at": timezone.now() + timedelta(days=3)},
            "Opens",
            False,
        ),
        ({"registration_closes_at": timezone.now()}, "Registration closed", False),
        (
            {"registration_opens_at": None, "registration_closes_at": None},
            "Registration is not announced yet.",
            False,
        ),
    ],
    ids=["open", "not yet", "closed", "not announced"],
)
def test_a_session_page_says_whether_one_can_register(client, fields, words, opens):
    session = make_session(**fields)
    register = reverse("participants:register", args=[session.slug])

    page = page_of(client, session)

    assert (register in page.links) is opens
    neighbour = parse(client.get("/en/sessions/"))
    assert words in page.text + neighbour.text


def test_an_edit_is_on_the_page_at_the_next_request(client):
    session = make_session(title="Before")
    assert page_of(client, session).one("h1").text == "Before"

    session.title = "After"
    session.in_person_categories = [Category.ACADEMIA]
    session.save()

    assert page_of(client, session).one("h1").text == "After"
    assert "After" in parse(client.get("/en/sessions/")).text


def test_neighbours_are_linked_but_no_drafts(client):
    before, session = make_session(), make_session()
    draft = make_session(status=Session.Status.DRAFT)

    links = page_of(client, session).links

    assert page_url(before) in links
    assert page_url(draft) not in links


@pytest.mark.parametrize("slug", ["there-is-none", "x" * 3000, "9-تدريب"])
def test_an_unknown_session_is_not_found(client, slug):
    assert client.get(f"/en/sessions/{slug}/").status_code == 404


# The cost ----------------------------------------------------------------------------

# Session, programme, who appears, what else hangs on it, sessions nearby, places.
QUERIES_OF_A_SESSION = 6
QUERIES_OF_A_LIST = 2  # sessions; their themes or figures


@pytest.mark.parametrize("length", [2, 25])
def test_a_session_page_costs_the_same_however_long_the_programme(
    client, django_assert_num_queries, length
):
    session = make_session(capacity_in_person=20)
    fill_session(session, length)
    page_of(client, session)  # what is asked once a process

    with django_assert_num_queries(QUERIES_OF_A_SESSION):
        page = page_of(client, session)

    assert len(page.one("ol", class_="prog").all("h4")) == length
    assert len(page.one("ul", class_="people").all("li")) == length


@pytest.mark.parametrize("sessions", [2, 25])
@pytest.mark.parametrize("url", ["/en/", "/ar/sessions/"])
def test_home_and_list_cost_the_same_however_many_sessions(
    client, django_assert_num_queries, sessions, url
):
    for n in range(sessions):
        make_session() if n % 2 else make_past_session()

    with django_assert_num_queries(QUERIES_OF_A_LIST):
        client.get(url)
