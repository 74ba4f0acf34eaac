"""What the roles may and may not, below the level of pages."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.test import RequestFactory
from django.urls import resolve

from participants.models import DoorAssignment
from sessions.admin_rights import TextRights
from sessions.models import Session
from tests.factories import make_delegation, make_registration, make_session
from tests.pages import add_row, form_of, parse
from tests.sessions.factories import make_item, make_speaker
from tests.staff.people import browser_of, make_member
from wipoconv.staff.roles import ROLES, match_groups, permissions_of

pytestmark = pytest.mark.django_db


def find(codename):
    return Permission.objects.get(
        content_type__app_label="conversation", codename=codename
    )


def url_of(row, page="change"):
    meta = row._meta
    return f"/admin/{meta.app_label}/{meta.model_name}/{row.pk}/{page}/"


# The table and the groups -------------------------------------------------------------


def test_every_permission_of_the_table_exists():
    named = {key for role in ROLES for key in permissions_of(role)}
    there = set(Permission.objects.values_list("content_type__app_label", "codename"))

    assert named - there == set()


def test_migrating_makes_the_groups_and_keeps_others():
    Group.objects.filter(name="Door").delete()
    editors = Group.objects.get(name="Editor")
    editors.permissions.add(Permission.objects.get(codename="delete_delegation"))
    editors.permissions.remove(Permission.objects.get(codename="publish_session"))
    own = Group.objects.create(name="Editors who export")
    own.permissions.add(Permission.objects.get(codename="view_registration"))

    match_groups()

    granted = set(editors.permissions.values_list("codename", flat=True))
    assert "publish_session" in granted
    assert "delete_delegation" not in granted
    assert own.permissions.count() == 1
    assert set(ROLES) <= set(Group.objects.values_list("name", flat=True))


def test_the_groups_of_roles_are_not_edited_in_the_admin():
    root = browser_of(make_member(None, username="root", is_superuser=True))
    editors = Group.objects.get(name="Editor")
    own = Group.objects.create(name="Others")

    assert root.post(url_of(editors), {"name": "x"}).status_code == 403
    assert root.post(url_of(editors, "delete"), {"post": "yes"}).status_code == 403
    selected = {"_selected_action": [editors.pk, own.pk], "post": "yes"}
    root.post("/admin/auth/group/", selected | {"action": "delete_selected"})
    assert Group.objects.filter(name="Editor").exists()
    assert root.post(url_of(own), {"name": "New name"}).status_code == 302


def test_a_superuser_gives_roles_and_languages_by_ticking_boxes():
    root = browser_of(make_member(None, username="root", is_superuser=True))
    person = make_member(None, username="someone")
    data = form_of(root, url_of(person))
    role = Group.objects.get(name="Translator")

    data |= {"groups": [str(role.pk)], "languages": ["ar", "fr"]}
    assert root.post(url_of(person), data).status_code == 302
    data |= {"languages": ["fr"]}
    root.post(url_of(person), data)

    person = User.objects.get(pk=person.pk)
    assert person.has_perm("conversation.translate_fr")
    assert not person.has_perm("conversation.translate_ar")
    assert person.has_perm("conversation.view_session")


def test_the_form_of_an_account_shows_no_password_and_keeps_it():
    root = browser_of(make_member(None, username="root", is_superuser=True))
    person = make_member("Editor", email="editor@example.org")
    url = url_of(person)

    assert person.password not in root.get(url).content.decode()
    data = form_of(root, url) | {"first_name": "Demo", "password": "forged"}
    assert root.post(url, data).status_code == 302
    kept = User.objects.get(pk=person.pk)
    assert (kept.password, kept.first_name) == (person.password, "Demo")


# Translators --------------------------------------------------------------------------


@pytest.fixture
def translator():
    return browser_of(make_member("Translator", languages=["fr"]))


def test_a_translator_writes_the_own_language_and_nothing_else(translator):
    session = make_session(title="Title", status=Session.Status.DRAFT)
    item = make_item(session, title="Item")
    data = form_of(translator, url_of(session))
    forged = {
        "title_en": "Forged",
        "title_ar": "مزور",
        "status": "published",
        "slug": "forged",
        "agenda_items-0-title_en": "Forged",
        "agenda_items-0-DELETE": "on",
    }

    answer = translator.post(
        url_of(session),
        data | forged | {"title_fr": "Le titre", "agenda_items-0-title_fr": "Le point"},
    )

    assert answer.status_code == 302
    session, item = Session.objects.get(), type(item).objects.get()
    assert (session.title_fr, item.title_fr) == ("Le titre", "Le point")
    assert (session.title_en, item.title_en) == ("Title", "Item")
    assert not session.title_ar
    assert (session.status, session.slug != "forged") == (Session.Status.DRAFT, True)


def test_a_translator_adds_no_rows(translator):
    session = make_session()
    data = form_of(translator, url_of(session))
    if "topics-TOTAL_FORMS" in data:
        add_row(data, "topics", text_fr="Un sujet", text_en="A topic")
    translator.post(url_of(session), data)

    assert not session.topics.exists()


def test_what_is_saved_is_judged_even_if_a_form_lets_it_through(monkeypatch):
    translator = browser_of(make_member("Translator", languages=["fr"]))
    speaker = make_speaker(name="Speaker")
    monkeypatch.setattr(TextRights, "get_readonly_fields", lambda *args: [])
    data = form_of(translator, url_of(speaker))

    answer = translator.post(url_of(speaker), data | {"name": "Forged"})

    assert answer.status_code == 403
    speaker.refresh_from_db()
    assert speaker.name == "Speaker"


def test_without_a_language_a_translator_only_reads():
    client = browser_of(make_member("Translator"))
    speaker = make_speaker()

    page = parse(client.get(url_of(speaker)))

    assert not page.all("input", name="_save")
    assert client.post(url_of(speaker), {"name": "x"}).status_code == 403


def test_a_language_without_the_role_opens_nothing():
    client = browser_of(make_member("Door", languages=["fr"]))

    assert client.get(url_of(make_speaker())).status_code == 403


def test_a_translator_confirms_and_takes_in_the_own_language_alone(translator):
    session = make_session(title="One", title_fr="Un", title_ar="واحد")
    session.title_en = "Two"
    session.save()
    at = f"/admin/conversation/session/{session.pk}/translations"

    assert translator.post(f"{at}/ar/right/").status_code == 403
    assert translator.post(f"{at}/fr/right/").status_code == 302
    rows = {"language": "ar", "rows": "[]"}
    assert translator.post(f"{at}/", rows).status_code == 403
    assert (
        translator.post(f"{at}/", {"language": "fr", "rows": "[]"}).status_code == 302
    )
    session.refresh_from_db()
    assert "title_ar" in session.translated_from
    assert "title_fr" not in session.translated_from


# Editors, registrars, auditors --------------------------------------------------------


def test_who_may_change_but_not_publish_leaves_the_state_alone():
    user = make_member(None, username="helper")
    for codename in ["view_session", "change_session"]:
        user.user_permissions.add(find(codename))
    session = make_session(status=Session.Status.DRAFT)
    client = browser_of(user)
    data = form_of(client, url_of(session)) | {"status": "published", "title_en": "New"}

    assert client.post(url_of(session), data).status_code == 302
    client.post(
        "/admin/conversation/session/",
        {"action": "publish", "_selected_action": session.pk},
    )

    session.refresh_from_db()
    assert (session.title_en, session.status) == ("New", Session.Status.DRAFT)


def test_needs_and_notes_are_for_those_who_act_on_them():
    row = make_registration(accessibility_needs="A wheelchair", staff_note="A note")

    for role, sees in [("Registrar", True), ("Secretariat", True), ("Auditor", False)]:
        text = browser_of(make_member(role)).get(url_of(row)).content.decode()
        assert ("A wheelchair" in text, "A note" in text) == (sees, sees), role


def test_an_auditor_changes_nothing():
    client = browser_of(make_member("Auditor"))
    row, delegation = make_registration(), make_delegation()

    assert client.post(url_of(row), {"family_name": "x"}).status_code == 403
    assert client.post(url_of(delegation), {"name_en": "x"}).status_code == 403
    data = {"action": "cancel", "_selected_action": row.pk, "sure": "1"}
    client.post("/admin/participants/registration/", data)
    row.refresh_from_db()
    assert row.status == "confirmed"


def test_helpers_check_in_where_they_are_assigned():
    helper, registrar = make_member("Door"), make_member("Registrar")
    here, elsewhere = make_session(), make_session()
    DoorAssignment.objects.create(user=helper, session=here)
    sessions = DoorAssignment.objects.all().sessions_of

    permission = Permission.objects.filter(codename="check_in_registration")
    if not permission:  # until the page of the door makes it
        assert not sessions(helper).exists()
        model = permission.model
        permission = [
            model.objects.create(
                codename="check_in_registration",
                name="x",
                content_type=Permission.objects.get(
                    codename="view_registration"
                ).content_type,
            )
        ]
        match_groups()
        helper = User.objects.get(pk=helper.pk)
        registrar = User.objects.get(pk=registrar.pk)
    assert list(sessions(helper)) == [here]
    assert set(sessions(registrar)) == {here, elsewhere}
    assert not sessions(make_member("Auditor")).exists()


def test_a_page_that_asks_for_the_right_to_change_does_not_open_to_translators():
    """Other pages of the admin stay closed, whatever they ask has_change_permission."""
    user = make_member("Translator", languages=["fr"])
    session_admin = admin.site._registry[Session]
    request = RequestFactory().get("/")
    request.user = user
    request.resolver_match = resolve("/admin/conversation/session/")

    assert not session_admin.has_change_permission(request)
    assert "publish" not in session_admin.get_actions(request)
