"""The admin in a browser: the policy on every page, WCAG 2.2 AA on each kind."""

import pytest
from django.conf import settings
from django.contrib.auth.models import User

from participants.models import Status
from tests.browser.axe import DESKTOP, judged
from tests.factories import make_delegation, make_registration, make_session
from tests.staff import walk as walking
from tests.staff.people import browser_of, make_member
from tests.staff.walk_rows import make_rows

pytestmark = pytest.mark.looks


@pytest.fixture(autouse=True)
def _own_links(settings, live_server, tmp_path):
    settings.MEDIA_ROOT, settings.SITE_URL = tmp_path, live_server.url


def signed_in(new_context, live_server, language="en", **options):
    """Open a browser in which a superuser has signed in."""
    context = new_context(viewport=DESKTOP, reduced_motion="reduce", **options)
    root = make_member(None, username="root", is_superuser=True)
    client = browser_of(root)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    context.add_cookies(
        [
            {"name": name, "value": morsel.value, "url": live_server.url}
            for name, morsel in client.cookies.items()
        ]
    )
    return context.new_page()


PARTS = {  # of about as many pages each
    "sessions": ("conversation_", "auditlog_"),
    "people": (
        "participants_p",
        "participants_registration",
        "participants_delegation",
    ),
    "work": ("participants_",),
    "other": ("",),  # accounts, the first page, lists of an app
}
FEWEST_PAGES = 10  # of a part; a walk that sees fewer has lost its way


def part_of(name):
    """Return the first part that a page belongs to by its name."""
    return next(part for part, starts in PARTS.items() if name.startswith(starts))


def pages_of(client, rows, part):
    """Yield the name and the address of each page that a person can read."""
    for name, pattern in walking.admin_pages().items():
        if part_of(name) == part and name not in walking.POSTED | {"login", "logout"}:
            url, fault = walking.address(name, pattern, rows)
            assert not fault
            answer = client.get(url)
            if walking.is_open(answer) and is_page(answer):
                yield name, url


def is_page(answer):
    if not answer["Content-Type"].startswith("text/html") or answer.streaming:
        return False
    return answer.content.lstrip()[:9].lower() == b"<!doctype"


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_page_of_the_admin_breaks_the_policy_or_a_rule(
    new_context, live_server, language, part
):
    page = signed_in(new_context, live_server, language)
    make_member("Door")
    client = browser_of(User.objects.get(username="root"))
    seen, broken = 0, []
    for name, url in pages_of(client, make_rows(), part):
        page.goto(live_server.url + url)  # the watch fails on what the policy blocks
        direction = page.locator("html").get_attribute("dir")
        assert direction == ("rtl" if language == "ar" else "ltr")
        broken += [f"{name}: {what}" for what in judged(page)]
        seen += 1

    assert not broken, "\n".join(broken)
    assert seen >= FEWEST_PAGES


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_question_before_an_action_breaks_a_rule(new_context, live_server, language):
    told = {"category": "observer", "delegation": make_delegation()}
    make_registration(make_session(), status=Status.PENDING, **told)
    page = signed_in(new_context, live_server, language)
    listed = f"{live_server.url}/admin/participants/registration/"
    page.goto(listed)
    actions = page.locator("[name=action] option").evaluate_all(
        "options => options.map((o) => o.value).filter(Boolean)"
    )
    broken = []
    for action in actions:
        page.goto(listed)
        page.locator("[name=_selected_action]").first.check()
        page.locator("[name=action]").select_option(action)
        page.locator("button[name=index]").first.click()
        page.wait_for_load_state()
        broken += [f"{action}: {what}" for what in judged(page)]

    assert not broken, "\n".join(broken)
    assert len(actions) > 8


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_column_of_the_registrations_is_cut_off(new_context, live_server, language):
    session = make_session()
    make_registration(
        session, organisation="Demo Institute of Long Examples", country="KP"
    )
    page = signed_in(new_context, live_server, language)
    page.set_viewport_size({"width": 1280, "height": 800})

    page.goto(f"{live_server.url}/admin/participants/registration/")

    room = page.locator("#changelist .results")
    assert room.evaluate("e => e.scrollWidth <= e.clientWidth")
    title, tools = page.locator("#content > h1"), page.locator(".object-tools")
    ends = title.evaluate("e => e.getBoundingClientRect().bottom")
    assert tools.evaluate("e => e.getBoundingClientRect().top") >= ends


def test_the_admin_changes_its_language_and_remembers(new_context, live_server):
    page = signed_in(new_context, live_server)
    page.goto(f"{live_server.url}/admin/conversation/session/")

    page.get_by_role("button", name="العربية").click()
    page.wait_for_load_state()

    assert page.url.endswith("/admin/conversation/session/")
    page.goto(f"{live_server.url}/admin/")
    assert page.locator("html").get_attribute("dir") == "rtl"
