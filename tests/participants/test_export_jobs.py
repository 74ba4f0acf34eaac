"""Large exports: prepared by the worker, for one person, for a day."""

import json
import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from participants import services
from participants.exports import COLUMNS, MORE
from participants.models import ExportChoice, ExportJob, JobState
from participants.services import exporting, jobs
from tests.factories import make_registration, make_session

pytestmark = pytest.mark.django_db

PAGE = reverse("admin:participants_registration_export_page")
ALL = [column.key for column in [*COLUMNS, *MORE]]


@pytest.fixture(autouse=True)
def _few_at_once(settings, tmp_path):
    settings.EXPORT_ROWS_AT_ONCE = 2
    settings.MEDIA_ROOT = tmp_path


def url(name, job):
    return reverse(f"admin:participants_exportjob_{name}", args=[job.pk])


def choose(client, query="", **more):
    data = {"format": "json", "order": ALL, "columns": ["email"], "export": "1"}
    return client.post(PAGE + query, data | more)


@pytest.fixture
def people():
    session = make_session()
    for name in ["B", "A", "D", "C"]:
        make_registration(session, family_name=name, email=f"{name}@example.org")
    return session


@pytest.fixture
def job(admin_client, people):
    response = choose(admin_client, "?o=1&q=example", columns=["email"])
    job = ExportJob.objects.get()
    assert response.url == url("change", job)
    return job


def exporter(name="other"):
    user = User.objects.create_user(name, is_staff=True)
    codes = ["view_registration", "export_registration"]
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    return user


def emails_of(response):
    assert response.status_code == 200
    found = json.loads(b"".join(response))
    return [row["email"] for row in found["registrations"]]


def test_a_large_export_is_made_by_the_worker_as_it_was_listed(
    admin_client, people, job
):
    make_registration(people, family_name="Later", email="later@example.org")

    assert job.state == JobState.QUEUED
    assert admin_client.get(url("file", job)).status_code == 404
    assert services.run_exports() == 1

    job.refresh_from_db()
    assert (job.state, job.done, job.total) == (JobState.DONE, 4, 4)
    assert bytes(job.keys) == b""
    response = admin_client.get(url("file", job))
    assert "no-store" in response["Cache-Control"]
    assert emails_of(response) == [f"{name}@example.org" for name in "ABCD"]
    assert services.run_exports() == 0


def test_its_page_shows_how_far_it_is_with_scripts_and_without(admin_client, job):
    page = admin_client.get(url("change", job)).content.decode()
    told = admin_client.get(url("progress", job)).json()

    assert '<noscript><meta http-equiv="refresh"' in page
    assert url("progress", job) in page
    assert "<progress" in page
    assert told == {"state": "queued", "done": 0, "total": 4, "is_under_way": True}

    services.run_exports()
    page = admin_client.get(url("change", job)).content.decode()
    assert url("file", job) in page
    assert "refresh" not in page
    assert not admin_client.get(url("progress", job)).json()["is_under_way"]


@pytest.mark.parametrize("name", ["change", "progress", "file", "stop"])
def test_it_opens_only_for_who_asked(client, job, name):
    services.run_exports()
    client.force_login(exporter())

    method = client.post if name == "stop" else client.get
    assert method(url(name, job)).status_code == 404
    assert (
        str(job)
        not in client.get(
            reverse("admin:participants_exportjob_changelist")
        ).content.decode()
    )
    assert ExportJob.objects.filter(pk=job.pk).exists()


def test_who_lost_the_permission_gets_no_file(client, people):
    user = exporter()
    client.force_login(user)
    choose(client)
    job = ExportJob.objects.get()
    services.run_exports()
    assert len(emails_of(client.get(url("file", job)))) == 4

    user.user_permissions.clear()
    assert client.get(url("file", job)).status_code == 403
    assert client.get(url("change", job)).status_code == 403


def test_a_file_goes_after_a_day(admin_client, job):
    services.run_exports()
    job.refresh_from_db()
    assert job.expires_at - timezone.now() > timedelta(hours=23)
    name = job.file.name
    assert services.delete_old_exports() == 0

    ExportJob.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert admin_client.get(url("file", job)).status_code == 404
    assert services.delete_old_exports() == 1

    assert not default_storage.exists(name)
    assert not ExportJob.objects.exists()


def test_one_may_stop_it_even_while_it_is_written(admin_client, job, monkeypatch):
    monkeypatch.setattr(jobs, "TELL_EVERY", timedelta())

    def stop_midway(*_arguments):
        assert admin_client.get(url("stop", job)).status_code == 405
        admin_client.post(url("stop", job))
        return 4

    monkeypatch.setattr(exporting.exports, "write", stop_midway)
    assert services.run_exports() == 1

    assert not ExportJob.objects.exists()
    assert not any(default_storage.listdir("")[1])
    assert (
        not default_storage.exists("exports")
        or not default_storage.listdir("exports")[1]
    )


def test_the_log_says_who_what_and_how_many_but_not_what_was_searched(
    admin_client, job
):
    services.run_exports()
    b"".join(admin_client.get(url("file", job)))

    asked, fetched = LogEntry.objects.order_by("pk")
    assert asked.change_message == "4 registrations as json: o=1&searched=yes"
    assert fetched.change_message == f"4 registrations as json: file of export {job.pk}"
    assert asked.user.username == fetched.user.username == "admin"


def test_a_dead_workers_export_is_taken_over_and_leaves_no_second_file(
    job, monkeypatch
):
    def die(*_arguments, **_fields):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(exporting, "settle", die)
        with pytest.raises(KeyboardInterrupt):
            services.run_exports()
    assert services.run_exports() == 0  # its lease still runs

    ExportJob.objects.update(next_try_at=timezone.now())
    assert services.run_exports() == 1
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert default_storage.listdir("exports")[1] == [job.file.name.split("/")[1]]


def test_what_breaks_three_times_is_given_up(admin_client, job, monkeypatch):
    def break_off(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exporting.exports, "write", break_off)
    for _n in range(5):
        ExportJob.objects.update(next_try_at=timezone.now())
        services.run_exports()

    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.FAILED, 3)
    assert b"errornote" in admin_client.get(url("change", job)).content


def test_a_link_for_a_large_file_leads_to_the_page_of_choices(admin_client, people):
    link = reverse("admin:participants_registration_export", args=["csv"])

    response = admin_client.get(f"{link}?q=example")

    assert response.url == f"{PAGE}?q=example"
    assert not ExportJob.objects.exists()
    assert not LogEntry.objects.exists()


# The page of choices -------------------------------------------------------------


def ticked_of(page):
    return re.findall(
        r'name="columns" value="(\w+)" id="column-\w+" checked', page.content.decode()
    )


def order_of(page):
    return re.findall(r'name="order" value="(\w+)"', page.content.decode())


def test_columns_move_without_scripts_and_nothing_ticked_is_lost(admin_client):
    moved = choose(admin_client, up="email", export=[], columns=["email", "city"])
    place = ALL.index("email")

    assert order_of(moved)[place - 1 : place + 1] == ["email", ALL[place - 1]]
    assert set(ticked_of(moved)) == {"email", "city"}
    top = choose(admin_client, up=ALL[0], export=[])
    bottom = choose(admin_client, down=ALL[-1], export=[])
    assert order_of(top) == order_of(bottom) == ALL
    assert not LogEntry.objects.exists()


def test_the_last_choice_is_kept_for_each_person(admin_client, client):
    order = ["city", "email", *(key for key in ALL if key not in {"city", "email"})]
    response = choose(
        admin_client, order=order, columns=["email", "city"], format="csv"
    )

    assert b"".join(response).decode() == "\ufeffCity,E-mail address\r\n"
    page = admin_client.get(PAGE)
    assert ticked_of(page) == ["city", "email"]
    assert 'value="csv" id="id_format_1" required checked' in " ".join(
        page.content.decode().split()
    ).replace('required id="id_format_1"', 'id="id_format_1" required')
    quick = reverse("admin:participants_registration_export", args=["csv"])
    assert b"".join(admin_client.get(quick)).decode() == (
        "\ufeffCity,E-mail address\r\n"
    )
    client.force_login(exporter())
    assert ticked_of(client.get(PAGE)) == [column.key for column in COLUMNS]


def test_a_kept_column_that_is_gone_does_no_harm(admin_client, admin_user):
    ExportChoice.objects.create(user=admin_user, columns=["gone"], format="gone")

    assert ticked_of(admin_client.get(PAGE)) == [column.key for column in COLUMNS]


@pytest.mark.parametrize(
    "bad", [{"columns": []}, {"columns": ["code"]}, {"format": "ods"}]
)
def test_a_bad_choice_is_said_and_nothing_is_exported(admin_client, bad):
    response = choose(admin_client, **bad)

    assert response.status_code == 200
    assert b"errornote" in response.content
    assert not LogEntry.objects.exists()
    assert not ExportChoice.objects.exists()


def test_the_page_says_in_words_what_is_exported(admin_client, people):
    page = admin_client.get(
        PAGE, {"mode__exact": "in_person", "o": "-1", "q": "exam<ple"}
    ).content.decode()

    for words in ["In person", "exam&lt;ple", "Name ↓", "0 registrations"]:
        assert words.casefold() in page.casefold()
