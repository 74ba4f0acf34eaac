"""Every page and action of the admin × every role, and docs/roles.md, which says so."""

import os
from pathlib import Path

import pytest
from django.contrib import admin

from tests.staff import walk as walking
from tests.staff.roles_page import as_page
from tests.staff.walk_rows import make_rows

pytestmark = [pytest.mark.django_db, pytest.mark.looks]

PAGE = Path(__file__).parent.parent.parent / "docs/roles.md"


def test_every_role_gets_what_is_decided_and_the_page_says_so():
    people = walking.make_people()
    found = walking.Walk(people, rows=make_rows()).go()

    assert found.faults == []
    assert len(found.pages) > 60
    assert len(found.actions) > 10
    text = as_page(found)
    if os.environ.get("WRITE_ROLES"):
        PAGE.write_text(text, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == text, "docs/roles.md is stale"


def test_a_page_that_nobody_decided_on_fails_the_walk(monkeypatch):
    monkeypatch.setattr(walking, "address", lambda *args: ("/admin/", ""))
    found = walking.Walk({"Editor": walking.make_member("Editor")})

    found.try_page("conversation_session_secrets", None)

    assert "nobody has decided" in found.faults[0]


def test_a_page_that_opens_to_the_wrong_role_fails_the_walk(monkeypatch):
    monkeypatch.setattr(walking, "address", lambda *args: ("/admin/", ""))
    found = walking.Walk({"Door": walking.make_member("Door")})

    found.try_page("participants_registration_changelist", None)

    assert found.faults == [
        "participants_registration_changelist opens for Door, who may not"
    ]


def test_an_action_that_nobody_decided_on_fails_the_walk(monkeypatch):
    model, model_admin = next(
        (m, a) for m, a in admin.site._registry.items() if m.__name__ == "Theme"
    )
    explode = {"explode": (None, "explode", "")}
    monkeypatch.setattr(model_admin, "get_actions", lambda request: explode)
    found = walking.Walk({"Editor": walking.make_member("Editor")})

    found.list_actions(model, model_admin)

    assert found.faults == [
        "conversation.theme.explode: nobody has decided whom this action is for"
    ]
