"""WCAG 2.2 AA on every kind of page, by axe-core and by the keyboard."""

from itertools import groupby

import pytest
from django.conf import settings

from sessions.models import Appearance, Session
from tests.browser.axe import DESKTOP, PHONE, judged_in_all_views
from tests.factories import make_registration, make_session
from tests.sessions.factories import fill_session, make_document, make_item

pytestmark = pytest.mark.looks


@pytest.fixture(autouse=True)
def _own_folder_and_links(settings, live_server, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.SITE_URL = live_server.url


def make_pages():
    """Make what the site can show; return the kinds of pages, without language."""
    session = make_session(
        description="# Heading\n\nWords, a [link](https://www.wipo.int/).\n\n- one",
        summary="Two sentences. For the list.",
        venue="Conference hall",
        hours="10:00–18:00",
        webcast_url="https://webcast.wipo.int/",
        interpretation_languages=["ar", "en"],
        capacity_in_person=20,
        is_demonstration=True,
    )
    fill_session(session, 2)
    make_item(session)
    make_document(session, url="https://www.wipo.int/paper")
    past = make_session(
        starts_on=None,
        ends_on=None,
        held_year=2022,
        registration_opens_at=None,
        registration_closes_at=None,
    )
    Appearance.objects.create(session=past, speaker=session.appearances.first().speaker)
    cancelled = make_session(status=Session.Status.CANCELLED)
    make_registration(session)
    speaker, theme = past.appearances.get().speaker, session.themes.first()
    return [
        "",
        "sessions/",
        "sessions/?q=nothing+like+it",
        f"sessions/?theme={theme.slug}",
        f"sessions/{session.slug}/",
        f"sessions/{past.slug}/",
        f"sessions/{session.slug}/register/",
        f"sessions/{cancelled.slug}/register/",
        "themes/",
        f"themes/{theme.slug}/",
        "speakers/",
        f"speakers/{speaker.pk}/",
        "figures/",
        f"sessions/{session.slug}/figures/",
        "api/",
        "accessibility/",
        "privacy/",
        "nowhere/",
    ]


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_no_page_breaks_a_rule_in_any_colour_and_width(
    new_context, live_server, language
):
    pages = make_pages()
    page = new_context(reduced_motion="reduce").new_page()
    faults = []

    for path in pages:
        page.goto(f"{live_server.url}/{language}/{path}")
        faults += [f"{path} {what}" for what in judged_in_all_views(page)]

    assert not faults, "\n".join(faults)


# The keyboard -------------------------------------------------------------------------

FOCUSED = """
() => {
  const at = document.activeElement;
  const outline = [at, at.parentElement].map(getComputedStyle).some(
    (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 1);
  const box = at.getBoundingClientRect();
  const seen = window.seen ??= new WeakSet(), isAgain = seen.has(at);
  seen.add(at);
  if (at === document.body || isAgain) return null;
  return {
    what: at.getAttribute("href") || at.name || at.tagName.toLowerCase(),
    isShown: outline && box.height > 0,
    isInside: box.left >= -1 && box.right <= innerWidth + 1,
  };
}
"""
CONTROLS = """
() => [...document.querySelectorAll(
  "a[href], input:not([type=hidden]), select, textarea, button, summary")]
  .filter((e) => e.checkVisibility({visibilityProperty: true}) && !e.disabled
    && e.tabIndex >= 0 && !e.closest(".trap, [inert]"))
  .map((e) => e.getAttribute("href") || e.name || e.tagName.toLowerCase())
"""
MOST_STEPS = 150


def walk(page):
    """Press Tab to the end of the page; list what had the focus."""
    steps = []
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        if at is None:
            break
        steps.append(at)
    return steps


def without_repeats(whats):
    """Take buttons of one choice as one: Tab goes to one of them, arrows on."""
    return [what for what, _group in groupby(whats)]


@pytest.mark.parametrize("width", [DESKTOP, PHONE], ids=["1280", "320"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_keyboard_reaches_everything_in_order_and_shows_where_it_is(
    new_context, live_server, language, width
):
    paths = make_pages()
    page = new_context(viewport=width, reduced_motion="reduce").new_page()

    for path in ["", "sessions/", paths[4], paths[6], "speakers/", "figures/"]:
        page.goto(f"{live_server.url}/{language}/{path}")
        steps = walk(page)

        whats = [at["what"] for at in steps]
        assert [at for at in steps if not (at["isShown"] and at["isInside"])] == []
        assert whats[0] == "#main"
        controls = page.evaluate(CONTROLS)
        reached = [what for what in whats if what in controls]
        assert without_repeats(reached) == without_repeats(controls)


def test_the_skip_link_leads_into_the_content(new_context, live_server):
    make_pages()
    page = new_context().new_page()
    page.goto(f"{live_server.url}/en/sessions/")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_the_language_changes_by_the_keyboard_and_keeps_the_page(
    new_context, live_server
):
    page = new_context().new_page()
    page.goto(f"{live_server.url}/en/sessions/")

    while page.evaluate("document.activeElement.lang") != "ar":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    page.wait_for_url("**/ar/sessions/")
