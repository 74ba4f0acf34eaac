"""A published session is edited as a draft that goes live whole, or not at all."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from participants.management.commands.run_worker import run_round
from sessions import drafts
from sessions.models import Document, Session, SessionDraft
from tests.factories import make_session
from tests.pages import form_data, form_of, parse
from tests.participants.test_dashboard import signed_in
from tests.sessions.factories import make_document, make_item

pytestmark = pytest.mark.django_db


def url_of(name, session):
    return reverse(f"admin:conversation_session_{name}", args=[session.pk])


@pytest.fixture
def session():
    session = make_session(city="Geneva")
    make_item(session, title="Old item")
    return session


@pytest.fixture
def draft(admin_client, session):
    """A draft that changes the city and an item of the programme."""
    return save_draft(admin_client, session)


def save_draft(client, session, **fields):
    data = form_of(client, url_of("change", session))
    data |= {"city_en": ["Bern"], "agenda_items-0-title_en": ["New item"]}
    data |= {"_save_draft": ["x"]} | fields
    client.post(url_of("change", session), data)
    return SessionDraft.objects.filter(session=session).first()


def live(session):
    session.refresh_from_db()
    return session.city, session.agenda_items.get().title


OLD, NEW = ("Geneva", "Old item"), ("Bern", "New item")


def test_a_draft_changes_nothing_until_it_goes_live_whole(
    client, admin_client, session
):
    before = Session.objects.values().get()
    draft = save_draft(admin_client, session)
    assert live(session) == OLD
    assert Session.objects.values().get() == before

    preview = admin_client.get(url_of("draft_preview", session)).content.decode()
    assert "Bern" in preview
    assert "New item" in preview
    assert live(session) == OLD
    assert "Bern" not in client.get(session.get_absolute_url()).content.decode()

    admin_client.post(url_of("draft", session), {"publish": "1"})
    assert live(session) == NEW
    assert not SessionDraft.objects.filter(pk=draft.pk).exists()


def test_what_the_form_refuses_is_no_draft_and_nothing_is_lost(admin_client, session):
    data = form_of(admin_client, url_of("change", session))
    data |= {"_save_draft": ["x"], "city_en": ["Bern"], "ends_on": ["2000-01-01"]}

    page = parse(admin_client.post(url_of("change", session), data))

    assert page.all("ul", class_="errorlist nonfield") or page.all(
        "ul", class_="errorlist"
    )
    assert page.one("input", name="city_en").attrs["value"] == "Bern"
    assert not SessionDraft.objects.exists()
    assert live(session) == OLD


def test_the_worker_puts_it_live_at_its_time(admin_client, session, draft):
    later = timezone.localtime() + timedelta(days=1)
    data = {"publish_at": later.strftime("%Y-%m-%dT%H:%M")}
    admin_client.post(url_of("draft", session), data)
    run_round()
    assert live(session) == OLD

    SessionDraft.objects.update(publish_at=timezone.now())
    run_round()
    assert live(session) == NEW
    assert not SessionDraft.objects.exists()


@pytest.mark.parametrize("at", ["2000-01-01T10:00", "soon"])
def test_a_time_that_has_passed_is_refused(admin_client, session, draft, at):
    page = parse(admin_client.post(url_of("draft", session), {"publish_at": at}))
    assert page.all("ul", class_="errorlist")
    assert SessionDraft.objects.get().publish_at is None


def test_a_draft_older_than_the_session_stays_with_the_reason(
    session, draft, admin_client
):
    Session.objects.get(pk=session.pk).save()  # somebody saves it directly
    SessionDraft.objects.update(publish_at=timezone.now())

    for _round in range(2):
        assert drafts.publish_due() == 0

    assert live(session) == OLD
    assert "Stored now: Geneva" in SessionDraft.objects.get().problem
    page = parse(admin_client.get(url_of("draft", session)))
    assert "It did not go live at its time:" in page.text
    admin_client.post(url_of("draft", session), {"publish": "1"})
    assert live(session) == OLD

    edited = open_draft(admin_client, page)  # shows both, as any save over a change
    assert "Stored now: Geneva" in edited.text
    save_again(admin_client, session, edited)
    admin_client.post(url_of("draft", session), {"publish": "1"})
    assert live(session) == NEW


def open_draft(client, page):
    form = next(f for f in page.all("form") if f.all("button", name="_edit_draft"))
    data = form_data(form) | {"_edit_draft": ["1"]}
    return parse(client.post(form.attrs["action"], data))


def save_again(client, session, page):
    form = next(f for f in page.all("form") if f.attrs.get("id") == "session_form")
    data = form_data(form) | {"_save_draft": ["x"]}
    assert client.post(url_of("change", session), data).status_code == 302


def test_a_draft_is_edited_further_where_it_stands(admin_client, session, draft):
    page = parse(admin_client.get(url_of("draft", session)))
    edited = open_draft(admin_client, page)

    assert edited.one("input", name="city_en").attrs["value"] == "Bern"
    assert live(session) == OLD
    save_again(admin_client, session, edited)
    assert SessionDraft.objects.get().data["city_en"] == ["Bern"]


def test_it_goes_live_with_the_rights_of_who_saved_it(session, draft):
    User.objects.filter(pk=draft.saved_by_id).update(is_superuser=False)
    SessionDraft.objects.update(publish_at=timezone.now())

    assert drafts.publish_due() == 0
    assert "may not change this session" in SessionDraft.objects.get().problem
    assert live(session) == OLD


def test_a_draft_is_dropped(admin_client, session, draft):
    admin_client.post(url_of("draft", session), {"drop": "1"})
    assert not SessionDraft.objects.exists()
    assert admin_client.get(url_of("draft", session)).status_code == 404


def test_drafts_need_the_permission_to_change(session, draft):
    client = signed_in("view_session")
    for name in ["draft", "draft_preview"]:
        assert client.get(url_of(name, session)).status_code == 403
    client.post(url_of("draft", session), {"publish": "1"})
    client.post(url_of("change", session), {"_save_draft": "x"})
    assert live(session) == OLD


def test_a_draft_goes_live_only_by_who_may_publish(session, draft):
    client = signed_in("view_session", "change_session")
    page = client.get(url_of("draft", session)).content.decode()
    at = {"publish_at_0": "2030-01-01", "publish_at_1": "10:00"}

    assert "Put it live now" not in page
    for posted in [{"publish": "1"}, at]:
        assert client.post(url_of("draft", session), posted).status_code == 403
    assert live(session) == OLD
    assert SessionDraft.objects.get().publish_at is None

    may = Permission.objects.get(codename="publish_session")
    User.objects.get(username="somebody").user_permissions.add(may)
    assert client.post(url_of("draft", session), {"publish": "1"}).status_code == 302


def test_a_draft_saved_again_by_who_may_not_publish_loses_its_time(session, draft):
    SessionDraft.objects.update(publish_at=timezone.now() + timedelta(days=1))
    edits = ["agendaitem", "appearance", "topic", "source", "document"]
    rights = [f"{verb}_{noun}" for noun in edits for verb in ("view", "add", "change")]
    client = signed_in("view_session", "change_session", *rights)

    save_draft(client, session)

    kept = SessionDraft.objects.get()
    assert kept.saved_by.username != draft.saved_by.username
    assert kept.publish_at is None


def test_two_workers_publish_once(session, draft):
    SessionDraft.objects.update(publish_at=timezone.now())
    assert [drafts.publish_due(), drafts.publish_due()] == [1, 0]


# Documents with a time of their own ------------------------------------------------


def test_a_document_is_public_from_its_moment_on(client, session, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    paper = make_document(session, title="Sealed paper")
    moment = timezone.now() + timedelta(hours=1)
    Document.objects.update(public_from=moment)
    places = [
        session.get_absolute_url(),
        f"/api/v1/sessions/{session.slug}",
    ]

    for url in places:
        assert "Sealed paper" not in client.get(url).content.decode()
    assert client.get(paper.get_absolute_url()).status_code == 404
    assert client.get(f"{paper.get_absolute_url()}?preview").status_code == 404

    Document.objects.update(public_from=timezone.now() - timedelta(seconds=1))
    assert "Sealed paper" in client.get(places[0]).content.decode()
    response = client.get(paper.get_absolute_url())
    assert b"".join(response).startswith(b"%PDF")
    response.close()


def test_a_file_does_not_wait_in_a_draft(admin_client, session):
    data = form_of(admin_client, url_of("change", session)) | {"_save_draft": ["x"]}
    data["cover"] = SimpleUploadedFile("x.png", b"no picture")
    page = parse(admin_client.post(url_of("change", session), data, follow=True))
    assert "Files cannot wait in a draft" in page.text


def test_rules_of_registration_wait_in_a_draft_too(admin_client, session):
    at = timezone.now().replace(microsecond=0) + timedelta(days=5)
    session.reserved_places.create(category="member_state", places=5, released_at=at)
    draft = save_draft(
        admin_client,
        session,
        **{"reserved_places-0-places": ["7"], "letter_categories": ["observer"]},
        capacity_in_person=["50"],
    )
    session.refresh_from_db()
    assert (session.reserved_places.get().places, session.letter_categories) == (5, [])

    drafts.publish(draft)

    session.refresh_from_db()
    assert session.reserved_places.get().places == 7
    assert session.letter_categories == ["observer"]
