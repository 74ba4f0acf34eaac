"""What a rendered page holds: its elements, its words, its forms, what it may not."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.test import Client

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta"}
VOID |= {"source", "track", "wbr"}
DATA = {"application/json", "application/ld+json"}  # types of script that no one runs
ADDRESSES = {
    "script": ["src"],
    "link": ["href"],
    "img": ["src", "srcset"],
    "source": ["src", "srcset"],
    "iframe": ["src"],
    "object": ["data"],
    "form": ["action"],
    "button": ["formaction"],
    "input": ["src"],
}


@dataclass
class Element:
    """One element of a page and what is in it."""

    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)

    def __iter__(self) -> Iterator["Element"]:
        """Yield this element and all within, in the order of the page."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child

    def all(self, tag: str, **attrs: str) -> list["Element"]:
        """Find by tag and attributes; ``class_`` stands for ``class``."""
        wanted = {name.rstrip("_"): value for name, value in attrs.items()}
        return [
            element
            for element in self
            if element.tag == tag
            and all(element.attrs.get(name) == value for name, value in wanted.items())
        ]

    def one(self, tag: str, **attrs: str) -> "Element":
        found = self.all(tag, **attrs)
        assert len(found) == 1, f"{len(found)} × {tag} {attrs}"
        return found[0]

    @property
    def raw(self) -> str:
        return "".join(c if isinstance(c, str) else c.raw for c in self.children)

    @property
    def text(self) -> str:
        """The words, with single spaces."""
        return " ".join(self.raw.split())

    @property
    def links(self) -> list[str]:
        return [a.attrs["href"] for a in self.all("a") if "href" in a.attrs]


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("")]

    def handle_starttag(self, tag, attrs):
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        """Take in a part of a drawing, such as ``<use/>``, that holds nothing."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data):
        self.open[-1].children.append(data)


def parse(response) -> Element:
    """Read a response's page; a wrongly nested element fails."""
    parser = _Parser()
    parser.feed(response.content.decode())
    parser.close()
    assert len(parser.open) == 1, f"not closed: {parser.open[-1].tag}"
    return parser.open[0]


def status_of(client: Client, url: str) -> int:
    """Ask for an address and read the answer to its end, which closes its file."""
    response = client.get(url)
    b"".join(response)
    return response.status_code


def form_data(form: Element) -> dict[str, list[str]]:
    """Return what a browser would post if one pressed no button in particular."""
    data: dict[str, list[str]] = {}
    for control in form:
        name = control.attrs.get("name")
        if name and "disabled" not in control.attrs:
            data.setdefault(name, []).extend(_values(control))
    return {name: values for name, values in data.items() if values}


def _values(control: Element) -> list[str]:
    kind = control.attrs.get("type", "text")
    if control.tag == "textarea":
        return [control.raw.removeprefix("\n")]
    if control.tag == "select":
        options = control.all("option")
        chosen = [o for o in options if "selected" in o.attrs]
        if not chosen and "multiple" not in control.attrs:
            chosen = options[:1]
        return [option.attrs.get("value", option.text) for option in chosen]
    if control.tag != "input" or kind in {"submit", "button", "file", "image"}:
        return []
    if kind in {"checkbox", "radio"}:
        return [control.attrs.get("value", "on")] if "checked" in control.attrs else []
    return [control.attrs.get("value", "")]


def form_of(client: Client, url: str) -> dict[str, list[str]]:
    """Return what the form of an admin's page would post as it stands."""
    response = client.get(url)
    assert response.status_code == 200
    form = next(
        f
        for f in parse(response).all("form")
        if f.attrs.get("id", "").endswith("_form")
    )
    return form_data(form)


def add_row(data: dict[str, list[str]], prefix: str, **fields: str) -> None:
    """Fill in one more row of an inline, as the script of the admin adds it."""
    number = int(data[f"{prefix}-TOTAL_FORMS"][0])
    blank = {
        name.replace("__prefix__", str(number)): values
        for name, values in data.items()
        if name.startswith(f"{prefix}-__prefix__-")
    }
    filled = {f"{prefix}-{number}-{name}": [value] for name, value in fields.items()}
    data |= blank | filled | {f"{prefix}-TOTAL_FORMS": [str(number + 1)]}


def against_the_policy(page: Element) -> list[str]:
    """List what a strict content security policy blocks, and what asks others."""
    found = [f"<{e.tag}> {name}" for e in page for name in e.attrs if _inline(e, name)]
    found += [f"<style> {e.raw[:40]}" for e in page.all("style")]
    found += [
        f"<script> {e.raw[:40]}"
        for e in page.all("script")
        if "src" not in e.attrs and e.attrs.get("type") not in DATA
    ]
    for element in page:
        for name in ADDRESSES.get(element.tag, []):
            address = element.attrs.get(name, "")
            if _is_elsewhere(element, address):
                found.append(f"<{element.tag} {name}={address!r}>")
    return found


def _inline(element: Element, name: str) -> bool:
    address = element.attrs[name].strip().casefold()
    return name == "style" or name.startswith("on") or address.startswith("javascript:")


def _is_elsewhere(element: Element, address: str) -> bool:
    """Tell whether loading it would ask another host; links to a page load nothing."""
    if element.tag == "link" and element.attrs.get("rel") in {"alternate", "canonical"}:
        return False
    if address.startswith("//"):
        return True
    return ":" in address.partition("/")[0] and not address.startswith("data:")
