"""What is not published yet: for nobody, but for staff who edit it."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.test import Client

from sessions import preview
from sessions.models import Appearance, Session
from sessions.preview import shared_url
from tests.factories import make_session, make_staff
from tests.pages import parse, status_of
from tests.sessions.factories import make_document, make_picture, make_speaker

pytestmark = pytest.mark.django_db


def signed_in(*permissions: str, **fields) -> Client:
    """Return the browser of somebody of the staff with these permissions."""
    user = User.objects.create_user("editor", is_staff=True, **fields)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


def make_draft(**fields):
    return make_session(status=Session.Status.DRAFT, title="Not yet known", **fields)


@pytest.mark.parametrize("query", ["", "?preview", "?preview=1"])
def test_a_draft_is_not_found_by_anybody(client, query):
    draft = make_draft()

    assert status_of(client, draft.get_absolute_url() + query) == 404
    assert status_of(client, f"{draft.get_absolute_url()}register/{query}") == 404


@pytest.mark.parametrize("permissions", [[], ["view_session"], ["change_speaker"]])
def test_staff_who_do_not_edit_sessions_find_no_draft(permissions):
    url = make_draft().get_absolute_url() + "?preview"

    assert status_of(signed_in(*permissions), url) == 404


def test_staff_who_edit_see_a_draft_only_where_they_ask_for_it():
    url = make_draft().get_absolute_url()
    editor = signed_in("change_session")

    assert status_of(editor, url) == 404
    page = parse(editor.get(url + "?preview"))

    assert page.one("h1").text == "Not yet known"
    assert "Only staff see this page." in page.text
    assert page.one("meta", name="robots").attrs["content"] == "noindex"


def test_somebody_who_left_the_staff_sees_no_draft():
    url = make_draft().get_absolute_url() + "?preview"

    assert status_of(signed_in("change_session", is_active=False), url) == 404


def test_a_preview_of_what_is_public_is_the_public_page(client):
    session = make_session()
    url = session.get_absolute_url()

    assert status_of(client, url + "?preview") == 200


def test_a_draft_stands_in_no_list(client):
    before = make_session()
    make_draft()
    after = make_session()
    editor = Client()
    editor.force_login(make_staff())

    for url in ["/en/", "/fr/sessions/", "/en/sessions/", before.get_absolute_url()]:
        for browser in (client, editor):
            assert "Not yet known" not in parse(browser.get(url)).text
    assert after.get_absolute_url() in parse(client.get("/en/sessions/")).links


def test_a_session_taken_off_the_site_is_gone_with_its_papers(client):
    session = make_session()
    paper = make_document(session)
    assert status_of(client, session.get_absolute_url()) == 200
    assert status_of(client, paper.get_absolute_url()) == 200

    session.status = Session.Status.DRAFT
    session.save()

    assert status_of(client, session.get_absolute_url()) == 404
    assert status_of(client, paper.get_absolute_url()) == 404


@pytest.mark.parametrize("fields", [{}, {"url": "https://www.wipo.int/a.pdf"}])
def test_the_papers_of_a_draft_are_private(client, fields):
    paper = make_document(make_draft(), **fields)

    assert status_of(client, f"/en/documents/{paper.pk}/") == 404
    assert status_of(client, f"/en/documents/{paper.pk}/?preview") == 404


def test_the_pictures_of_a_draft_are_private_but_in_its_preview(client):
    draft = make_draft(cover=make_picture("cover.webp"))
    speaker = make_speaker(photo=make_picture())
    Appearance.objects.create(session=draft, speaker=speaker)
    page = parse(signed_in("change_session").get(f"{draft.get_absolute_url()}?preview"))
    pictures = [
        i.attrs["src"] for i in page.all("img") if "/pictures/" in i.attrs["src"]
    ]

    assert len(pictures) == 2
    for url in pictures:
        assert status_of(client, url) == 404
        plain = url.partition("?")[0]
        assert status_of(client, plain) == 404


def test_an_editor_sees_the_pictures_of_a_draft_and_no_cache_keeps_them():
    draft = make_draft(cover=make_picture())
    editor = signed_in("change_session")
    page = parse(editor.get(f"{draft.get_absolute_url()}?preview"))
    url = page.one("img", class_="scene").attrs["src"]

    response = editor.get(url)

    assert response.status_code == 200
    assert b"".join(response.streaming_content)
    assert response["Cache-Control"] == "private, no-store"


def test_a_speaker_of_a_draft_and_of_a_public_session_is_public(client):
    speaker = make_speaker(photo=make_picture())
    draft, session = make_draft(), make_session()
    Appearance.objects.create(session=draft, speaker=speaker)
    url = f"/en/pictures/speaker/{speaker.pk}/"
    assert status_of(client, url) == 404

    Appearance.objects.create(session=session, speaker=speaker)

    assert status_of(client, url) == 200


def shared_path(draft):
    return shared_url(draft).removeprefix(settings.SITE_URL)


def test_who_has_the_link_reads_one_draft_and_its_papers_without_an_account(client):
    draft = make_draft(cover=make_picture("hall.png"))
    make_document(draft)
    other = make_draft(slug="another")

    response = client.get(shared_path(draft))
    page = parse(response)

    assert page.one("h1").text == "Not yet known"
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"
    for part in ["/documents/", "/cover/"]:
        found = [*page.links, *(i.attrs["src"] for i in page.all("img"))]
        url = next(address for address in found if part in address)
        assert status_of(client, url) == 200
        assert status_of(client, url.partition("?")[0]) == 404
    query = shared_path(draft).partition("?")[2]
    assert status_of(client, f"{other.get_absolute_url()}?{query}") == 404


@pytest.mark.parametrize("spoil", ["cut", "old", "revoked", "of another"])
def test_a_link_that_is_not_valid_opens_nothing(client, monkeypatch, spoil):
    draft = make_draft()
    url = shared_path(draft)
    assert status_of(client, url) == 200

    if spoil == "cut":
        url = url[:-1]
    elif spoil == "old":
        monkeypatch.setattr(preview, "LIFETIME", timedelta(seconds=-1))
    elif spoil == "revoked":
        preview.revoke(draft)
    else:
        url = url.replace(f"={draft.pk}.", f"={draft.pk + 1}.")

    assert status_of(client, url) == 404


def test_staff_find_the_link_of_a_draft_and_revoke_it(admin_client, client):
    draft = make_draft()
    form = admin_client.get(f"/admin/conversation/session/{draft.pk}/change/")
    url = parse(form).one("code").text.removeprefix(settings.SITE_URL)
    assert status_of(client, url) == 200

    action = {"action": "revoke_links", "_selected_action": [draft.pk]}
    admin_client.post("/admin/conversation/session/", action)

    assert status_of(client, url) == 404
