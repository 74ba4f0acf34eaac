"""Themes, speakers, notices, and what a session page says beside its own rows."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sessions import views
from sessions.models import AgendaItem, Appearance, Session, Theme
from tests.factories import make_session
from tests.pages import against_the_policy, parse
from tests.sessions.factories import fill_session, make_item, make_picture, make_speaker

pytestmark = pytest.mark.django_db
LANGUAGES = [code for code, _name in settings.LANGUAGES]


def appear(speaker, session, **fields):
    return Appearance.objects.create(speaker=speaker, session=session, **fields)


# Themes -----------------------------------------------------------------------------


def test_a_theme_of_drafts_alone_is_not_public_yet(client):
    theme = Theme.objects.create(slug="secret", name="Secret theme")
    make_session(status=Session.Status.DRAFT).themes.add(theme)

    page = parse(client.get("/en/themes/"))

    assert "Secret theme" not in page.text
    assert client.get("/en/themes/secret/").status_code == 404
    assert client.get("/en/themes/there-is-none/").status_code == 404


def test_a_theme_leads_to_its_sessions_and_no_drafts(client):
    theme = Theme.objects.create(slug="law", name="Copyright")
    shown, draft = make_session(), make_session(status=Session.Status.DRAFT)
    theme.sessions.set([shown, draft])

    lists = parse(client.get("/en/themes/")).one("main")
    page = parse(client.get("/en/themes/law/")).one("main")

    assert "/en/themes/law/" in lists.links
    assert "1 session" in lists.text
    assert shown.get_absolute_url() in page.links
    assert draft.get_absolute_url() not in page.links


def test_a_theme_without_a_translation_is_marked_as_english(client):
    theme = Theme.objects.create(slug="law", name_en="Copyright")
    make_session().themes.add(theme)

    for url in ["/ar/themes/", "/ar/themes/law/"]:
        heading = parse(client.get(url)).one("main").all("span", lang="en", dir="ltr")
        assert "Copyright" in [h.text for h in heading]


# Speakers ---------------------------------------------------------------------------


@pytest.mark.parametrize("pk", ["0", "1", "99999999999999999999", "x", "-1"])
def test_an_unknown_speaker_is_not_found(client, pk):
    assert client.get(f"/en/speakers/{pk}/").status_code == 404


def test_who_is_in_drafts_alone_has_no_page(client):
    speaker = make_speaker(name="Nobody May Know")
    appear(speaker, make_session(status=Session.Status.DRAFT))

    assert "Nobody May Know" not in parse(client.get("/en/speakers/")).text
    assert client.get(f"/en/speakers/{speaker.pk}/").status_code == 404


def test_a_speaker_has_a_page_with_every_appearance(client):
    speaker = make_speaker(
        name="Ana <Núñez>",
        affiliation="An Office",
        biography="**Ana** has [a site](javascript:alert(1)).",
        photo=make_picture(),
    )
    first, second = make_session(), make_session()
    item = make_item(first, title="Bytes and rights")
    appear(speaker, first, agenda_item=item, role="moderator")
    appear(speaker, first, role="chair")
    appear(speaker, second, function="Minister")

    page = parse(client.get(f"/en/speakers/{speaker.pk}/"))

    main = page.one("main")
    assert page.one("h1").text == "Ana <Núñez>"
    rows = main.one("ol", class_="rows").all("li")
    assert ["Minister" in rows[0].text, "Bytes and rights" in rows[1].text] == [
        True
    ] * 2
    assert "Moderator" in rows[1].text
    assert "Chair" in rows[1].text
    assert "An Office" in main.text
    assert [e.text for e in main.all("strong")] == ["Ana"]
    assert not [link for link in main.links if "javascript" in link]
    assert "/en/pictures/speaker/" in main.one("img", class_="face large").attrs["src"]


def test_a_session_leads_to_its_speakers_and_themes(client):
    session = make_session()
    fill_session(session, 1)
    speaker = Appearance.objects.filter(session=session)[0].speaker
    theme = session.themes.get()

    links = parse(client.get(session.get_absolute_url())).one("main").links

    assert links.count(f"/en/speakers/{speaker.pk}/") == 2  # podium and programme
    assert f"/en/themes/{theme.slug}/" in links


def test_a_preview_leads_to_no_page_that_is_not_there_yet(admin_client):
    draft = make_session(status=Session.Status.DRAFT)
    fill_session(draft, 2)

    page = parse(admin_client.get(f"{draft.get_absolute_url()}?preview"))

    links = page.one("main").links
    assert not [x for x in links if "/speakers/" in x or "/themes/" in x or ".ics" in x]


@pytest.mark.parametrize("rows", [1, 9])
@pytest.mark.parametrize(
    ("url", "queries"),
    [
        ("themes/", 2),
        ("themes/t{number}-0/", 2),
        ("speakers/", 1),
        ("speakers/{speaker}/", 1),
        ("api/", 0),
        ("accessibility/", 0),
    ],
)
def test_a_page_costs_the_same_however_much_there_is(
    client, django_assert_num_queries, rows, url, queries
):
    session = make_session()
    fill_session(session, rows)
    theme = session.themes.get(slug=f"t{session.number}-0")
    speaker = Appearance.objects.filter(session=session)[0].speaker
    for _n in range(rows):
        other = make_session()
        other.themes.add(theme)
        appear(speaker, other)
    url = url.format(number=session.number, speaker=speaker.pk)

    with django_assert_num_queries(queries):
        response = client.get(f"/fr/{url}")

    assert response.status_code == 200


# A session --------------------------------------------------------------------------


def test_sessions_that_share_a_theme_are_related_and_no_drafts(client):
    law, data = (Theme.objects.create(slug=s, name=s) for s in ("law", "data"))
    alone = make_session(title="Shares nothing")
    related = make_session(title="Shares a theme")
    draft = make_session(title="Shares it unseen", status=Session.Status.DRAFT)
    between = make_session(title="Between")
    session = make_session()
    session.themes.set([law, data])
    for other in (related, draft):
        other.themes.add(law)
    between.themes.set([law, data])

    page = parse(client.get(session.get_absolute_url()))

    section = next(s for s in page.all("section") if "Related" in s.text)
    assert section.links == [related.get_absolute_url()]  # the one between is beside
    assert alone.get_absolute_url() not in page.links


def test_what_runs_now_is_marked_when_the_page_is_made(client):
    now = timezone.now()
    session = make_session(
        starts_on=now.date(), ends_on=now.date(), registration_closes_at=now
    )
    hour = timedelta(hours=1)
    for start in (now - 2 * hour, now - hour / 2, now + hour):
        make_item(session, starts_at=start, ends_at=start + hour)

    page = parse(client.get(session.get_absolute_url()))

    items = page.one("main").all("span", class_="tag now")
    assert ["hidden" in tag.attrs for tag in items] == [True, False, True]
    current = [li for ol in page.all("ol", class_="prog") for li in ol.all("li")]
    assert [li.attrs.get("aria-current") for li in current] == [None, "time", None]


def test_the_form_says_when_the_programme_begins_at_the_venue(client):
    session = make_session(time_zone="Asia/Tokyo")
    make_item(session, kind=AgendaItem.Kind.OPENING)

    page = parse(client.get(reverse("participants:register", args=[session.slug])))

    place = next(e for e in page.all("b") if "data-starts" in e.attrs)
    assert "10:00, Asia/Tokyo (UTC+9)" in page.text
    assert place.attrs["data-starts"].endswith("T10:00:00+09:00")
    assert place.attrs["data-words"] == "For you it starts at {}"
    assert "hidden" in place.attrs


# Notices and errors -----------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["accessibility", "themes", "speakers", "figures"])
def test_every_page_stands_without_rows_in_every_language(client, language, path):
    response = client.get(f"/{language}/{path}/")

    page = parse(response)
    assert response.status_code == 200
    assert len(page.all("h1")) == 1
    assert against_the_policy(page) == []
    assert client.post(f"/{language}/{path}/").status_code == 405


def test_a_page_is_marked_in_the_menu(client):
    session = make_session()

    def current(url):
        links = parse(client.get(url)).one("ul", class_="nav").all("a")
        return {a.text: a.attrs.get("aria-current") for a in links}

    assert current("/en/figures/")["Figures"] == "page"
    within = current(session.get_absolute_url())
    assert within["Sessions"] == "true"
    assert within["Speakers"] is None


@pytest.mark.parametrize("fault", [OperationalError("gone"), RuntimeError("a fault")])
def test_a_database_that_is_away_is_said_to_come_back(monkeypatch, caplog, fault):
    caplog.set_level("CRITICAL", logger="django.request")

    def fail(*_arguments):
        raise fault

    monkeypatch.setattr(views, "render", fail)

    response = Client(raise_request_exception=False).get("/ar/")

    away = isinstance(fault, OperationalError)
    assert response.status_code == (503 if away else 500)
    assert response.has_header("Retry-After") is away
    assert parse(response).one("html").attrs["lang"] == "ar"
    assert str(fault) not in response.content.decode()
