"""The project's settings in a known environment, made fast for tests.

Nothing of the developer's environment gets in but the database that
``python -m tests`` chose, in TEST_DATABASE_URL.
"""

import os
import re
import tempfile
from pathlib import Path
from secrets import token_hex

# Of each process its own; tests/conftest.py makes it and takes it away.
_folder = Path(tempfile.gettempdir(), f"wipoconv-tests-{token_hex(8)}")

_example = (Path(__file__).parent.parent / ".env.example").read_text(encoding="utf-8")
for _name in re.findall(r"^#?([A-Z_]+)=", _example, re.MULTILINE):
    os.environ.pop(_name, None)
os.environ |= {
    "ENV_FILE": os.devnull,
    "DATA_DIR": str(_folder),
    "DATABASE_URL": os.environ.get("TEST_DATABASE_URL", ""),
    "SECRET_KEY": "a key for tests only, which opens nothing anywhere else",
    "SITE_URL": "http://localhost",
}

from wipoconv.settings import *  # noqa: E402, F403
from wipoconv.settings import DATABASES, STORAGES  # noqa: E402

EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PAGE_CACHE_MB = 0  # tests ask views; tests/test_page_cache.py asks the cache
FORM_SECONDS = 0  # tests fill in forms at once; those of the trap set it
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Static files come from where they are written, none is collected.
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, since threads cannot share a database in memory.
    DATABASES["default"]["TEST"] = {"NAME": str(_folder / "test.db")}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
    )
