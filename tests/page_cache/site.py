"""The site behind its cache, asked without a server."""

from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory

from wipoconv.page_cache import PageCache

HOME = "/en/"
FRESH = "public, max-age=0, s-maxage=5, stale-while-revalidate=10"
CLOSED = {"registration_opens_at": None, "registration_closes_at": None}
PUBLIC = {"Cache-Control": FRESH}


class Answer:
    """What came out of a WSGI application, as a server would send it."""

    def __init__(self, status, headers, parts):
        self.status = int(status.split()[0])
        self.headers = dict(headers)
        self.lines = len(headers)
        self.body = b"".join(parts)
        getattr(parts, "close", lambda: None)()

    @property
    def text(self):
        return self.body.decode()

    def header(self, name):
        return self.headers.get(name, "")


class Site:
    """The site behind its cache; it notes what the cache does not answer itself."""

    def __init__(self, application=None, megabytes=1):
        self.application = application or WSGIHandler()
        self.cache = PageCache(self._note, megabytes)
        self.made = []

    def _note(self, environ, start_response):
        self.made.append(environ)
        return self.application(environ, start_response)

    def get(self, path, method="GET", **environ):
        return self.ask(self.cache, path, method, environ)

    def ask(self, application, path, method="GET", environ=None):
        request = RequestFactory().generic(method, path, **environ or {})
        request.environ["HTTP_HOST"] = (environ or {}).get("HTTP_HOST", "localhost")
        answered = []
        parts = application(
            request.environ, lambda status, headers: answered.append((status, headers))
        )
        return Answer(*answered[0], parts)

    @property
    def kept(self):
        return len(self.cache._plain) + len(self.cache._asked)

    def forget_the_version(self):
        """Wait no second until the cache looks at the version again."""
        self.cache._version._until = 0


def answering(response):
    """Return an application that always answers so."""

    def application(environ, start_response):
        start_response(f"{response.status_code} Words", list(response.items()))
        return response

    return application
