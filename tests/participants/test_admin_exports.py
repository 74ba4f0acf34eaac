"""Downloads from the admin: exactly what the list shows, to whom it may be shown."""

import csv
import json
from datetime import date
from io import BytesIO, StringIO

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from openpyxl import load_workbook

from participants.exports import COLUMNS
from tests.factories import make_delegation, make_registration, make_session

pytestmark = pytest.mark.django_db

LIST = reverse("admin:participants_registration_changelist")
PAGE = reverse("admin:participants_registration_export_page")
DEFAULT = [column.key for column in COLUMNS]
FORMATS = ["csv", "csv-semicolon", "xlsx", "json"]


def export_url(kind):
    return reverse("admin:participants_registration_export", args=[kind])


def rows_of(response, kind):
    """Read the file again; return its rows as dicts by header."""
    assert response.status_code == 200
    content = b"".join(response)
    if kind == "json":
        found = json.loads(content)
        titles = found["columns"]
        rows = found["registrations"]
        return [{titles[key]: row[key] for key in titles} for row in rows]
    if kind.startswith("csv"):
        sign = ";" if kind == "csv-semicolon" else ","
        text = content.decode("utf-8-sig")
        table = list(csv.reader(StringIO(text), delimiter=sign))
    else:
        sheet = load_workbook(BytesIO(content)).active
        table = [[cell.value for cell in row] for row in sheet.rows]
    return [dict(zip(table[0], row, strict=True)) for row in table[1:]]


def families_of(response, kind):
    return [row["Family name"] for row in rows_of(response, kind)]


def tick(client, kind, keys, query="", **more):
    """Export ticked rows as the page of choices does it."""
    return client.post(
        LIST + query,
        {
            "action": "export_ticked",
            "_selected_action": keys,
            "index": "0",
            "format": kind,
            "order": DEFAULT,
            "columns": DEFAULT,
            "export": "Export",
        }
        | more,
    )


@pytest.fixture
def people():
    """Make 60 who are alike, and four that each differ in one fact."""
    session, state = make_session(), make_delegation(name="Ruritania")
    for n in range(60):
        make_registration(session, family_name=f"Like{n:02}")
    other = make_session()
    make_registration(other, family_name="Elsewhere")
    make_registration(session, family_name="Online", mode="online")
    make_registration(
        session, family_name="Delegate", category="member_state", delegation=state
    )
    make_registration(session, family_name="Gone", status="cancelled", country="CL")
    return session


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(
    ("query", "families"),
    [
        ({"mode__exact": "online"}, ["Online"]),
        ({"status__exact": "cancelled", "country__exact": "CL"}, ["Gone"]),
        ({"category__exact": "member_state"}, ["Delegate"]),
        ({"q": "ELSE where"}, ["Elsewhere"]),
        ({"q": "nobody"}, []),
    ],
)
def test_the_file_holds_what_the_filter_shows(
    admin_client, people, kind, query, families
):
    response = admin_client.get(export_url(kind), query)

    assert families_of(response, kind) == families


@pytest.mark.parametrize("kind", FORMATS)
def test_the_file_holds_all_pages_in_the_order_of_the_list(admin_client, people, kind):
    query = {"session__id__exact": people.pk, "status__exact": "confirmed"}
    query |= {"category__exact": "academia", "mode__exact": "in_person"}

    newest_first = families_of(admin_client.get(export_url(kind), query), kind)
    by_name = families_of(
        admin_client.get(export_url(kind), query | {"o": "1", "p": "2"}), kind
    )

    assert by_name == [f"Like{n:02}" for n in range(60)]
    assert newest_first == by_name[::-1]


def test_the_list_links_to_the_file_of_its_own_filter(admin_client, people):
    page = admin_client.get(LIST, {"mode__exact": "online", "q": "on"})

    for kind in ["csv", "xlsx"]:
        link = f"{export_url(kind)}?mode__exact=online&amp;q=on"
        assert link in page.content.decode()
        assert families_of(admin_client.get(link.replace("&amp;", "&")), kind) == [
            "Online"
        ]


@pytest.mark.parametrize("kind", FORMATS)
def test_ticked_rows_alone_are_exported(admin_client, people, kind):
    chosen = people.registrations.filter(family_name__in=["Like07", "Gone"])
    response = tick(admin_client, kind, [r.pk for r in chosen])

    assert families_of(response, kind) == ["Gone", "Like07"]


@pytest.mark.parametrize("kind", FORMATS)
def test_a_row_has_every_answer_as_it_was_typed(admin_client, kind):
    row = make_registration(
        make_session(number=77, starts_on=date(2099, 3, 13), ends_on=date(2099, 3, 14)),
        family_name="Núñez",
        given_name="安娜",
        email="ana@example.org",
        organisation="=1+1",
        function="+41 22 338 9111",
        country="CL",
        category="member_state",
        delegation=make_delegation(name="Ruritania"),
        mode="online",
    )

    (found,) = rows_of(admin_client.get(export_url(kind)), kind)

    wanted = {
        "Session": "77",
        "State": "Confirmed",
        "Category of participant": "Member State",
        "Delegation": "Ruritania",
        "Family name": "Núñez",
        "Given name": "安娜",
        "E-mail address": "ana@example.org",
        "Organization": "'=1+1" if kind.startswith("csv") else "=1+1",
        "Function": "+41 22 338 9111",
        "Country or territory": "Chile",
        "Mode of participation": "Online",
    }
    assert {name: str(found[name]).removesuffix(".0") for name in wanted} == wanted
    assert row.code not in str(found)


@pytest.mark.parametrize("kind", FORMATS)
def test_all_pages_may_be_ticked_at_once(admin_client, people, kind):
    first = people.registrations.first()
    response = tick(
        admin_client, kind, first.pk, "?mode__exact=online&q=o", select_across="1"
    )

    assert families_of(response, kind) == ["Online"]


@pytest.mark.parametrize("kind", FORMATS)
def test_the_file_is_stored_and_kept_by_no_cache(admin_client, kind):
    make_registration()

    response = admin_client.get(export_url(kind))
    b"".join(response)

    disposition = response["Content-Disposition"]
    assert disposition.startswith('attachment; filename="registrations-')
    assert disposition.endswith(f'.{kind.removesuffix("-semicolon")}"')
    assert "no-store" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("by_action", [True, False])
def test_the_log_says_who_took_how_many_by_which_filter(admin_client, kind, by_action):
    row = make_registration(family_name="Geheim")
    make_registration(mode="online")
    query = f"?mode__exact=in_person&q={row.family_name}"

    if by_action:
        response = tick(admin_client, kind, row.pk, query)
    else:
        response = admin_client.get(export_url(kind) + query)
    b"".join(response)

    entry = LogEntry.objects.get()
    assert entry.user.username == "admin"
    assert entry.object_repr == f"export {kind}"
    assert entry.change_message.startswith(f"1 registrations as {kind}: ")
    assert "mode__exact=in_person" in entry.change_message
    assert "Geheim" not in entry.change_message


@pytest.mark.parametrize("kind", FORMATS)
def test_nobody_exports_without_the_permission(client, kind):
    make_registration(family_name="Geheim")
    anonymous = client.get(export_url(kind))
    client.force_login(User.objects.create_user("visitor"))
    visitor = client.get(export_url(kind))
    editor = User.objects.create_user("editor", is_staff=True)
    editor.user_permissions.set(
        Permission.objects.filter(codename__in=["change_session", "view_participant"])
    )
    client.force_login(editor)
    refused = client.get(export_url(kind))
    posted = tick(client, kind, "1")

    for response in (anonymous, visitor):
        assert response.status_code == 302
        assert response["Location"].startswith("/admin/login/")
    assert (refused.status_code, posted.status_code) == (403, 403)
    for response in (anonymous, visitor, refused, posted):
        assert b"Geheim" not in b"".join(response)
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("kind", FORMATS)
def test_who_may_only_look_takes_nothing_away(client, kind):
    row = make_registration(family_name="Geheim")
    user = User.objects.create_user("secretary", is_staff=True)
    look = Permission.objects.get(codename="view_registration")
    take = Permission.objects.get(codename="export_registration")
    user.user_permissions.set([look])
    client.force_login(user)

    assert client.get(LIST).status_code == 200
    assert "export" not in client.get(LIST).content.decode()
    for address in [export_url(kind), PAGE]:
        assert client.get(address).status_code == 403
    assert b"Geheim" not in b"".join(tick(client, kind, row.pk)).split(b"<table")[0]
    assert not LogEntry.objects.exists()

    user.user_permissions.set([look, take])
    assert families_of(client.get(export_url(kind)), kind) == ["Geheim"]
    assert families_of(tick(client, kind, row.pk), kind) == ["Geheim"]


def test_a_format_there_is_not_is_not_found(admin_client):
    assert admin_client.get(f"{LIST}export/ods/").status_code == 404


@pytest.mark.parametrize("query", ["session__id__exact=x", "nowhere=1"])
def test_a_filter_there_is_not_exports_nothing(admin_client, query):
    for _n in range(2):
        make_registration()

    response = admin_client.get(f"{export_url('csv')}?{query}")

    assert response.status_code == 400
    assert not LogEntry.objects.exists()
