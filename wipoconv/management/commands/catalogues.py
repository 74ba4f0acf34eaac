"""Collect the texts to translate in locale/ and compile what is translated.

``--check`` writes nothing: it collects into a copy of the tree and names every
text that the catalogues lack or no longer need. Collecting needs gettext on the
machine, compiling does not; the dates that gettext writes are left out, so that
nothing changes where nothing has changed.
"""

import os
import shutil
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import to_locale

IGNORED = [".venv", "var", "tests", "benchmarks", "docs"]
Text = tuple[str | None, str]


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing")
        parser.add_argument(
            "--compile-only", action="store_true", help="leave the .po files alone"
        )

    def handle(self, *, check: bool, compile_only: bool, **options: Any) -> None:
        if check:
            self._check()
            return
        if not compile_only:
            collect(settings.BASE_DIR)
        for po_file in [*catalogues(settings.BASE_DIR), *scripts_words()]:
            compile_catalogue(po_file)

    def _check(self) -> None:
        with TemporaryDirectory() as folder:
            copy = Path(folder) / "tree"
            shutil.copytree(settings.BASE_DIR, copy, ignore=_left_out)
            collect(copy)
            stale = [
                line
                for fresh, kept in zip(
                    catalogues(copy), catalogues(settings.BASE_DIR), strict=True
                )
                for line in differences(fresh, kept)
            ]
        if stale:
            raise CommandError("\n".join([*stale, "Put it right with: make messages"]))
        self.stdout.write("Catalogues are fresh.")


def catalogues(tree: Path) -> list[Path]:
    """Return where the catalogue of each language is, or should be."""
    return [
        tree / "locale" / to_locale(code) / "LC_MESSAGES" / "django.po"
        for code, _name in settings.LANGUAGES
    ]


def scripts_words() -> list[Path]:
    """Return what we say in the scripts of Django's admin where it has no words."""
    return sorted(Path(settings.BASE_DIR, "locale").glob("*/LC_MESSAGES/djangojs.po"))


def collect(tree: Path) -> None:
    """Bring the catalogues of this tree up to date with its source."""
    if not shutil.which("xgettext"):
        raise CommandError("gettext is missing: apt-get install gettext")
    (tree / "locale").mkdir(exist_ok=True)
    options = ["--no-obsolete", "--add-location=file", "--verbosity=0"]
    options += [f"--locale={to_locale(code)}" for code, _name in settings.LANGUAGES]
    options += [f"--ignore={folder}/*" for folder in IGNORED]
    subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, "manage.py", "makemessages", *options],
        cwd=tree,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "wipoconv.settings"},
        check=True,
    )
    for po_file in catalogues(tree):
        tidy(po_file)


def tidy(po_file: Path) -> None:
    """Leave of the header what is true, and give each text all its plural forms."""
    catalogue = polib.pofile(str(po_file))
    plural_forms = catalogue.metadata["Plural-Forms"]
    catalogue.header = ""
    catalogue.metadata_is_fuzzy = False
    catalogue.metadata = {
        "Project-Id-Version": "wipoconv",
        "Language": po_file.parent.parent.name,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plural_forms,
    }
    count = int(plural_forms.removeprefix("nplurals=").partition(";")[0])
    for entry in catalogue:
        if entry.msgid_plural:
            forms = entry.msgstr_plural
            entry.msgstr_plural = {n: forms.get(n, "") for n in range(count)}
    catalogue.save()


def compile_catalogue(po_file: Path) -> None:
    """Write the .mo file beside it; the same texts give the same bytes."""
    polib.pofile(str(po_file)).save_as_mofile(str(po_file.with_suffix(".mo")))


def differences(fresh: Path, kept: Path) -> list[str]:
    """Name the texts that one catalogue has and the other lacks."""
    language = kept.parent.parent.name
    wanted, had = texts(fresh), texts(kept)
    lines = [f"{language}: lacks {text[1]!r}" for text in sorted(wanted - had, key=str)]
    return lines + [
        f"{language}: no longer needs {text[1]!r}"
        for text in sorted(had - wanted, key=str)
    ]


def texts(po_file: Path) -> set[Text]:
    """Return every text of a catalogue with its context; none if it is not there."""
    if not po_file.exists():
        return set()
    return {
        (entry.msgctxt, entry.msgid)
        for entry in polib.pofile(str(po_file))
        if not entry.obsolete
    }


def _left_out(folder: str, names: list[str]) -> list[str]:
    """Leave out of a copy what holds no text to translate."""
    return [
        name
        for name in names
        if name.startswith(".") or name in {*IGNORED, "__pycache__", "node_modules"}
    ]
