"""The form with its script: found in any language, by keyboard, in both directions."""

import pytest
from playwright.sync_api import expect

from participants.exports.list_of_participants import printed_heading
from participants.models import Registration
from tests.factories import make_delegation, make_registration, make_session


@pytest.fixture
def session(settings, live_server):
    settings.SITE_URL = live_server.url
    return make_session(interpretation_languages=["fr"])


def open_form(page, live_server, session, language="en"):
    page.goto(f"{live_server.url}/{language}/sessions/{session.slug}/register/")
    return page.get_by_role("combobox", name="Country or territory")


def wait_for_names(page):
    with page.expect_response("**/names/countries.json"):
        page.locator("#id_country").focus()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Suisse", "Switzerland"),
        ("cote d ivoire", "Côte d’Ivoire"),
        ("Швейц", "Switzerland"),
        ("瑞士", "Switzerland"),
        ("مغرب", "Morocco"),
        ("TURKIYE", "Türkiye"),
    ],
)
def test_a_country_is_found_as_somebody_calls_it(
    page, live_server, session, typed, found
):
    box = open_form(page, live_server, session)
    wait_for_names(page)

    box.fill(typed)

    first = page.locator("#id_country-list [role=option]").first
    expect(first).to_have_text(found.replace("’", "'") if "Ivoire" in found else found)
    expect(first).to_have_attribute("aria-selected", "true")
    box.press("Enter")
    assert page.locator("select[name=country]").input_value()
    assert not Registration.objects.exists()  # enter chose, it did not send


def test_the_keyboard_alone_moves_chooses_closes_and_clears(page, live_server, session):
    box = open_form(page, live_server, session)
    select = page.locator("select[name=country]")
    expect(box).to_have_attribute("aria-expanded", "false")

    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    active = box.get_attribute("aria-activedescendant")
    expect(page.locator(f"#{active}")).to_have_attribute("aria-selected", "true")
    box.press("ArrowUp")  # around the end
    box.press("Enter")
    assert select.input_value() == "ZZ"
    expect(box).to_have_value("Not listed")
    box.press("ArrowDown")
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    assert select.input_value() == "ZZ"
    box.press("Escape")
    assert select.input_value() == ""

    box.fill("switzerland")
    box.press("Tab")
    assert select.input_value() == "CH"
    box.fill("Atlantis")
    expect(page.get_by_role("option", name="Nothing found")).to_be_visible()
    box.press("Tab")
    assert select.input_value() == ""
    expect(box).to_have_value("Atlantis")  # what was typed stays to be seen


def test_in_arabic_the_list_opens_under_its_field(page, live_server, session):
    page.set_viewport_size({"width": 360, "height": 740})
    open_form(page, live_server, session, "ar")
    wait_for_names(page)
    page.fill("#id_country", "suisse")

    option = page.locator("#id_country-list [role=option]").first
    expect(option).to_have_text("سويسرا")
    field = page.locator("#id_country").bounding_box()
    box = page.locator("#id_country-list").bounding_box()
    assert (box["x"], box["width"]) == (field["x"], field["width"])


@pytest.mark.parametrize(
    ("language", "answers"),
    [
        ("en", {"family_name": "straße-Núñez", "given_name": "Ana", "city": "Lima"}),
        ("en", {"family_name": "王", "given_name": "小明", "organisation": "Demo"}),
        ("ar", {"family_name": "Suharto", "form_of_address": "he_ms"}),
        ("es", {"family_name": "Demo", "form_of_address": "ms", "function": "Jefa"}),
        (
            "en",
            {
                "family_name": "Иванова",
                "form_of_address": "ms",
                "organisation": "Ruritanié",
            },
        ),
        ("ar", {"family_name": "حدّاد", "given_name": "ليلى", "city": "بيروت"}),
    ],
)
def test_the_entry_shown_while_typing_is_the_very_line_of_the_server(
    page, live_server, session, language, answers
):
    state = make_delegation(name="Ruritania", name_en="Ruritania", name_fr="Ruritanie")
    blank = {"given_name": "", "organisation": "", "function": ""}
    row = make_registration(
        session,
        category="member_state",
        delegation=state,
        language=language,
        **(blank | answers),
    )
    open_form(page, live_server, session, language)
    page.check("[name=category][value=member_state]")
    page.fill("#id_delegation", "ruri")
    page.keyboard.press("Enter")
    expect(page.locator("select[name=delegation]")).to_have_value(str(state.pk))

    for name, value in answers.items():
        if name == "form_of_address":
            page.select_option(f"[name={name}]", value)
        else:
            page.fill(f"[name={name}]", value)

    expect(page.locator("[data-show=entry]")).to_have_text(row.listed_as)
    expect(page.locator("[data-show=delegation]")).to_have_text(printed_heading(state))
    expect(page.locator("[data-show=badge]")).to_have_text(row.full_name)
    expect(page.locator("[data-show=for]")).to_have_text("Ruritania")


def test_a_question_left_open_leaves_nothing_in_the_entry(page, live_server, session):
    make_delegation(name="Ruritania")
    open_form(page, live_server, session)

    page.check("[name=category][value=member_state]")
    page.fill("[name=family_name]", "Suharto")

    expect(page.locator("#id_delegation")).to_have_value("")
    expect(page.locator("[data-show=entry]")).to_have_text("SUHARTO")
    expect(page.locator("[data-show=delegation]")).to_have_text("")
    expect(page.locator("[data-show=for]")).to_have_text("")
