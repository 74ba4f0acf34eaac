"""The texts of the pages in six languages: complete, and safe to fill in."""

import gettext
import re
from pathlib import Path

import django
import polib
import pytest
from django.conf import settings

from wipoconv.management.commands import catalogues

PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[-+#0]*\d*(?:\.\d+)?[sdifr]|\{\w*\}")
CATALOGUES = catalogues.catalogues(Path(settings.BASE_DIR))
NUMBERS = range(1000)

every_language = pytest.mark.parametrize(
    "po_file", CATALOGUES, ids=[file.parent.parent.name for file in CATALOGUES]
)


def entries(po_file):
    return [entry for entry in polib.pofile(str(po_file)) if not entry.obsolete]


def plural_rule(po_file):
    """Return the header's number of forms and its rule: number in, form out."""
    header = polib.pofile(str(po_file)).metadata["Plural-Forms"]
    count, rule = re.match(r"nplurals=\s*(\d+);\s*plural=(.+?);?\s*$", header).groups()
    return int(count), gettext.c2py(rule)


def placeholders(text):
    return set(PLACEHOLDER.findall(text.replace("%%", "")))


@every_language
def test_nothing_is_missing_or_fuzzy(po_file):
    english = po_file.parent.parent.name == "en"  # its texts are the source itself
    found = [
        entry.msgid
        for entry in entries(po_file)
        if entry.fuzzy or not (english or entry.translated())
    ]

    assert found == []


@every_language
def test_placeholders_are_those_of_the_source(po_file):
    wrong = [
        entry.msgid
        for entry in entries(po_file)
        if entry.msgstr and placeholders(entry.msgstr) != placeholders(entry.msgid)
    ]

    assert wrong == []


@every_language
def test_a_form_for_several_numbers_shows_which(po_file):
    _count, form_of = plural_rule(po_file)
    uses = [form_of(number) for number in NUMBERS]
    wrong = []
    for entry in entries(po_file):
        wanted = placeholders(entry.msgid_plural)
        for form, text in entry.msgstr_plural.items():
            found = placeholders(text)
            one_number = uses.count(form) == 1  # "no place", "one place" need no figure
            if text and found != wanted and not (one_number and found < wanted):
                wrong.append(text)

    assert wrong == []


@every_language
def test_plural_forms_are_as_many_as_the_language_has(po_file):
    own = (
        Path(django.__file__).parent
        / "conf/locale"
        / po_file.relative_to(Path(settings.BASE_DIR) / "locale")
    )
    count, _rule = plural_rule(po_file)

    assert count == plural_rule(own)[0]
    for entry in entries(po_file):
        if entry.msgid_plural:
            assert sorted(entry.msgstr_plural) == list(range(count)), entry.msgid


@every_language
def test_what_is_compiled_is_what_is_written(po_file, tmp_path):
    compiled = tmp_path / "django.mo"
    polib.pofile(str(po_file)).save_as_mofile(str(compiled))

    assert compiled.read_bytes() == po_file.with_suffix(".mo").read_bytes()


# What the scripts of Django's admin say -----------------------------------------------

SCRIPTS = Path(django.__file__).parent / "contrib/admin/locale"


@pytest.mark.parametrize("po_file", catalogues.scripts_words())
def test_the_words_of_the_scripts_are_compiled_as_they_are_written(po_file, tmp_path):
    compiled = tmp_path / "djangojs.mo"
    polib.pofile(str(po_file)).save_as_mofile(str(compiled))

    assert compiled.read_bytes() == po_file.with_suffix(".mo").read_bytes()


@pytest.mark.parametrize("language", [path.parent.parent.name for path in CATALOGUES])
def test_the_scripts_of_the_admin_speak_every_language(language):
    files = [SCRIPTS / language / "LC_MESSAGES/djangojs.po"]
    files += [f for f in catalogues.scripts_words() if f.parent.parent.name == language]
    source = entries(SCRIPTS / "en/LC_MESSAGES/djangojs.po")
    said = {e.msgid for file in files for e in entries(file) if e.translated()}

    assert [e.msgid for e in source if language != "en" and e.msgid not in said] == []
