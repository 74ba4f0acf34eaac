"""Public pages served ready-made, before anything of Django runs.

A page is kept if its view is declared with ``public_page``. It is made from nothing
but its path, the parameters its view names and this site's own address: cookies,
languages and every other header of whoever happened to ask first never reach it. So
what is kept cannot be somebody's own, nor poisoned.

Each process keeps its own pages and remembers the ContentVersion for a second. Where
that is raised, all pages are old.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from gzip import compress as gzip
from hashlib import blake2b
from threading import Event, Lock
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import brotli
from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.http import HttpResponse
from django.http.request import split_domain_port, validate_host
from django.urls import Resolver404, resolve
from django.utils.translation import get_language_from_path, override

from sessions.models import ContentVersion
from sessions.public_page import PREVIEW, next_boundary, shows_places

SAFE = {"GET", "HEAD"}
SECONDS = 1.0  # for which a process remembers the version
SECONDS_WITH_PLACES = 5
PATIENCE = 10  # seconds to wait for the thread that makes the same page
OVERHEAD = 2_000  # bytes of a kept page that are neither body nor header
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
class Page:
    """A page as it goes out, by encoding: br, gzip or none."""

    version: int
    until: float
    variants: dict[str, Variant]
    size: int

    def holds(self, version: int) -> bool:
        return self.version == version and time.time() < self.until


class PageCache:
    """A WSGI application before ours; any number of threads may call it."""

    def __init__(self, application: WSGIApplication, megabytes: int) -> None:
        self._application = application
        # Apart, since everybody can make up queries: they push out none but each other.
        self._plain = Shelf(megabytes * 750_000)
        self._asked = Shelf(megabytes * 250_000)
        self._version = Remembered(_version_now)
        self._boundary = (-1, 0.0)  # of which version, and when
        self._making: dict[Key, Event] = {}
        self._lock = Lock()

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        key = _key(environ)
        if key is None:
            return self._application(environ, start_response)
        try:
            version = self._version()
        except DatabaseError:  # let the application say so
            return self._application(environ, start_response)
        page = self._find(key, version)
        if page is None:
            if not _is_public(key.path):
                return self._application(environ, start_response)
            with self._one_at_a_time(key):
                page = self._find(key, version)
                if page is None:
                    return self._make(key, version, environ, start_response)
        return _send(page, environ, start_response)

    def _find(self, key: Key, version: int) -> Page | None:
        page = (self._asked if key.query else self._plain).get(key)
        return page if page and page.holds(version) else None

    @contextmanager
    def _one_at_a_time(self, key: Key) -> Iterator[None]:
        """Wait while another thread makes this page; but not for ever."""
        with self._lock:
            running = self._making.get(key)
            mine = self._making[key] = running or Event()
        if running:
            running.wait(PATIENCE)
            yield
            return
        try:
            yield
        finally:
            with self._lock:
                del self._making[key]
            mine.set()

    def _make(
        self,
        key: Key,
        version: int,
        environ: WSGIEnvironment,
        start_response: StartResponse,
    ) -> Iterable[bytes]:
        """Let the application make the page; keep it if it may be kept."""
        until = self._next_boundary(version)
        started: list[tuple[str, Headers]] = []

        def note(status: str, headers: Headers, *_: object) -> Callable[..., None]:
            started.append((status, headers))
            return lambda _body: None  # which Django never calls

        places = shows_places.set(False)
        try:
            response = self._application(_bare(environ, key), note)
            if shows_places.get():
                until = min(until, time.time() + SECONDS_WITH_PLACES)
        finally:
            shows_places.reset(places)
        [(status, headers)] = started
        if not isinstance(response, HttpResponse) or not _may_be_kept(status, headers):
            start_response(status, headers)
            return response
        page = _page(version, until, headers, response.content)
        response.close()
        (self._asked if key.query else self._plain).put(key, page)
        return _send(page, environ, start_response)

    def _next_boundary(self, version: int) -> float:
        of_version, moment = self._boundary
        if of_version != version or moment <= time.time():
            moment = next_boundary(datetime.now(UTC)).timestamp()
            self._boundary = (version, moment)
        return moment


class Remembered:
    """A value that is asked for once a second at most, by one thread."""

    def __init__(self, ask: Callable[[], int]) -> None:
        self._ask = ask
        self._value, self._until = 0, 0.0
        self._lock = Lock()

    def __call__(self) -> int:
        if time.monotonic() >= self._until:
            with self._lock:
                begin = time.monotonic()
                if begin >= self._until:
                    self._value = self._ask()
                    self._until = begin + SECONDS
        return self._value


class Shelf:
    """Pages that take no more than this room; those not asked for longest go first."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.taken = 0
        self._pages: OrderedDict[Key, Page] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, key: Key) -> Page | None:
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: Key, page: Page) -> None:
        with self._lock:
            old = self._pages.pop(key, None)
            self._pages[key] = page
            self.taken += page.size - (old.size if old else 0)
            while self.taken > self.room:
                _key, last = self._pages.popitem(last=False)
                self.taken -= last.size


def _version_now() -> int:
    close_old_connections()  # no request of Django's has begun that would
    return ContentVersion.objects.current()


def _key(environ: WSGIEnvironment) -> Key | None:
    """Say under what the answer may be kept; None means that nobody may keep it."""
    if environ["REQUEST_METHOD"] not in SAFE:
        return None
    if not _is_our_host(environ.get("HTTP_HOST", "")):
        return None
    path = environ.get("PATH_INFO", "")
    query = _public_query(path, environ.get("QUERY_STRING", ""))
    return None if query is None else Key(path, query, _is_secure(environ))


@lru_cache(maxsize=64)
def _is_our_host(host: str) -> bool:
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def _is_secure(environ: WSGIEnvironment) -> bool:
    """Say whether the visitor came by TLS, as Django judges it."""
    if settings.SECURE_PROXY_SSL_HEADER:
        header, secure = settings.SECURE_PROXY_SSL_HEADER
        if header in environ:
            return bool(environ[header].partition(",")[0].strip() == secure)
    return bool(environ["wsgi.url_scheme"] == "https")


def _public_query(path: str, query: str) -> str | None:
    """Keep of a query what the page takes; None if it is staff's or unreadable."""
    if not query:
        return ""
    public = _parameters(path)
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict")
    except ValueError:
        return None
    names = {name for name, _value in pairs}
    if public is None or PREVIEW in names or "\0" in "".join(map("".join, pairs)):
        return None
    return urlencode(sorted(pair for pair in pairs if pair[0] in public))


def _is_public(path: str) -> bool:
    return _parameters(path) is not None


def _parameters(path: str) -> frozenset[str] | None:
    """Return what the page at a path takes of a query; None if it is not public."""
    if path.startswith(settings.STATIC_URL):
        return None
    try:
        path = path.encode("latin-1").decode()  # WSGI's spelling of bytes
        with override(get_language_from_path(path) or settings.LANGUAGE_CODE):
            view = resolve(path).func
    except (UnicodeError, Resolver404):
        return None
    return getattr(view, "public_parameters", None)


def _bare(environ: WSGIEnvironment, key: Key) -> WSGIEnvironment:
    """Return the request with nothing of the one who asks but the key."""
    bare = {
        name: value
        for name, value in environ.items()
        if not name.startswith(("HTTP_", "CONTENT_"))
    }
    bare["REQUEST_METHOD"] = "GET"
    bare["QUERY_STRING"] = key.query
    bare["HTTP_HOST"] = urlsplit(settings.SITE_URL).netloc
    bare["wsgi.url_scheme"] = "https" if key.is_secure else "http"
    if settings.SECURE_PROXY_SSL_HEADER:
        header, secure = settings.SECURE_PROXY_SSL_HEADER
        bare[header] = secure if key.is_secure else "http"
    return bare


def _may_be_kept(status: str, headers: Headers) -> bool:
    """Judge the answer itself; that its view is public is known."""
    found = {name.lower(): value.lower() for name, value in headers}
    control = {part.strip() for part in found.get("cache-control", "").split(",")}
    return (
        status.startswith("200 ")
        and not {"set-cookie", "content-encoding"} & set(found)
        and "public" in control
        and not {"private", "no-store", "no-cache"} & control
        and found.get("vary", "accept-encoding") == "accept-encoding"
    )


def _page(version: int, until: float, headers: Headers, content: bytes) -> Page:
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
    return Page(version, until, variants, size)


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


def _send(
    page: Page, environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    variant = page.variants[_encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))]
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known and (known.strip() == "*" or variant.etag in known):
        start_response("304 Not Modified", variant.headers_unchanged)
        return []
    start_response("200 OK", variant.headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [variant.body]


@lru_cache(maxsize=64)
def _encoding(accepted: str) -> str:
    """Choose among what a browser accepts: br, else gzip, else none."""
    wanted: dict[str, bool] = {}
    for part in accepted.lower().split(","):
        name, _semicolon, weight = part.partition(";")
        is_refused = weight.replace(" ", "").rstrip("0") in {"q=", "q=0."}
        wanted[name.strip()] = not is_refused
    everything = wanted.get("*", False)
    return next((n for n in ("br", "gzip") if wanted.get(n, everything)), "")
