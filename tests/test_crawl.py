"""A walk through the whole site in all six languages, along its own links.

It knows the twelve real sessions and the demonstration. What a reader can reach must
be there, in the language it says, and translated.
"""

import re
from collections import Counter
from io import StringIO
from urllib.parse import urldefrag, urljoin, urlsplit

import polib
import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db.models import CharField, TextField
from django.utils.translation import to_locale
from modeltranslation.manager import get_translatable_fields_for_model
from modeltranslation.utils import build_localized_fieldname

from tests.pages import Element, against_the_policy, parse

pytestmark = pytest.mark.django_db

LANGUAGES = [code for code, _name in settings.LANGUAGES]
SPOKEN = {"alt", "aria-label", "aria-description", "placeholder", "title"}
FEWEST_PAGES = 20  # of a language; a walk that sees fewer has lost its way
NOT_WORDS = re.compile(r"[\W\d_]*")


class Walk:
    """All pages of one language that links lead to, and what is wrong with them."""

    def __init__(self, client, language):
        self.client = client
        self.language = language
        self.faults = []
        self.unkept = []  # pages that the page cache may not keep
        self.pages = {}
        self.answers = {}  # of everything else: address → status
        self.foreign_words = english_words(language)
        self.fragments = set()

    def from_home(self):
        waiting = [f"/{self.language}/"]
        while waiting:
            path = waiting.pop()
            if path in self.pages or path in self.answers:
                continue
            response = self.client.get(path)
            if is_page(response) and path.startswith(f"/{self.language}/"):
                waiting += self._read(path, response)
                if "s-maxage" not in response["Cache-Control"]:
                    self.unkept.append(path)
            else:
                b"".join(response)
                self.answers[path] = response.status_code
        self._judge_answers()
        return self

    def _read(self, path, response):
        """Judge a page and return where it leads."""
        page = self.pages[path] = parse(response)
        self.faults += [f"{path}: {fault}" for fault in self._faults(path, page)]
        found = {urljoin(path, address) for address in addresses(page)}
        self.fragments |= {(link, path) for link in found if urldefrag(link)[1]}
        inner = {urldefrag(link)[0] for link in found} - {path}
        # Filters lead to each other without end; one step along them is enough.
        # Pages in other languages have a walk of their own.
        return [
            link
            for link in sorted(inner)
            if ("?" not in path or "?" not in link) and not self._is_elsewhere(link)
        ]

    def _is_elsewhere(self, link):
        first = link.split("/")[1]
        return first in LANGUAGES and first != self.language

    def _faults(self, path, page):
        html = page.one("html")
        direction = "rtl" if self.language == "ar" else "ltr"
        ids = Counter(e.attrs["id"] for e in page if "id" in e.attrs)
        if (html.attrs["lang"], html.attrs["dir"]) != (self.language, direction):
            yield f"is in {html.attrs}"
        if len(page.all("h1")) != 1:
            yield f"{len(page.all('h1'))} × h1"
        if not page.one("title").text:
            yield "no title"
        for name, times in ids.items():
            if times > 1:
                yield f"{times} × id {name}"
        yield from against_the_policy(page)
        yield from self._alternates(path, page)
        for words in untranslated(page, self.foreign_words):
            yield f"English words: {words}"

    def _alternates(self, path, page):
        said = {
            link.attrs["hreflang"]: link.attrs["href"]
            for link in page.all("link", rel="alternate")
            if "hreflang" in link.attrs
        }
        rest = path.partition("?")[0].removeprefix(f"/{self.language}/")
        expected = {code: f"{settings.SITE_URL}/{code}/{rest}" for code in LANGUAGES}
        expected["x-default"] = expected["en"]
        if said != expected:
            yield f"hreflang {said}"

    def _judge_answers(self):
        for path, status in self.answers.items():
            if not is_fine(path, status):
                self.faults.append(f"{path}: {status}")
        for link, path in self.fragments:
            target, name = urldefrag(link)
            page = self.pages.get(target)
            if page and name not in {e.attrs.get("id") for e in page}:
                self.faults.append(f"{path}: there is no {link}")


def is_page(response):
    kind = response.headers.get("Content-Type", "")
    return response.status_code == 200 and kind.startswith("text/html")


def addresses(page):
    """List what a page leads to or loads, as far as it is ours."""
    found = [
        address
        for element in page
        for name in ["href", "src"]
        if (address := element.attrs.get(name))
    ]
    own = urlsplit(settings.SITE_URL).netloc
    for address in found:
        parts = urlsplit(address)
        if parts.scheme in {"", "http", "https"} and parts.netloc in {"", own}:
            yield parts._replace(scheme="", netloc="").geturl() or "#"


def is_fine(path, status):
    if path.startswith(settings.STATIC_URL):
        return finders.find(path.removeprefix(settings.STATIC_URL)) is not None
    if path.startswith("/admin/"):
        return status == 302
    return status == 200 or (status == 302 and "/documents/" in path)


def english_words(language):
    """Return English texts that must not stand in a page of another language.

    That is what our catalogue translates otherwise, and every text of a row that
    is there in English alone, which a page may show, but marked as English.
    """
    if language == "en":
        return set()
    path = settings.BASE_DIR / "locale" / to_locale(language) / "LC_MESSAGES/django.po"
    interface = {
        entry.msgid: entry.msgstr
        for entry in polib.pofile(str(path))
        if entry.msgstr and not entry.obsolete
    }
    words = {msgid for msgid, msgstr in interface.items() if msgid != msgstr}
    for model in apps.get_app_config("conversation").get_models():
        for name in get_translatable_fields_for_model(model) or []:
            field = model._meta.get_field(name)
            assert isinstance(field, (CharField, TextField))
            own = build_localized_fieldname(name, language)
            rows = model.objects.rewrite(False).filter(**{f"{own}__in": ["", None]})
            rows |= model.objects.rewrite(False).filter(**{f"{own}__isnull": True})
            words |= set(rows.values_list(f"{name}_en", flat=True))
    return {" ".join(text.split()) for text in words if text} - set(interface.values())


def untranslated(element, words):
    """Yield texts of an element that are English, but where it says so."""
    if element.attrs.get("lang") == "en" or element.tag in {"script", "style"}:
        return
    for name in SPOKEN & set(element.attrs):
        if element.attrs[name] in words:
            yield f"{name}={element.attrs[name]!r}"
    for child in element.children:
        if isinstance(child, Element):
            yield from untranslated(child, words)
        elif (text := " ".join(child.split())) in words and not NOT_WORDS.fullmatch(
            text
        ):
            yield repr(text)


@pytest.fixture
def site():
    for command in ["load_sessions", "make_demo_session"]:
        call_command(command, stdout=StringIO())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_a_language_is_there_and_as_it_should_be(client, site, language):
    walk = Walk(client, language).from_home()

    assert walk.faults == []
    forms = ("/register/", "/my-registration/")
    assert [path for path in walk.unkept if not path.endswith(forms)] == []
    assert len(walk.pages) >= FEWEST_PAGES
    for page in ["figures", "api", "my-registration", "accessibility", "privacy"]:
        assert f"/{language}/{page}/" in walk.pages
    assert len([path for path in walk.pages if "/sessions/" in path]) >= 13


def test_the_front_door_leads_to_every_language(client, site):
    for language in LANGUAGES:
        answer = client.get("/", headers={"Accept-Language": language})
        page = parse(client.get(answer.url))

        assert answer.status_code == 302
        assert page.one("html").attrs["lang"] == language
        assert set(page.links) >= {f"/{code}/" for code in LANGUAGES}
