"""The admin in a browser: the policy on every page, WCAG 2.2 AA on each kind."""

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import User
from django.urls import reverse

from participants.models import DecisionJob
from tests.browser.axe import DESKTOP, judged
from tests.factories import make_delegation, make_mail, make_registration, make_session
from tests.sessions.factories import fill_session
from tests.staff.people import browser_of, make_member

pytestmark = pytest.mark.looks


@pytest.fixture(autouse=True)
def _own_links(settings, live_server, tmp_path):
    settings.MEDIA_ROOT, settings.SITE_URL = tmp_path, live_server.url


def make_rows():
    session = make_session(summary="Words.", capacity_in_person=20)
    fill_session(session, 1)
    row = make_registration(session, delegation=make_delegation(), category="observer")
    make_mail(registration=row)
    return session


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


def pages_of(model):
    """Yield the pages of a model that a superuser can open."""
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    row = model.objects.first()
    yield reverse(f"{name}_changelist")
    yield reverse(f"{name}_add")
    for page in ["change", "history", "delete"] if row else []:
        yield reverse(f"{name}_{page}", args=[row.pk])


def test_no_page_of_the_admin_breaks_the_policy(new_context, live_server):
    make_rows()
    page = signed_in(new_context, live_server)  # the watch fails on what is blocked

    seen = 0
    for model in admin.site._registry:
        for path in pages_of(model):
            answer = page.goto(live_server.url + path)
            seen += answer.status == 200
    assert seen > 30


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_page_of_the_admin_breaks_a_rule(new_context, live_server, language, faults):
    session = make_rows()
    page = signed_in(new_context, live_server, language)
    row, broken = session.registrations.get(), []
    root = User.objects.get(username="root")
    jobs = [
        DecisionJob.objects.create(
            by=root, action="approve", total=2, done=1, refused={"No.": [row.pk]}, **how
        ).pk
        for how in [{"state": "running"}, {"state": "failed"}]
    ]
    paths = [
        "",
        "participants/registration/",
        f"participants/registration/{row.pk}/change/",
        f"conversation/session/{session.pk}/change/",
        f"conversation/session/{session.pk}/delete/",
        f"auth/user/{root.pk}/change/",
        *(f"participants/decisionjob/{pk}/change/" for pk in jobs),
        "auditlog/logentry/",
    ]
    for path in paths:
        page.goto(f"{live_server.url}/admin/{path}")
        html = page.locator("html")
        assert html.get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
        broken += [f"{path}: {what}" for what in judged(page)]
    page.goto(f"{live_server.url}/admin/{paths[1]}")
    page.locator("[name=_selected_action]").first.check()
    page.locator("[name=action]").select_option("cancel")
    page.locator("button[name=index]").first.click()
    page.wait_for_selector("[name=sure]", state="attached")
    broken += [f"the question: {what}" for what in judged(page)]

    assert not broken, "\n".join(broken)


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
