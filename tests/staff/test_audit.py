"""The log: who changed what, from which value; nobody changes it, nothing personal."""

import json
from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.apps import apps
from django.contrib import admin
from django.test import RequestFactory
from django.utils import timezone

from participants import services
from participants.models import DoorAssignment
from sessions.models import Appearance, Session
from tests.factories import make_delegation, make_registration, make_session
from tests.pages import form_of
from tests.sessions.factories import make_speaker
from tests.staff.people import browser_of, make_member
from wipoconv.staff.audit import LOGGED, NOT_LOGGED

pytestmark = pytest.mark.django_db


@pytest.fixture
def root():
    return make_member(None, username="root", is_superuser=True)


def entries_of(row):
    return list(LogEntry.objects.get_for_object(row).order_by("pk"))


def test_a_change_in_the_admin_says_who_what_and_from_which_value(root):
    session = make_session(title="Old", capacity_in_person=10)
    client, url = browser_of(root), f"/admin/conversation/session/{session.pk}/change/"
    data = form_of(client, url) | {"title_en": "New", "capacity_in_person": "20"}

    assert client.post(url, data).status_code == 302

    entry = entries_of(session)[-1]
    assert entry.actor == root
    assert entry.changes["title_en"] == ["Old", "New"]
    assert entry.changes["capacity_in_person"] == ["10", "20"]
    assert "title" not in entry.changes  # the seventh column
    assert entry.timestamp <= timezone.now()


def test_what_nobody_asked_for_is_the_systems(root):
    session = make_session()

    assert entries_of(session)[0].actor is None


def test_one_request_does_not_pass_its_name_to_the_next(root):
    browser_of(root).get("/admin/")
    session = make_session()

    assert entries_of(session)[0].actor is None


def test_every_model_of_ours_is_logged_or_has_a_reason_not_to():
    models = {
        model._meta.label
        for label in ["conversation", "participants"]
        for model in apps.get_app_config(label).get_models()
    }

    assert models - set(LOGGED) - set(NOT_LOGGED) == set()
    assert not set(LOGGED) & set(NOT_LOGGED)


def test_no_personal_value_enters(root):
    speaker = make_speaker(name="Zoraida Hidden", biography="Was born hidden")
    session = make_session()
    Appearance.objects.create(session=session, speaker=speaker)
    registration = make_registration(
        session, family_name="Hidden", email="hidden@example.org"
    )
    services.cancel(registration, by=root)
    root.email, root.last_name = "hidden@example.org", "Hidden"
    root.set_password("another hidden phrase")
    root.save()
    speaker.name = "Zoraida Hidden-Again"
    speaker.save()
    Appearance.objects.all().delete()
    speaker.delete()

    for entry in LogEntry.objects.all():
        whole = json.dumps(
            [entry.changes, entry.object_repr, entry.additional_data, entry.actor_email]
        )
        assert "hidden" not in whole.casefold(), whole
        assert root.password not in whole
    assert "password changed" in [
        (entry.additional_data or {}).get("event") for entry in entries_of(root)
    ]


def test_roles_and_helpers_are_logged(root):
    helper = make_member("Door")
    session = make_session()
    DoorAssignment.objects.create(user=helper, session=session)
    helper.groups.clear()

    changes = [entry.changes for entry in entries_of(helper)]
    assert any("Door" in str(change.get("groups")) for change in changes)
    assert LogEntry.objects.filter(content_type__model="doorassignment").exists()


def test_exports_are_in_it_without_what_was_searched_for(root):
    make_registration(family_name="Findme")

    browser_of(root).get("/admin/participants/registration/export/csv/?q=Findme")

    entry = LogEntry.objects.filter(content_type__model="registration").get()
    assert entry.actor == root
    assert "1 registrations as csv" in entry.additional_data["what"]
    assert "Findme" not in json.dumps(entry.additional_data)


def test_nobody_writes_the_log_not_even_a_superuser(root):
    make_delegation()
    entry = LogEntry.objects.latest("pk")
    client = browser_of(root)
    for path, data in [
        ("add/", {}),
        (f"{entry.pk}/change/", {"object_repr": "x"}),
        (f"{entry.pk}/delete/", {"post": "yes"}),
    ]:
        answer = client.post(f"/admin/auditlog/logentry/{path}", data)
        assert answer.status_code == 403, path
    client.post(
        "/admin/auditlog/logentry/",
        {"action": "delete_selected", "_selected_action": entry.pk, "post": "yes"},
    )

    assert LogEntry.objects.filter(pk=entry.pk, object_repr=entry.object_repr).exists()
    request = RequestFactory().get("/")
    request.user = root
    log_admin = admin.site._registry[LogEntry]
    assert not log_admin.get_actions(request)


def test_nobody_deletes_an_account_so_the_log_keeps_who(root):
    other = make_member("Editor")

    answer = browser_of(root).post(
        f"/admin/auth/user/{other.pk}/delete/", {"post": "y"}
    )

    assert answer.status_code == 403
    other.refresh_from_db()


def test_the_page_of_an_entry_shows_both_values_as_text(root):
    session = make_session(title="<b>Old</b>")
    session.title_en = "<script>alert(1)</script>"
    session.save()
    entry = entries_of(session)[-1]

    page = browser_of(root).get(f"/admin/auditlog/logentry/{entry.pk}/change/")

    text = page.content.decode()
    assert "&lt;b&gt;Old&lt;/b&gt;" in text
    assert "<script>alert" not in text


def test_the_log_forgets_after_the_months_of_the_settings(settings):
    make_delegation()
    old = LogEntry.objects.update(timestamp=timezone.now() - timedelta(days=800))
    newer = make_session()

    settings.AUDIT_MONTHS = 0
    assert services.delete_old_log() == 0
    settings.AUDIT_MONTHS = 24
    assert services.delete_old_log() == old
    assert entries_of(newer)
    assert Session.objects.filter(pk=newer.pk).exists()
