"""The pages of an import: upload, columns, every row, then writing; own jobs only."""

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from participants import services
from participants.admin import imports
from participants.models import Delegation, ImportJob
from tests.factories import make_registration, make_session
from tests.pages import against_the_policy, parse

pytestmark = pytest.mark.django_db

ADD = reverse("admin:participants_importjob_add")
ROWS = "Family name,Where\nDemo-<b>A</b>,CH\nDemo-B,Atlantis\n"


def url(name, job):
    return reverse(f"admin:participants_importjob_{name}", args=[job.pk])


def upload(client, content=ROWS, **data):
    file = SimpleUploadedFile("demo.csv", content.encode())
    return client.post(ADD, {"kind": "participants", "file": file} | data)


def importer(*more, name="importer"):
    user = User.objects.create_user(name, is_staff=True)
    codes = ["import_registration", *more]
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    return user


@pytest.fixture
def session():
    return make_session()


@pytest.fixture
def job(admin_client, session):
    response = upload(admin_client, session=session.pk)
    job = ImportJob.objects.get()
    assert response.url == url("columns", job)
    return job


COLUMNS = {
    "column_family_name": "0",
    "column_country": "1",
    "option_registration_state": "confirmed",
    "option_mode": "online",
}


@pytest.fixture
def checked(admin_client, job):
    response = admin_client.post(url("columns", job), COLUMNS)
    assert response.url == url("change", job)
    services.run_imports()
    job.refresh_from_db()
    return job


def test_a_file_becomes_registrations_only_when_told_to(admin_client, session, checked):
    page = admin_client.get(url("change", checked))

    text = page.content.decode()
    assert "Demo-&lt;b&gt;A&lt;/b&gt;" in text
    assert "<b>A</b>" not in text
    assert "“Atlantis” is not known" in text
    assert not list(against_the_policy(parse(page)))
    assert "no-store" in page["Cache-Control"]
    assert not session.registrations.exists()

    refused = admin_client.post(url("write", checked), {"all": "1"}, follow=True)
    assert "Some rows have problems" in refused.content.decode()
    admin_client.post(url("write", checked), {"only_good": "1"})
    services.run_imports()

    row = session.registrations.get()
    assert (row.family_name, row.mode, row.country) == ("Demo-<b>A</b>", "online", "CH")
    report = admin_client.get(url("change", checked)).content.decode()
    assert "Written: 1" in report
    assert "Left out: 1" in report
    left = b"".join(admin_client.get(url("left", checked))).decode("utf-8-sig")
    assert left.splitlines()[1].startswith("Demo-B,Atlantis,")
    again = admin_client.post(url("write", checked), {"only_good": "1"}, follow=True)
    assert "Have the rows checked first" in again.content.decode()
    assert session.registrations.count() == 1


def test_columns_are_shown_with_what_stands_in_them_and_kept(admin_client, job):
    page = admin_client.get(url("columns", job)).content.decode()
    assert "Family name (Demo-&lt;b&gt;A&lt;/b&gt;)" in page

    bad = admin_client.post(url("columns", job), COLUMNS | {"column_family_name": ""})
    assert bad.status_code == 200
    assert "errorlist" in bad.content.decode()
    wrong = admin_client.post(url("columns", job), COLUMNS | {"column_country": "99"})
    assert "errorlist" in wrong.content.decode()
    job.refresh_from_db()
    assert job.step == ImportJob.Step.MAPPING

    admin_client.post(url("columns", job), COLUMNS)
    upload(admin_client, session=job.session_id)
    newest = ImportJob.objects.latest("pk")
    assert newest.mapping["columns"] == {"family_name": 0, "country": 1}


def test_progress_is_told(admin_client, job):
    admin_client.post(url("columns", job), COLUMNS)

    page = admin_client.get(url("change", job)).content.decode()
    told = admin_client.get(url("progress", job)).json()

    assert '<noscript><meta http-equiv="refresh"' in page
    assert told["state"] == "queued"
    assert admin_client.get(url("columns", job)).url == url("change", job)


def test_rows_come_in_pages_and_by_result(admin_client, checked, monkeypatch):
    monkeypatch.setattr(imports, "ROWS_A_PAGE", 1)
    first = admin_client.get(url("change", checked)).content.decode()
    second = admin_client.get(url("change", checked), {"p": "2"}).content.decode()
    bad = admin_client.get(url("change", checked), {"only": "bad"}).content.decode()
    odd = admin_client.get(url("change", checked), {"only": "<x>", "p": "x"})

    assert "Demo-B" not in first
    assert "Demo-B" in second
    assert "Demo-B" in bad
    assert odd.status_code == 200


@pytest.mark.parametrize(
    ("data", "content"),
    [
        ({}, ROWS),  # no session
        ({"kind": "nothing"}, ROWS),
        ({"session": "0"}, ROWS),
        ({"kind": "delegations"}, ""),
        ({"kind": "delegations"}, "PK\x03\x04"),
    ],
)
def test_a_bad_upload_is_said_at_its_field(admin_client, session, data, content):
    response = upload(admin_client, content, **data)

    assert response.status_code == 200
    assert "errorlist" in response.content.decode()
    assert not ImportJob.objects.exists()


def test_a_report_needs_addresses_or_names(admin_client, session):
    upload(admin_client, "A,B\n1,2\n", kind="attendance", session=session.pk)
    job = ImportJob.objects.get()

    response = admin_client.post(url("columns", job), {"column_minutes": "0"})

    assert "Choose a column of addresses or names." in response.content.decode()


@pytest.mark.parametrize("name", ["columns", "change", "progress", "write", "left"])
def test_an_import_is_seen_by_who_brought_it(client, checked, name):
    client.force_login(importer())

    method = client.post if name == "write" else client.get
    assert method(url(name, checked)).status_code == 404


@pytest.mark.parametrize("name", ["columns", "change", "progress", "write", "left"])
def test_nothing_opens_without_the_permission(client, checked, name):
    user = importer()
    ImportJob.objects.update(by=user)
    user.user_permissions.set(Permission.objects.filter(codename="change_registration"))
    client.force_login(user)

    method = client.post if name == "write" else client.get
    assert method(url(name, checked)).status_code == 403
    assert client.get(ADD).status_code == upload(client).status_code == 403


def test_delegations_are_brought_by_who_may_add_them(client):
    client.force_login(importer())
    table = "Name,Kind\nFreedonia,Member State\n"
    assert upload(client, table, kind="delegations").status_code == 403
    assert not ImportJob.objects.exists()

    client.force_login(importer("add_delegation", name="other"))
    upload(client, table, kind="delegations")
    job = ImportJob.objects.get()
    client.post(url("columns", job), {"column_name_en": "0", "column_kind": "1"})
    services.run_imports()
    client.post(url("write", job))
    services.run_imports()

    assert Delegation.objects.get().name_en == "Freedonia"


def test_the_list_of_registrations_leads_there(admin_client, client):
    make_registration()
    listed = reverse("admin:participants_registration_changelist")

    assert ADD in admin_client.get(listed).content.decode()
    user = importer("view_registration")
    user.user_permissions.set(Permission.objects.filter(codename="view_registration"))
    client.force_login(user)
    assert ADD not in client.get(listed).content.decode()
