"""The main job in a real browser: staff publish, a stakeholder registers, staff export.

The fixtures of this folder fail a test whose pages write an error to the console,
break the content security policy or ask another host.
"""

import csv
import re

import pytest
from django.core import mail
from playwright.sync_api import expect

from participants import services
from participants.models import Registration
from sessions.models import AgendaItem
from tests.factories import (
    make_delegation,
    make_registration,
    make_session,
    make_staff,
)
from tests.sessions.factories import fill_session, make_item, make_speaker

PASSWORD = "correct horse battery staple"
PHONE = {"width": 360, "height": 740}


@pytest.fixture(autouse=True)
def _own_folder_and_links(settings, live_server, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.SITE_URL = live_server.url


@pytest.fixture
def site(live_server):
    return live_server.url


@pytest.fixture
def demonstration(live_server):
    """Make a session like the demonstration's: hybrid, twenty places in the room."""
    session = make_session(
        title="How registration works",
        title_ar="كيف يتم التسجيل",
        is_demonstration=True,
        capacity_in_person=20,
        interpretation_languages=["ar", "en", "fr"],
    )
    make_item(session, title="Opening words", kind=AgendaItem.Kind.OPENING)
    return session


def sign_in(page, site):
    staff = make_staff(password=PASSWORD)
    page.goto(f"{site}/admin/")
    page.get_by_label("Username").fill(staff.username)
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Site administration")).to_be_visible()


def open_mailed_link(page):
    """Let the worker send what is due; open the link in the last mail."""
    while services.deliver_due():
        pass
    link = re.search(r"http\S+/registrations/\S+", mail.outbox[-1].body)
    page.goto(link[0])


# Staff --------------------------------------------------------------------------------


def test_staff_edit_a_session_and_the_public_page_shows_it(
    page, new_context, site, demonstration
):
    make_speaker(name="Ana Núñez")
    reader = new_context().new_page()
    sign_in(page, site)

    page.get_by_role("link", name="Sessions", exact=True).click()
    page.get_by_role("link", name="How registration works").click()
    page.wait_for_load_state()  # tabs move the fields while the page loads
    page.locator("#id_title_en").fill("A better title")
    page.get_by_role("heading", name="Appearances").click()
    page.get_by_text("Add another Appearance").click()
    row = page.locator("#appearances-0")
    row.locator(".select2-selection").click()
    page.locator(".select2-search__field").fill("Núñ")
    page.get_by_role("option", name="Ana Núñez").click()
    row.locator("#id_appearances-0-role").select_option("chair")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator(".messagelist")).to_contain_text("was changed successfully")

    reader.goto(f"{site}/en/sessions/{demonstration.slug}/")
    expect(reader.get_by_role("heading", level=1)).to_have_text("A better title")
    people = reader.locator(".people li")
    expect(people).to_contain_text("Ana Núñez")
    expect(people).to_contain_text("Chair")


def test_the_secretariat_filters_the_list_and_downloads_what_it_shows(page, site):
    session = make_session()
    state = make_delegation(name="Ruritania")
    for n in range(3):
        make_registration(
            session,
            family_name=f"Delegate{n}",
            category="member_state",
            delegation=state,
            organisation="=1+1",
        )
    make_registration(session, family_name="Waiting", status="waiting")
    make_registration(family_name="Elsewhere")
    sign_in(page, site)

    page.get_by_role("link", name="Registrations", exact=True).click()
    page.locator("details", has_text="By delegation").locator("summary").click()
    page.get_by_role("link", name="Ruritania").click()
    page.get_by_role("link", name="Confirmed", exact=True).click()
    rows = page.locator("#result_list tbody tr")
    expect(rows).to_have_count(3)
    page.locator("#searchbar").fill("delegate1")
    page.get_by_role("button", name="Search").click()
    expect(rows).to_have_count(1)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Export these as CSV").click()

    with waiting.value.path().open(encoding="utf-8-sig", newline="") as file:
        exported = list(csv.DictReader(file))
    assert waiting.value.suggested_filename.endswith(".csv")
    assert [row["Family name"] for row in exported] == ["Delegate1"]
    assert exported[0]["Organization"] == "'=1+1"


# A stakeholder ------------------------------------------------------------------------


def test_a_stakeholder_registers_confirms_changes_and_cancels(
    page, site, demonstration
):
    referrers = []
    page.on("request", lambda r: referrers.append(r.headers.get("referer", "")))
    page.goto(f"{site}/en/")
    page.get_by_role("link", name="About this session").click()
    page.get_by_role("link", name="Register", exact=True).click()

    page.get_by_text("In person", exact=True).check()
    page.get_by_text("Academia", exact=True).check()
    page.get_by_label("Family name").fill("Núñez")
    page.get_by_label("Given name").fill("Ana")
    page.get_by_label("Country or territory").fill("chil")
    page.get_by_role("option", name="Chile").click()
    page.get_by_role("textbox", name="Organization").fill("Demo University")
    page.get_by_label("Function").fill("Professor")
    page.get_by_label("E-mail address").fill("ana@example.org")
    expect(page.locator("[data-show=badge]")).to_have_text("Ana Núñez")
    page.get_by_label("I have read").check()
    page.get_by_role("button", name="Send registration").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your e-mail")
    expect(page.locator("main")).to_contain_text("ana@example.org")

    open_mailed_link(page)
    assert Registration.objects.get().status == "unverified"
    page.get_by_role("button", name="Confirm my registration").click()
    headline = page.get_by_role("heading", level=1)
    expect(headline).to_have_text("Your registration is confirmed")
    assert Registration.objects.get().status == "confirmed"

    page.get_by_role("link", name="Change my registration").click()
    page.get_by_text("Online", exact=True).check()
    page.get_by_label("Function").fill("Dean")
    page.get_by_role("button", name="Save").click()
    expect(headline).to_have_text("Your registration is confirmed")
    expect(page.locator("main")).to_contain_text("Dean")
    row = Registration.objects.get()
    assert (row.mode, row.function, row.status) == ("online", "Dean", "confirmed")

    page.get_by_role("link", name="Cancel my registration").click()
    page.get_by_role("button", name="Cancel my registration").click()
    expect(headline).to_have_text("Your registration has been cancelled")
    assert Registration.objects.get().status == "cancelled"

    page.get_by_role("link", name="Sessions").first.click()
    assert not [text for text in referrers if "/registrations/" in text]


def test_a_mistake_is_named_and_what_was_typed_stays(page, site, demonstration):
    page.goto(f"{site}/en/sessions/{demonstration.slug}/register/")
    page.get_by_label("Family name").fill("Núñez")
    page.get_by_label("E-mail address").fill("ana@localhost")

    page.get_by_role("button", name="Send registration").click()

    errors = page.get_by_role("alert")
    expect(errors).to_be_focused()
    expect(errors).to_contain_text("Enter a valid e-mail address")
    expect(page.get_by_label("Family name")).to_have_value("Núñez")
    assert not Registration.objects.exists()


@pytest.mark.browser_context_args(
    java_script_enabled=False, viewport=PHONE, locale="ar"
)
def test_the_same_way_in_arabic_on_a_phone_without_scripts(page, site, demonstration):
    page.goto(f"{site}/")
    assert page.url == f"{site}/ar/"
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.get_by_role("heading", level=1)).to_have_text("كيف يتم التسجيل")

    page.locator(f"a[href='/ar/sessions/{demonstration.slug}/register/']").click()
    page.locator("input[name=mode][value=in_person]").check()
    page.locator("input[name=category][value=academia]").check()
    page.locator("input[name=family_name]").fill("حدّاد")
    page.locator("input[name=given_name]").fill("ليلى")
    page.locator("select[name=country]").select_option("LB")
    page.locator("input[name=email]").fill("layla@example.org")
    page.locator("input[name=privacy]").check()
    assert no_overflow(page)
    page.locator("main form button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("layla@example.org")

    open_mailed_link(page)
    assert "/ar/registrations/" in page.url
    page.locator("main form[action$='/confirm/'] button").click()
    assert Registration.objects.get().status == "confirmed"
    expect(page.locator("main")).to_contain_text("ليلى")

    page.locator("a[href$='/change/']").click()
    page.locator("input[name=city]").fill("بيروت")
    page.locator("main form button[type=submit]").click()
    assert Registration.objects.get().city == "بيروت"

    page.locator("a[href$='/cancel/']").click()
    page.locator("main form button[type=submit]").click()
    assert Registration.objects.get().status == "cancelled"
    expect(page.locator("html")).to_have_attribute("dir", "rtl")


# On a phone ---------------------------------------------------------------------------


def no_overflow(page):
    """Tell whether nothing sticks out sideways: no page scrolls in two directions."""
    wide, seen = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    return wide <= seen


@pytest.mark.parametrize("language", ["en", "ar", "ru"])
@pytest.mark.browser_context_args(viewport=PHONE)
def test_no_page_is_wider_than_a_phone(page, site, demonstration, language):
    long_word = "Urheberrechtswahrnehmungsgesellschaftsvertreterversammlung"
    session = make_session(
        title=f"On {long_word} and more",
        summary=long_word * 3,
        description=f"{long_word}\n\n`{long_word * 2}`\n\n|a|\n|-|\n|{long_word}|\n",
        venue=long_word,
        recording_url="https://www.wipo.int/",
    )
    fill_session(session, 2)
    make_item(session, title=long_word, abstract=long_word * 2)
    make_speaker(name=long_word)
    session.sources.create(
        title=f"https://www.wipo.int/{'x' * 200}", url="https://wipo.int/"
    )
    cancelled = make_session(status="cancelled")
    rows = [
        make_registration(
            session, status=status, family_name=long_word, organisation=long_word
        )
        for status in ["unverified", "confirmed", "waiting", "declined", "cancelled"]
    ]
    at = f"{site}/{language}"
    personal = [f"{at}/registrations/{row.token}/" for row in rows]

    for url in [
        f"{at}/",
        f"{at}/sessions/",
        f"{at}/sessions/{session.slug}/",
        f"{at}/sessions/{demonstration.slug}/",
        f"{at}/sessions/{session.slug}/register/",
        f"{at}/sessions/{cancelled.slug}/register/",
        f"{at}/privacy/",
        f"{at}/nowhere/",
        *personal,
        f"{personal[1]}change/",
        f"{personal[1]}cancel/",
    ]:
        page.goto(url)
        assert no_overflow(page), url
    expect(page.locator("html")).to_have_attribute(
        "dir", "rtl" if language == "ar" else "ltr"
    )
