"""WCAG 2.2 AA on the pages behind mailed links, on forms sent back and on errors."""

import pytest
from django.conf import settings
from django.core import signing
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import override

from participants import links
from participants.check_mail import COOKIE, SALT
from participants.exports.confirmation_letter import letter_code
from participants.models import FocalPoint, Status
from tests.browser.axe import judged_in_all_views
from tests.factories import make_delegation, make_registration, make_session

pytestmark = pytest.mark.looks
LANGUAGES = [code for code, _name in settings.LANGUAGES]
ERRORS = [400, 403, 404, 429, 500, 503]


@pytest.fixture(autouse=True)
def _own_links(settings, live_server, tmp_path):
    settings.MEDIA_ROOT, settings.SITE_URL = tmp_path, live_server.url


@pytest.fixture
def session():
    return make_session(
        venue="Conference hall",
        capacity_in_person=20,
        interpretation_languages=["ar", "en"],
        letter_categories=["member_state"],
    )


def judge(page, live_server, paths, status=200):
    faults = []
    for path in paths:
        answer = page.goto(f"{live_server.url}/{path}")
        assert (page.url, answer.status) == (f"{live_server.url}/{path}", status)
        faults += [f"{path} {what}" for what in judged_in_all_views(page)]
    return faults


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_behind_a_mailed_link_breaks_a_rule(
    new_context, live_server, session, language
):
    state = make_delegation()
    make_session(status="cancelled")
    other = make_session()  # to choose from
    point = FocalPoint.objects.create(delegation=state, email="mission@example.org")
    told = {"category": "member_state", "delegation": state, "country": "CH"}
    mine = make_registration(session, **told, needs_visa_letter=True)
    new = make_registration(session, status=Status.UNVERIFIED)
    waiting = make_registration(session, status=Status.WAITING)
    person = links.make_person_token(mine.participant_id)
    own = f"{language}/registrations/{mine.token}"
    block = f"{language}/delegations/{point.token}"
    paths = [
        f"{language}/registrations/{new.token}/",
        f"{language}/registrations/{waiting.token}/",
        *(f"{own}/{page}" for page in ["", "change/", "cancel/", "erase/"]),
        *(f"{own}/{page}" for page in ["substitute/", "letter/"]),
        f"{language}/registrations/{person}/again/",
        f"{language}/registrations/{person}/again/?session={other.slug}",
        f"{block}/",
        f"{block}/{session.slug}/",
        *(f"{block}/{session.slug}/{page}/" for page in ["register", "letter"]),
        f"{block}/{session.slug}/substitute/{mine.pk}/",
        f"{language}/confirmations/{letter_code(mine)}/",
    ]

    page = new_context(reduced_motion="reduce").new_page()
    faults = judge(page, live_server, paths)
    dead = f"{language}/registrations/{links.make_token(mine.pk, 9)}/"
    faults += judge(page, live_server, [dead], status=410)

    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_form_and_no_answer_to_one_breaks_a_rule(
    new_context, live_server, session, language
):
    context = new_context(reduced_motion="reduce")
    page = context.new_page()
    typed = {"session": session.pk, "email": "p1@example.org", "name": "person"}
    value = signing.dumps(typed, salt=SALT)
    context.add_cookies([{"name": COOKIE, "value": value, "url": live_server.url}])
    sent = f"{language}/sessions/{session.slug}/register/sent/"
    faults = judge(page, live_server, [sent, f"{language}/my-registration/"])

    page.fill("[name=email]", "p1@example.org")
    page.locator("main form [type=submit]").click()
    page.wait_for_load_state()
    faults += [f"links sent {what}" for what in judged_in_all_views(page)]
    page.goto(f"{live_server.url}/{language}/sessions/{session.slug}/register/")
    page.check("[name=category][value=member_state]")
    page.locator("main form .btn").click()
    page.wait_for_selector("#errors")
    faults += [f"errors {what}" for what in judged_in_all_views(page)]

    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_an_error_breaks_a_rule(new_context, live_server, language):
    page = new_context(reduced_motion="reduce").new_page()
    faults = []
    for status in ERRORS:
        request = RequestFactory().get(f"/{language}/")
        with override(language):
            body = render_to_string(f"errors/{status}.html", request=request)
        page.goto(f"{live_server.url}/{language}/privacy/")  # whose place it takes
        page.set_content(body)
        assert page.locator("meta[name=robots]").count() == 1
        faults += [f"{status} {what}" for what in judged_in_all_views(page)]

    assert not faults, "\n".join(faults)
