"""Public pages served ready-made, before anything of Django runs.

A page is kept if its view is declared with ``public_page``. It is made from nothing
but its path, the parameters its view names and this site's own address: cookies,
languages and every other header of whoever happened to ask first never reach it. So
what is kept cannot be somebody's own, nor poisoned. A view declared with
``public_form`` is kept too, but for the one value that each reader gets anew.

Each process keeps its own pages and remembers the ContentVersion for a second. Where
that is raised, all pages are old.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from threading import Event, Lock
from urllib.parse import parse_qsl, urlencode, urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.http import HttpResponse
from django.http.request import split_domain_port, validate_host
from django.urls import Resolver404, resolve
from django.utils.translation import get_language_from_path, override

from sessions.models import ContentVersion
from sessions.public_page import (
    PREVIEW,
    PUTS_IN,
    next_boundary,
    shows_places,
)

from .kept import Headers, Kept, Key, Shelf, make_form, make_page

SAFE = {"GET", "HEAD"}
SECONDS = 1.0  # for which a process remembers the version
SECONDS_WITH_PLACES = 5
PATIENCE = 10  # seconds to wait for the thread that makes the same page


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

    def _find(self, key: Key, version: int) -> Kept | None:
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
        put_in = getattr(_view(key.path), "put_in", None)
        if not isinstance(response, HttpResponse) or not _may_be_kept(
            status, headers, is_form=put_in is not None
        ):
            start_response(status, headers)
            return response
        if put_in is None:
            page: Kept = make_page(version, until, headers, response.content)
        else:
            page = make_form(version, until, headers, response.content, put_in)
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
    return getattr(_view(path), "public_parameters", None)


def _view(path: str) -> Callable[..., object] | None:
    if path.startswith(settings.STATIC_URL):
        return None
    try:
        path = path.encode("latin-1").decode()  # WSGI's spelling of bytes
        with override(get_language_from_path(path) or settings.LANGUAGE_CODE):
            return resolve(path).func
    except (UnicodeError, Resolver404):
        return None


def _bare(environ: WSGIEnvironment, key: Key) -> WSGIEnvironment:
    """Return the request with nothing of the one who asks but the key."""
    bare = {
        name: value
        for name, value in environ.items()
        if not name.startswith(("HTTP_", "CONTENT_"))
    }
    bare[PUTS_IN] = True
    bare["REQUEST_METHOD"] = "GET"
    bare["QUERY_STRING"] = key.query
    bare["HTTP_HOST"] = urlsplit(settings.SITE_URL).netloc
    bare["wsgi.url_scheme"] = "https" if key.is_secure else "http"
    if settings.SECURE_PROXY_SSL_HEADER:
        header, secure = settings.SECURE_PROXY_SSL_HEADER
        bare[header] = secure if key.is_secure else "http"
    return bare


def _may_be_kept(status: str, headers: Headers, *, is_form: bool) -> bool:
    """Judge the answer itself; that its view is public is known.

    A form is kept by nobody but us: its own headers say so.
    """
    found = {name.lower(): value.lower() for name, value in headers}
    control = {part.strip() for part in found.get("cache-control", "").split(",")}
    return (
        status.startswith("200 ")
        and not {"set-cookie", "content-encoding"} & set(found)
        and (is_form or "public" in control)
        and (is_form or not {"private", "no-store", "no-cache"} & control)
        and found.get("vary", "accept-encoding") == "accept-encoding"
    )


def _send(
    page: Kept, environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    status, headers, body = page.answer(environ)
    start_response(status, headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" or not body else [body]
