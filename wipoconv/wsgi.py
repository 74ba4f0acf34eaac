"""Entry point for the web server: the pages it has kept, then Django."""

import os
from wsgiref.types import WSGIApplication

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wipoconv.settings")
application: WSGIApplication = get_wsgi_application()

if settings.PAGE_CACHE_MB > 0:
    from wipoconv.page_cache import PageCache  # Django has the models ready by now

    application = PageCache(application, settings.PAGE_CACHE_MB)
