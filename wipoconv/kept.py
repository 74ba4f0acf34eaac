"""What the page cache keeps: pages as they go out, and forms but for one value."""

import time
import zlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from gzip import compress as gzip
from hashlib import blake2b
from threading import Lock
from typing import NamedTuple
from wsgiref.types import WSGIEnvironment

import brotli

from sessions.public_page import PUT_IN_HERE

OVERHEAD = 2_000  # bytes of a kept page that are neither body nor header
GZIP = 31  # zlib's window of 32 KB in a frame of gzip's
COMPRESSOR = 270_000  # bytes of what zlib holds while it compresses
OF_THE_BODY = {"content-length", "content-encoding", "content-type"}

Headers = list[tuple[str, str]]


class Key(NamedTuple):
    """What a page is kept under; its path says the language."""

    path: str
    query: str
    is_secure: bool


class Variant(NamedTuple):
    """A page in one encoding."""

    etag: str
    body: bytes
    headers: Headers
    headers_unchanged: Headers  # of the answer 304


@dataclass(frozen=True)
class Kept:
    """What is kept, and for how long it holds."""

    version: int
    until: float
    size: int

    def holds(self, version: int) -> bool:
        return self.version == version and time.time() < self.until

    def answer(self, environ: WSGIEnvironment) -> tuple[str, Headers, bytes]:
        raise NotImplementedError


@dataclass(frozen=True)
class Page(Kept):
    """A page as it goes out, by encoding: br, gzip or none."""

    variants: dict[str, Variant]

    def answer(self, environ: WSGIEnvironment) -> tuple[str, Headers, bytes]:
        variant = self.variants[_encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))]
        known = environ.get("HTTP_IF_NONE_MATCH")
        if known and (known.strip() == "*" or variant.etag in known):
            return "304 Not Modified", variant.headers_unchanged, b""
        return "200 OK", variant.headers, variant.body


@dataclass(frozen=True)
class Form(Kept):
    """A page with a value to be put in; all before it is compressed already."""

    head: bytes
    tail: bytes
    put_in: Callable[[], str]
    headers: Headers
    begun: "zlib._Compress"
    begun_bytes: bytes

    def answer(self, environ: WSGIEnvironment) -> tuple[str, Headers, bytes]:
        rest = self.put_in().encode() + self.tail
        headers, body = self.headers, self.head + rest
        accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
        if _encoding(accepted, ("gzip",)):
            zipping = self.begun.copy()
            body = self.begun_bytes + zipping.compress(rest) + zipping.flush()
            headers = [*headers, ("Content-Encoding", "gzip")]
        return "200 OK", [*headers, ("Content-Length", str(len(body)))], body


class Shelf:
    """Pages that take no more than this room; those not asked for longest go first."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.taken = 0
        self._pages: OrderedDict[Key, Kept] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, key: Key) -> Kept | None:
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: Key, page: Kept) -> None:
        with self._lock:
            old = self._pages.pop(key, None)
            self._pages[key] = page
            self.taken += page.size - (old.size if old else 0)
            while self.taken > self.room:
                _key, last = self._pages.popitem(last=False)
                self.taken -= last.size


def make_page(version: int, until: float, headers: Headers, content: bytes) -> Page:
    """Compress a page for all who will ask."""
    digest = blake2b(content, digest_size=16).hexdigest()
    bodies = {
        "": content,
        "gzip": gzip(content, 6, mtime=0),
        "br": brotli.compress(content, quality=5),
    }
    variants = {
        name: _variant(f'"{digest}{name and f"-{name}"}"', name, headers, body)
        for name, body in bodies.items()
    }
    size = OVERHEAD + 6 * sum(len(name) + len(value) for name, value in headers)
    size += sum(map(len, bodies.values()))
    return Page(version, until, size, variants)


def make_form(
    version: int,
    until: float,
    headers: Headers,
    content: bytes,
    put_in: Callable[[], str],
) -> Form:
    """Compress a form as far as the place where the value is put in."""
    head, _here, tail = content.rpartition(PUT_IN_HERE.encode())
    begun = zlib.compressobj(wbits=GZIP)
    begun_bytes = begun.compress(head)
    own = [
        pair for pair in headers if pair[0].lower() not in {"content-length", "vary"}
    ]
    own.append(("Vary", "Accept-Encoding"))
    size = OVERHEAD + COMPRESSOR + len(content) + len(begun_bytes)
    return Form(version, until, size, head, tail, put_in, own, begun, begun_bytes)


def _variant(etag: str, encoding: str, headers: Headers, body: bytes) -> Variant:
    """Put the headers of one encoding together; the rest is exactly as rendered."""
    replaced = {"content-length", "etag", "vary"}
    own = [("ETag", etag), ("Vary", "Accept-Encoding")]
    own += [(name, value) for name, value in headers if name.lower() not in replaced]
    unchanged = [pair for pair in own if pair[0].lower() not in OF_THE_BODY]
    own.append(("Content-Length", str(len(body))))
    if encoding:
        own.append(("Content-Encoding", encoding))
    return Variant(etag, body, own, unchanged)


@lru_cache(maxsize=64)
def _encoding(accepted: str, ours: tuple[str, ...] = ("br", "gzip")) -> str:
    """Choose the first of ours that a browser accepts, else none."""
    wanted: dict[str, bool] = {}
    for part in accepted.lower().split(","):
        name, _semicolon, weight = part.partition(";")
        is_refused = weight.replace(" ", "").rstrip("0") in {"q=", "q=0."}
        wanted[name.strip()] = not is_refused
    everything = wanted.get("*", False)
    return next((name for name in ours if wanted.get(name, everything)), "")
