"""``manage.py catalogues``: what it names as stale, and what it compiles."""

import gettext

import polib
import pytest

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
