"""The languages of a text as tabs: by keyboard, in both directions, errors first."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from sessions.models import Session
from tests.browser.axe import judged
from tests.browser.test_admin_pages import signed_in
from tests.factories import make_session
from tests.sessions.factories import make_item

pytestmark = pytest.mark.looks
NAMES = ["English", "العربية", "中文", "Français", "Русский", "Español"]


@pytest.fixture
def session():
    session = make_session()
    make_item(session)
    return session


def open_form(page, live_server, session):
    path = reverse("admin:conversation_session_change", args=[session.pk])
    page.goto(live_server.url + path)
    return page.get_by_role("tablist").first


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_keys_go_from_language_to_language(
    new_context, live_server, session, language
):
    onwards, back = "ArrowRight", "ArrowLeft"
    if language == "ar":
        onwards, back = back, onwards
    page = signed_in(new_context, live_server, language)
    tabs = open_form(page, live_server, session).get_by_role("tab")

    assert all(name in tabs.nth(at).inner_text() for at, name in enumerate(NAMES))
    expect(page.locator("[name=title_en]")).to_be_visible()
    expect(page.locator("[name=title_fr]")).to_be_hidden()
    tabs.nth(0).focus()
    for key, at in [(onwards, 1), (onwards, 2), (back, 1), ("End", 5), (onwards, 0)]:
        page.keyboard.press(key)
        expect(tabs.nth(at)).to_be_focused()
        expect(tabs.nth(at)).to_have_attribute("aria-selected", "true")
    page.keyboard.press(back)

    expect(page.locator("[name=title_es]")).to_be_visible()
    expect(page.locator("[name=title_en]")).to_be_hidden()
    assert judged(page) == []


def test_an_error_opens_its_language_and_marks_it(new_context, live_server, session):
    page = signed_in(new_context, live_server)
    tabs = open_form(page, live_server, session).get_by_role("tab")
    tabs.nth(5).click()
    page.fill("[name=title_es]", "Una\u202e sesión")
    page.locator("[name=_continue]").first.click()
    page.wait_for_selector(".errornote")

    expect(tabs.nth(5)).to_have_attribute("aria-selected", "true")
    expect(tabs.nth(5)).to_contain_text("hidden character")
    expect(page.locator("[name=title_es]")).to_be_visible()
    page.fill("[name=title_es]", "Una sesión")
    page.locator("[name=_continue]").first.click()
    page.wait_for_selector(".success")
    assert Session.objects.get().title_es == "Una sesión"


def test_a_row_that_is_added_has_tabs_of_its_own(new_context, live_server, session):
    page = signed_in(new_context, live_server)
    open_form(page, live_server, session)
    page.locator("#agenda_items-group > fieldset > details > summary").click()
    page.locator("#agenda_items-group .add-row a").click()
    added = page.locator("#agenda_items-1")

    added.get_by_role("tab", name="Français").click()

    expect(page.locator("[name=agenda_items-1-title_fr]")).to_be_visible()
    expect(page.locator("[name=agenda_items-1-title_en]")).to_be_hidden()


def test_without_scripts_every_language_can_be_unfolded(
    new_context, live_server, session
):
    page = signed_in(new_context, live_server, java_script_enabled=False)
    path = reverse("admin:conversation_session_change", args=[session.pk])
    page.goto(live_server.url + path)

    page.locator("#session_form summary", has_text="Français").first.click()

    expect(page.locator("[name=title_fr]")).to_be_visible()
    expect(page.locator("[name=title_en]")).to_be_visible()
