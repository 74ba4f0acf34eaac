"""The site behind its page cache; the other rows are measured without one."""

import os

os.environ["PAGE_CACHE_MB"] = "32"  # the default

from wipoconv.wsgi import application

__all__ = ["application"]
