"""What holds for the project as a whole."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.sessions.models import Session as WebSession
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from sessions.models import Session

ROOT = Path(settings.BASE_DIR)
VARIABLE = re.compile(r"env\.\w+\(\s*\"([A-Z_]+)\"")
SAMPLE = re.compile(r"^#?([A-Z_]+)=", re.MULTILINE)
MACHINE_BOUND = {
    "a path of somebody's machine": r"/(?:root|home/\w+|Users/\w+|work/main)/",
    "the host of a package registry": r"pypi\.org|pythonhosted|npmjs\.(?:com|org)",
    "a private key": r"BEGIN [A-Z ]*PRIVATE KEY",
    "an access key": r"\bAKIA[0-9A-Z]{16}\b|\bgh[ps]_\w{30,}",
}


def tracked_files() -> list[Path]:
    """List what git holds or would take in."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.check_output(command, cwd=ROOT, text=True).split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def texts() -> dict[str, str]:
    """Read every tracked file that is text, by its path in the project."""
    read = {}
    for path in tracked_files():
        content = path.read_bytes()
        if b"\0" not in content:
            read[str(path.relative_to(ROOT))] = content.decode(errors="replace")
    return read


def sample_variables() -> set[str]:
    return set(SAMPLE.findall((ROOT / ".env.example").read_text(encoding="utf-8")))


def compose():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


def test_conversation_sessions_and_web_sessions_share_nothing():
    assert Session._meta.label == "conversation.Session"
    assert WebSession._meta.label == "sessions.Session"
    assert Session._meta.db_table != WebSession._meta.db_table


def test_no_page_groups_the_digits_of_a_key():
    """A key from 1,000 on would be written "1,000" and find nothing."""
    key = re.compile(r"\{\{ *[a-z_.]*\.pk *\}\}")
    pages = (ROOT / "templates").rglob("*.html")

    assert [p.name for p in pages if key.search(p.read_text(encoding="utf-8"))] == []


def test_every_table_is_its_models_own():
    tables = [model._meta.db_table for model in apps.get_models()]

    assert len(tables) == len(set(tables))


@pytest.mark.django_db
def test_migrations_are_complete():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
@pytest.mark.parametrize("model", sorted(admin.site._registry, key=str), ids=str)
def test_every_admin_list_and_form_opens(admin_client: Client, model):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"

    listed = admin_client.get(reverse(f"{name}_changelist"), {"q": "a"})
    added = admin_client.get(reverse(f"{name}_add"))

    # A list that cannot be searched may drop the unknown parameter by a redirect.
    searched = bool(admin.site._registry[model].search_fields)
    assert listed.status_code in ({200} if searched else {200, 302})
    assert added.status_code in (200, 403)


def test_every_variable_stands_in_the_example():
    read = VARIABLE.findall((ROOT / "wipoconv/settings.py").read_text(encoding="utf-8"))

    assert len(read) > 10
    assert set(read) <= sample_variables()


def test_every_variable_of_the_example_is_read_somewhere():
    readers = "".join(
        (ROOT / name).read_text(encoding="utf-8")
        for name in ["wipoconv/settings.py", "docker-compose.yml"]
    )

    assert {name for name in sample_variables() if name not in readers} == set()


def test_containers_use_only_variables_of_the_example():
    written = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    used = set(re.findall(r"(?<!\$)\$\{?([A-Z_]+)", written))

    assert used
    assert used <= sample_variables()


def test_web_and_worker_wait_for_the_migrated_database():
    services = compose()["services"]

    assert set(services) == {"db", "migrate", "web", "worker"}
    assert services["migrate"]["depends_on"]["db"]["condition"] == "service_healthy"
    for name in ["web", "worker"]:
        waits_for = services[name]["depends_on"]["migrate"]["condition"]
        assert waits_for == "service_completed_successfully"


def test_every_volume_of_the_containers_is_declared():
    declared = compose()["volumes"]
    mounted = {
        mount.split(":")[0]
        for service in compose()["services"].values()
        for mount in service.get("volumes", [])
    }

    assert mounted == set(declared)


@pytest.mark.parametrize("what", MACHINE_BOUND)
def test_no_file_holds(what):
    pattern = re.compile(MACHINE_BOUND[what])
    here = "tests/test_project.py"

    found = [name for name, text in texts().items() if pattern.search(text)]

    assert [name for name in found if name != here] == []


def test_no_python_file_is_longer_than_400_lines():
    lengths = {
        name: text.count("\n")
        for name, text in texts().items()
        if name.endswith(".py") and "/migrations/" not in name
    }

    assert {name: n for name, n in lengths.items() if n > 400} == {}
