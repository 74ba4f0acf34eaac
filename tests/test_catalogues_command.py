"""``manage.py catalogues``: what it names as stale, and what it compiles."""

import gettext
import shutil

import polib
import pytest
from django.conf import settings
from django.core.management import call_command

from wipoconv.management.commands import catalogues


@pytest.fixture
def write(tmp_path):
    def write_catalogue(name, *texts):
        catalogue = polib.POFile()
        catalogue.metadata = {"Content-Type": "text/plain; charset=utf-8"}
        for source, translated in texts:
            catalogue.append(polib.POEntry(msgid=source, msgstr=translated))
        path = tmp_path / name / "fr" / "LC_MESSAGES" / "django.po"
        path.parent.mkdir(parents=True)
        catalogue.save(str(path))
        return path

    return write_catalogue


def test_texts_that_are_new_or_gone_are_named(write):
    fresh = write("fresh", ("Programme", ""), ("Speakers", ""))
    kept = write("kept", ("Programme", "Programme"), ("Talks", "Exposés"))

    assert catalogues.differences(fresh, kept) == [
        "fr: lacks 'Speakers'",
        "fr: no longer needs 'Talks'",
    ]


def test_a_catalogue_that_is_not_there_lacks_everything(write, tmp_path):
    fresh = write("fresh", ("Programme", ""))
    nowhere = tmp_path / "nowhere" / "fr" / "LC_MESSAGES" / "django.po"

    assert catalogues.differences(fresh, nowhere) == ["fr: lacks 'Programme'"]


def test_what_is_compiled_translates(write):
    po_file = write("kept", ("Speakers", "Intervenants"), ("Rooms", ""))

    catalogues.compile_catalogue(po_file)

    with po_file.with_suffix(".mo").open("rb") as compiled:
        translations = gettext.GNUTranslations(compiled)
    assert translations.gettext("Speakers") == "Intervenants"
    assert translations.gettext("Rooms") == "Rooms"


@pytest.mark.gettext
def test_the_catalogues_hold_what_the_source_asks_for(capsys):
    call_command("catalogues", check=True)

    assert capsys.readouterr().out == "Catalogues are fresh.\n"


@pytest.mark.gettext
def test_collecting_keeps_what_is_translated_and_finds_what_is_new(tmp_path):
    shutil.copy(settings.BASE_DIR / "manage.py", tmp_path)
    shutil.copytree(settings.BASE_DIR / "wipoconv", tmp_path / "wipoconv")
    for app in ["participants", "sessions"]:
        shutil.copytree(settings.BASE_DIR / app, tmp_path / app)
    shutil.copytree(settings.BASE_DIR / "locale", tmp_path / "locale")
    (tmp_path / "new.py").write_text("gettext('A text that nobody has seen before')\n")
    french = catalogues.catalogues(tmp_path)[3]
    had = polib.pofile(str(french)).translated_entries()

    catalogues.collect(tmp_path)

    catalogue = polib.pofile(str(french))
    assert catalogue.find("A text that nobody has seen before") is not None
    assert "POT-Creation-Date" not in catalogue.metadata
    kept = {entry.msgid for entry in catalogue.translated_entries()}
    python_texts = {
        e.msgid for e in had if any(".py" in file for file, _ in e.occurrences)
    }
    assert python_texts <= kept
