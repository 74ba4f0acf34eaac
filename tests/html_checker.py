"""Every public page in six languages by the Nu HTML checker: ``make html``.

Not a part of the suite: the checker needs Java and comes from npm (``vnu-jar``).
"""

import os
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest
from django.test import Client

from tests.factories import make_session
from tests.sessions.factories import fill_session
from tests.test_crawl import LANGUAGES, Walk, site

pytestmark = pytest.mark.django_db
JAR = os.environ.get("VNU_JAR", "")
FEWEST_PAGES = 20  # of a language

__all__ = ["site"]  # a fixture


class Saved(Walk):
    """A walk that keeps what it reads in a folder."""

    folder: Path

    def _read(self, path, response):
        name = quote(path, safe="").replace("%", "_")[:150]
        (self.folder / f"{name}.html").write_bytes(response.content)
        return super()._read(path, response)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_checker_finds_no_error(client, site, tmp_path, language):
    fill_session(make_session(), 2)
    walk = Saved(client, language)
    walk.folder = tmp_path
    walk.from_home()
    for path in ["there/is/none/", "sessions/?q=%00"]:
        response = Client().get(f"/{language}/{path}")
        name = f"{response.status_code}.html"
        (tmp_path / name).write_bytes(response.content)

    assert len(list(tmp_path.glob("*.html"))) >= FEWEST_PAGES
    command = ["java", "-jar", JAR, "--errors-only", "--skip-non-html", str(tmp_path)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    faults = checked.stderr.replace(f"file:{tmp_path}/", "")

    assert faults.splitlines() == []
    assert checked.returncode == 0
