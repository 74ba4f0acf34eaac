"""The site behind its page cache; the other rows are measured without one."""

from wipoconv.page_cache import PageCache
from wipoconv.wsgi import application as site

MEGABYTES = 32  # as wipoconv/settings.py has it

application = PageCache(site, MEGABYTES)
