"""The frame of a page: what is alike on all pages of one language is rendered once."""

from functools import cache
from typing import Any

from django import template
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, override

register = template.Library()

SECTIONS = ["sessions:list", "sessions:themes", "sessions:speakers"]
CURRENT = ' aria-current="true"'
PAGES = ["sessions:figures"]  # which have no pages below them


@register.simple_tag(takes_context=True)
def site_header(context: RequestContext) -> SafeString:
    """Return the name and the menu, which says where in it this page stands."""
    request = context.get("request")
    path = request.path if request else ""
    return _header(get_language() or "en", *_place(path, get_language() or "en"))


@register.simple_tag
def site_footer() -> SafeString:
    """Return the notices and feeds that every page ends with."""
    return _footer(get_language() or "en")


@register.simple_tag
def language_switch(languages: list[dict[str, Any]]) -> SafeString:
    """Link this page in the six languages."""
    here = get_language()
    links = [
        f'<li><a href="{escape(one["url"])}" lang="{one["code"]}" dir="{one["dir"]}"'
        f' hreflang="{one["code"]}"{CURRENT if one["code"] == here else ""}>'
        f"{one['name']}</a></li>"
        for one in languages
    ]
    return mark_safe("".join(links))  # noqa: S308 (addresses are escaped)


@register.simple_tag
def alternates(site_url: str, canonical: str, languages: list[Any]) -> SafeString:
    """Tell search engines where this page is in the six languages."""
    links = [f'<link rel="canonical" href="{escape(canonical)}">']
    pages = [(one["code"], escape(site_url + one["page"])) for one in languages]
    pages += [("x-default", page) for code, page in pages if code == "en"]
    links += [
        f'<link rel="alternate" hreflang="{code}" href="{page}">'
        for code, page in pages
    ]
    return mark_safe("\n".join(links))  # noqa: S308 (addresses are escaped)


@cache
def _places(language: str) -> list[tuple[str, str, bool]]:
    with override(language):
        return [
            *((name, reverse(name), True) for name in SECTIONS),
            *((name, reverse(name), False) for name in PAGES),
        ]


def _place(path: str, language: str) -> tuple[str, str]:
    """Return which entry of the menu leads here or above, and "page" or "true"."""
    for name, url, has_pages in _places(language):
        if path == url:
            return name, "page"
        if has_pages and path.startswith(url):
            return name, "true"
    return "", ""


@cache
def _header(language: str, place: str, current: str) -> SafeString:
    entries = [(name, url) for name, url, _below in _places(language)]
    urls = {name.partition(":")[2]: url for name, url in entries}
    context = urls | {"place": place, "current": current}
    with override(language):
        return render_to_string("includes/_header.html", context)


@cache
def _footer(language: str) -> SafeString:
    with override(language):
        return render_to_string("includes/_footer.html")
