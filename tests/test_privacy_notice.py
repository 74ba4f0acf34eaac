"""The privacy notice: shipped, or the organization's own, with its version."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from participants.models import Registration
from tests.factories import make_session
from tests.pages import against_the_policy, parse
from tests.participants.test_views import form_data, register_url

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parent.parent
LANGUAGES = [code for code, _name in settings.LANGUAGES]

ENGLISH = """We are the Demo Organization.

## Who reads it

* Staff, and *nobody* else.
* [Write to us](mailto:privacy@example.org)

### For how long

One year. <script>alert(1)</script>
"""


@pytest.fixture
def folder(tmp_path, settings):
    settings.PRIVACY_NOTICE_DIR = tmp_path
    settings.PRIVACY_NOTICE_VERSION = "demo-7"
    (tmp_path / "en.md").write_text(ENGLISH, "utf-8")
    return tmp_path


def page_in(client, language):
    return client.get(f"/{language}/privacy/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_folder_the_notice_is_the_shipped_one(client, language):
    page = parse(page_in(client, language)).one("main")

    assert len(page.all("h2")) == 6
    assert "2026-11" in page.text
    assert not page.all("section", lang="en")


def test_an_own_notice_stands_in_place_of_the_shipped_one(client, folder):
    response = page_in(client, "en")

    page = parse(response).one("main")
    assert [h.text for h in page.all("h2")] == ["Who reads it"]
    assert [h.text for h in page.all("h3")] == ["For how long"]
    assert "mailto:privacy@example.org" in page.links
    assert "Version demo-7" in page.text
    assert "We are the Demo Organization." in page.text
    assert "whom you represent" not in page.text
    assert not page.all("script")
    assert against_the_policy(parse(response)) == []


def test_each_language_has_its_file_and_the_others_the_english_one(client, folder):
    (folder / "zh-hans.md").write_text("\ufeff## 谁可查看\n\n秘书处。", "utf-8")

    chinese = parse(page_in(client, "zh-hans")).one("main")
    arabic = parse(page_in(client, "ar")).one("main")

    assert [h.text for h in chinese.all("h2")] == ["谁可查看"]
    assert not chinese.all("section", lang="en")
    assert len(arabic.all("section", lang="en", dir="ltr")) == 2


def test_who_registers_consents_to_the_version_in_force(client, folder):
    client.post(register_url(make_session()), form_data())

    assert Registration.objects.get().privacy_version == "demo-7"


@pytest.mark.parametrize(
    ("version", "has_english", "words"),
    [
        ("", True, "PRIVACY_NOTICE_VERSION is empty"),
        ("7", False, "there is no en.md"),
        ("7", True, ""),
    ],
)
def test_the_site_does_not_start_with_half_a_notice(
    tmp_path, version, has_english, words
):
    if has_english:
        (tmp_path / "en.md").write_text(ENGLISH, "utf-8")
    own = {"PRIVACY_NOTICE_DIR": str(tmp_path), "PRIVACY_NOTICE_VERSION": version}
    own |= {"ENV_FILE": os.devnull, "DATA_DIR": str(tmp_path), "SECRET_KEY": "x" * 60}

    started = subprocess.run(
        [sys.executable, "-c", "import wipoconv.settings"],
        cwd=ROOT,
        env=os.environ | own,
        capture_output=True,
        text=True,
        check=False,
    )

    assert words in started.stderr
    assert bool(started.returncode) is bool(words)
