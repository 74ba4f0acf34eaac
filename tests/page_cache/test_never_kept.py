"""What is never kept: forms, personal pages, errors, drafts."""

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client

from sessions.models import Session
from sessions.public_page import PUT_IN_HERE
from tests.factories import make_registration, make_session, make_staff
from tests.page_cache.site import FRESH, HOME, PUBLIC, Site, answering

pytestmark = pytest.mark.django_db


def test_a_post_is_never_answered_from_the_cache(site):
    site.get(HOME)

    answers = [site.get(HOME, "POST") for _ in range(2)]

    assert {answer.status for answer in answers} == {403}  # it has no CSRF token
    assert len(site.made) == 3


def test_a_form_that_was_sent_is_never_kept(site):
    url = f"/en/sessions/{make_session().slug}/register/"

    answers = [site.get(url, "POST") for _ in range(2)]

    assert {answer.status for answer in answers} == {200}
    assert PUT_IN_HERE not in answers[0].text
    assert (len(site.made), site.kept) == (2, 0)


def test_a_personal_page_is_never_kept(site):
    url = f"/en/registrations/{make_registration().token}/"

    answers = [site.get(url) for _ in range(2)]

    assert {answer.status for answer in answers} == {200}
    assert "no-store" in answers[0].header("Cache-Control")
    assert (len(site.made), site.kept) == (2, 0)


@pytest.mark.parametrize("path", ["/en/sessions/none/", "/en/nowhere/", "/", "/admin/"])
def test_an_error_or_a_redirect_is_never_kept(site, path):
    answers = [site.get(path) for _ in range(2)]

    assert {answer.status for answer in answers} <= {302, 404}
    assert (len(site.made), site.kept) == (2, 0)


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (200, {}),
        (500, PUBLIC),
        (206, PUBLIC),
        (200, PUBLIC | {"Cache-Control": f"private, {FRESH}"}),
        (200, PUBLIC | {"Cache-Control": f"{FRESH}, no-store"}),
        (200, PUBLIC | {"Vary": "Cookie"}),
        (200, PUBLIC | {"Vary": "Accept-Encoding, Accept-Language"}),
        (200, PUBLIC | {"Content-Encoding": "gzip"}),
        (200, PUBLIC | {"Set-Cookie": "name=value"}),
    ],
)
def test_an_answer_that_is_somebody_s_own_is_never_kept(status, headers):
    site = Site(answering(HttpResponse("words", status=status, headers=headers)))

    answers = [site.get(HOME) for _ in range(2)]

    assert {(answer.status, answer.text) for answer in answers} == {(status, "words")}
    assert (len(site.made), site.kept) == (2, 0)


def test_an_answer_in_parts_is_never_kept():
    site = Site(answering(StreamingHttpResponse([b"words"], headers=PUBLIC)))

    assert site.get(HOME).text == "words"
    assert site.kept == 0


def test_a_draft_that_staff_have_seen_stays_hidden(site):
    draft = make_session(status=Session.Status.DRAFT)
    browser = Client()
    browser.force_login(make_staff())
    staff = {"HTTP_COOKIE": f"sessionid={browser.cookies['sessionid'].value}"}
    url = draft.get_absolute_url()

    shown = site.get(f"{url}?preview", **staff)

    assert (shown.status, "Only staff see" in shown.text) == (200, True)
    assert "no-store" in shown.header("Cache-Control")
    for path in [url, f"{url}?preview", f"{url}?preview=1&q=x"]:
        assert site.get(path).status == 404
    assert site.get(url, **staff).status == 404
    assert site.kept == 0


def test_a_page_that_is_not_public_is_told_who_asks(site):
    browser = Client()
    browser.force_login(make_staff())

    answer = site.get(
        "/admin/", HTTP_COOKIE=f"sessionid={browser.cookies['sessionid'].value}"
    )

    assert answer.status == 200
