"""A visitor with one connection that stays open, and cookies."""

from http.client import HTTPConnection
from http.cookies import SimpleCookie
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import urlencode

HOST = "127.0.0.1"
PATIENCE = 60  # seconds for an answer
HTTP_OK = 200
HTTP_FOUND = 302


class CouldNotMeasure(Exception):  # noqa: N818 (it says what happened)
    """Something else happened than what was to be measured."""


class Answer(NamedTuple):
    status: int
    body: str

    def expect(self, status: int, what: str) -> Self:
        """Refuse to measure an error page."""
        if self.status != status:
            raise CouldNotMeasure(f"{what} answered {self.status}, not {status}")
        return self


class Browser:
    """Speaks to one server, one request after the other."""

    def __init__(self, port: int) -> None:
        self.connection = HTTPConnection(HOST, port, timeout=PATIENCE)
        self.cookies: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.connection.close()

    def get(self, path: str, *, accept: str = "identity") -> Answer:
        """Ask for a page; of one that comes compressed the body is left alone."""
        return self._ask("GET", path, accept=accept)

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        return self._ask("POST", path, urlencode(fields))

    def _ask(
        self,
        method: str,
        path: str,
        body: str | None = None,
        *,
        accept: str = "identity",
    ) -> Answer:
        headers = {"Accept-Encoding": accept}
        if self.cookies:
            pairs = [f"{name}={value}" for name, value in self.cookies.items()]
            headers["Cookie"] = "; ".join(pairs)
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        sent = response.read()
        text = "" if response.headers["Content-Encoding"] else sent.decode()
        for line in response.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.coded_value
        return Answer(response.status, text)
