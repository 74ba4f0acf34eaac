"""Editions of the list: frozen, numbered, compared, issued by who may."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.contrib.auth.models import Permission, User
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse

from participants import services
from participants.exports.list_changes import changes
from participants.exports.list_flags import flags
from participants.exports.list_of_participants import (
    entries,
    list_content,
)
from participants.models import Edition
from participants.services.editions import issue_edition, list_file
from tests.factories import make_registration, make_session
from tests.participants.lists import (
    demonstration,
    make_member,
    make_state,
)

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 28, 9, tzinfo=UTC)


def test_an_edition_is_made_again_identically_whatever_happens_later():
    session = demonstration()
    edition = issue_edition(session, kind="provisional", by=None)
    before = {kind: list_file(edition.content, kind, at=AT) for kind in ["pdf", "docx"]}

    services.erase(session.registrations.get(family_name="Demo-Nguyễn"))
    again = Edition.objects.get(pk=edition.pk)

    for kind, made in before.items():
        assert list_file(again.content, kind, at=AT) == made
    assert len(entries(again.content)) == 5
    assert not any("pk" in entry for _h, entry in entries(again.content))
    assert again.content["edition"][1].startswith("Provisional edition No. 1, ")


def test_editions_are_numbered_by_session_and_nothing_provisional_follows_a_final():
    session, other = demonstration(), make_session()
    make_registration(other, visibility="everyone")

    numbers = [
        issue_edition(session, kind=kind, by=None).number
        for kind in ["provisional", "final", "final"]
    ]

    assert numbers == [1, 2, 3]
    assert issue_edition(other, kind="provisional", by=None).number == 1
    with pytest.raises(ValidationError) as refusal:
        issue_edition(session, kind="provisional", by=None)
    assert refusal.value.code == "final"
    with pytest.raises(ValidationError) as refusal:
        issue_edition(make_session(), kind="final", by=None)
    assert refusal.value.code == "empty"


def test_changes_tell_added_removed_corrected_moved_and_substituted():
    session = make_session()
    chile, peru = make_state("Chili", "Chile"), make_state("Pérou", "Peru")
    for family in ["Stays", "Promoted", "Misspeled", "Gone", "Moved", "Replaced"]:
        make_member(session, chile, family, given_name="", function=f"Of {family}")
    old = issue_edition(session, kind="provisional", by=None).content
    rows = {row.family_name: row for row in session.registrations.all()}
    rows["Promoted"].function = "Head"
    rows["Misspeled"].family_name = "Misspelled"
    rows["Gone"].status = "cancelled"
    rows["Moved"].delegation = peru
    rows["Replaced"].family_name = "Zhu"
    for row in rows.values():
        row.save()
    make_member(session, peru, "New", given_name="", function="")

    found = changes(old, list_content(session))

    assert sorted(one.name for one in found.added) == ["NEW", "ZHU"]
    assert sorted(one.name for one in found.removed) == ["GONE", "REPLACED"]
    pairs = {(old.name, new.name, new.heading) for old, new in found.changed}
    assert pairs == {
        ("PROMOTED", "PROMOTED", "CHILI/CHILE"),
        ("MISSPELED", "MISSPELLED", "CHILI/CHILE"),
        ("MOVED", "MOVED", "PÉROU/PERU"),
    }
    assert not changes(old, old)


def test_flags_are_what_an_editor_would_ask():
    session = make_session()
    headless = make_state("Chili", "Chile")
    good = make_state("Pérou", "Peru")
    make_member(session, headless, "Demo", given_name="Ana")
    make_member(session, good, "Head", given_name="Eva", rank="head")
    make_member(session, good, "Demo-Loud", given_name="JOHN", rank="delegate")
    make_member(session, good, "Démo", given_name="ana", function="", rank="delegate")
    make_member(session, good, "McDemo", given_name="Al", rank="delegate")
    make_member(
        session, good, "DeDemo", given_name="Bo", listed_name="Bo DeDEMO", rank=""
    )

    found = flags(list_content(session))

    told = {(str(flag.question), row.pk) for flag in found for row in flag.rows}
    rows = {row.family_name: row.pk for row in session.registrations.all()}
    assert told == {
        ("Delegation without a head", rows["Demo"]),
        ("Probably the same person twice", rows["Demo"]),
        ("Probably the same person twice", rows["Démo"]),
        ("No function", rows["Démo"]),
        ("Doubtful capitals", rows["Démo"]),
        ("Doubtful capitals", rows["Demo-Loud"]),
        ("Doubtful capitals", rows["McDemo"]),
    }


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_the_command_writes_a_draft_and_an_edition(tmp_path, kind):
    session = demonstration()
    edition = issue_edition(session, kind="final", by=None)
    draft, issued = tmp_path / f"draft.{kind}", tmp_path / f"issued.{kind}"

    run = {"format": kind, "stderr": StringIO()}
    call_command("list_of_participants", session.number, output=draft, **run)
    run |= {"output": issued, "edition": 1}
    call_command("list_of_participants", session.number, **run)

    made = list_file(edition.content, kind, at=edition.issued_at)
    assert issued.read_bytes() == made
    assert draft.stat().st_size > 1_000


def test_the_command_names_what_is_not_there(tmp_path):
    session = make_session()
    fields = {"format": "docx", "output": tmp_path / "list.docx"}

    with pytest.raises(CommandError, match="has no edition number 7"):
        call_command("list_of_participants", session.number, edition=7, **fields)
    with pytest.raises(CommandError, match="no session number 9999"):
        call_command("list_of_participants", 9999, **fields)
    assert not fields["output"].exists()


def test_staff_preview_issue_download_and_compare(admin_client):
    session = demonstration()
    url = reverse("admin:participants_edition_preview")

    page = admin_client.get(url, {"session": session.pk}).content.decode()
    assert "Delegation without a head" in page
    assert "示例王小明" in page
    issued = admin_client.post(url, {"session": session.pk, "kind": "provisional"})
    assert issued.status_code == 302
    edition = session.editions.get()
    for kind in ["pdf", "docx"]:
        name = "admin:participants_edition_file"
        answer = admin_client.get(reverse(name, args=[edition.pk, kind]))
        assert "no-store" in answer["Cache-Control"]
        made = list_file(edition.content, kind, at=edition.issued_at)
        assert answer.content == made
    session.registrations.filter(family_name="تجريبي").update(status="cancelled")
    compared = reverse("admin:participants_edition_changes", args=[edition.pk])
    assert "Removed (1)" in admin_client.get(compared).content.decode()
    assert admin_client.get(compared, {"with": "x"}).status_code == 404


def test_a_bad_choice_of_list_is_answered_not_failed(admin_client):
    preview = reverse("admin:participants_edition_preview")
    draft = reverse("admin:participants_edition_draft", args=["pdf"])

    assert admin_client.get(preview, {"session": "9x"}).status_code == 200
    assert (
        "Select a valid choice"
        in admin_client.post(
            preview, {"session": make_session().pk, "kind": "secret"}
        ).content.decode()
    )
    assert admin_client.get(draft, {"session": "0"}).status_code == 404
    empty = admin_client.post(
        preview, {"session": make_session().pk, "kind": "final"}
    ).content.decode()
    assert "Nobody stands in the list yet." in empty


@pytest.mark.parametrize(
    ("codes", "status"),
    [
        (["view_registration", "view_edition"], 403),
        (["export_registration"], 403),
        (["view_registration", "view_edition", "export_registration"], 200),
    ],
)
def test_files_are_exports_and_need_that_permission(client, codes, status):
    session = demonstration()
    edition = issue_edition(session, kind="provisional", by=None)
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client.force_login(reader)
    file = reverse("admin:participants_edition_file", args=[edition.pk, "docx"])
    draft = reverse("admin:participants_edition_draft", args=["docx"])

    assert client.get(file).status_code == status
    assert client.get(draft, {"session": session.pk}).status_code == status
    if "view_edition" in codes:
        listed = reverse("admin:participants_edition_changelist")
        assert (file in client.get(listed).content.decode()) == (status == 200)
        preview = reverse("admin:participants_edition_preview")
        page = client.get(preview, {"session": session.pk}).content.decode()
        assert (draft in page) == (status == 200)


def test_issuing_needs_its_permission(client):
    session = demonstration()
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(
        Permission.objects.get(codename="view_registration"),
        Permission.objects.get(codename="view_edition"),
    )
    client.force_login(reader)
    url = reverse("admin:participants_edition_preview")
    data = {"session": session.pk, "kind": "final"}

    assert b"Issue an edition" not in client.get(url, data).content
    assert client.post(url, data).status_code == 403
    assert not session.editions.exists()

    client.force_login(User.objects.create_user("nobody", is_staff=True))
    assert client.get(url, data).status_code == 403


def test_staff_set_the_order_of_a_delegation_and_names_as_listed(admin_client):
    session, state = make_session(), make_state("Chili", "Chile")
    people = [
        make_member(session, state, name, given_name="", rank=rank, position=position)
        for name, rank, position in [("B", "", 2), ("C", "", 0), ("A", "head", 0)]
    ]
    url = reverse("admin:participants_edition_order")
    url += f"?session={session.pk}&delegation={state.pk}"

    page = admin_client.get(url)
    formset = page.context["formset"]
    assert [form.instance.family_name for form in formset] == ["A", "B", "C"]
    data = {"form-TOTAL_FORMS": "3", "form-INITIAL_FORMS": "3"}
    for number, row in enumerate(people):
        data |= {f"form-{number}-id": row.pk, f"form-{number}-rank": row.rank}
        data[f"form-{number}-position"] = str(row.position)
    data |= {"form-1-position": "1", "form-2-listed_name": "aA"}
    refused = admin_client.post(url, data | {"form-1-position": "-1"})
    assert b"greater than or equal to 0" in refused.content
    assert admin_client.post(url, data).status_code == 302

    found = [entry["name"] for _h, entry in entries(list_content(session))]
    assert found == ["aA", "C", "B"]
    changed = [row.transitions.count() for row in people]
    assert changed == [0, 1, 1]
    assert admin_client.get(url + "9999999999").status_code == 404
