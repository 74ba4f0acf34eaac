"""All settings. The environment decides what differs between machines.

``.env.example`` lists every variable read here. ``SITE_URL`` decides most:
allowed hosts, links in mails, secure cookies and CSRF origins.
"""

import re
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from secrets import token_urlsafe
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(env.str("ENV_FILE", default=str(BASE_DIR / ".env")))

# Where this site is and what it may keep -------------------------------------


def _is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach ``host``."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


PORT = env.int("PORT", default=8000)  # where `make run` listens
SITE_URL = env.str("SITE_URL", default=f"http://localhost:{PORT}").rstrip("/")
_site = urlsplit(SITE_URL)
if _site.scheme not in {"http", "https"} or not _site.hostname or _site.path:
    raise ImproperlyConfigured(
        f"SITE_URL must look like https://conversation.example.org, not {SITE_URL!r}."
    )
SITE_IS_LOCAL = _is_loopback(_site.hostname)
if _site.scheme == "http" and not SITE_IS_LOCAL:
    raise ImproperlyConfigured(
        "SITE_URL may use http only on this machine itself; take https."
    )

DATA_DIR = Path(BASE_DIR, env.str("DATA_DIR", default="var"))
DEBUG = env.bool("DEBUG", default=False)


def _own_key() -> str:
    """Return the key that this machine keeps for itself, made at the first call."""
    path = DATA_DIR / "secret_key"
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(token_urlsafe(50))
    return path.read_text()


SECRET_KEY = env.str("SECRET_KEY", default="") or (_own_key() if SITE_IS_LOCAL else "")
if len(SECRET_KEY) < 50:  # noqa: PLR2004 (what check --deploy asks for)
    raise ImproperlyConfigured(
        "SECRET_KEY is empty or short: set it in the environment or in .env, "
        "at least 50 random characters."
    )
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

ALLOWED_HOSTS = [_site.hostname, *env.list("EXTRA_HOSTS", default=[])]
if SITE_IS_LOCAL:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# Behind a proxy that ends TLS; name it, or its headers are not believed.
if env.bool("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)  # how many stand in front

_secure = _site.scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _secure
SECURE_SSL_REDIRECT = _secure
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if _secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _secure
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"

# The house --------------------------------------------------------------------

INSTALLED_APPS = [
    "wipoconv",
    "participants",
    "sessions",
    "modeltranslation",  # before admin, as its manual asks
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "auditlog",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "wipoconv.staff",  # last, since it looks after what the others bring
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "wipoconv.middleware.refuse_unreadable_input",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "wipoconv.staff.audit.remember_who",
    "wipoconv.staff.second_factor.require_second_factor",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "wipoconv.urls"
WSGI_APPLICATION = "wipoconv.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wipoconv.context.site",
            ],
        },
    },
]

# Everything a page needs comes from here; nothing inline, nobody else asked.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # Django admin's select2 has data: images
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Database -----------------------------------------------------------------------

_database = env.db_url_config(
    env.str("DATABASE_URL", default="") or f"sqlite:///{DATA_DIR / 'wipoconv.db'}"
)
DATABASES = {"default": _database}
if _database["ENGINE"].endswith("sqlite3"):
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # a writer waits at BEGIN, not midway
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    _database["OPTIONS"] = {"options": "-c jit=off"} | _database.get("OPTIONS", {})
_database["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=600)
_database["CONN_HEALTH_CHECKS"] = True

# Counts of attempts; one machine needs no server for them, several share Redis.
CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://")}

# Public pages that each web process keeps ready-made, in MB; 0: none.
PAGE_CACHE_MB = env.int("PAGE_CACHE_MB", default=0 if DEBUG else 32)

# Languages and time ---------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [
    ("ar", "العربية"),
    ("zh-hans", "中文"),
    ("en", "English"),
    ("fr", "Français"),
    ("ru", "Русский"),
    ("es", "Español"),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["wipoconv.formats"]
MODELTRANSLATION_DEFAULT_LANGUAGE = "en"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("en",)

# The admin shows and takes times in this zone. A session's own zone is a field of it.
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Zurich")
USE_TZ = True

# What badges can be printed in: width x height in millimetres, the usual one first.
BADGE_SIZES = env.list("BADGE_SIZES", default=["86x54", "90x55", "105x74", "105x148"])
for _size in BADGE_SIZES:
    if not re.fullmatch(r"([5-9]\d|1\d\d)x([5-9]\d|1\d\d)", _size):
        raise ImproperlyConfigured(
            f"BADGE_SIZES are like 86x54, each side 50 to 199 mm; not {_size!r}."
        )

# Languages of the words that every badge and plate shows, one beside the other; names
# of sessions and delegations are in the first.
BADGE_LANGUAGES = env.list("BADGE_LANGUAGES", default=["en", "fr"])
if not BADGE_LANGUAGES or not set(BADGE_LANGUAGES) <= dict(LANGUAGES).keys():
    raise ImproperlyConfigured(
        f"BADGE_LANGUAGES are some of {', '.join(dict(LANGUAGES))}, like en,fr."
    )

# Path of a CSV like sessions/data/countries.csv, to show other names of countries.
COUNTRIES_FILE = Path(
    env.str("COUNTRIES_FILE", default=str(BASE_DIR / "sessions/data/countries.csv"))
)

# Files -----------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "media/"  # no path serves it: files go out through views that ask first
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024  # bytes; a form shows its own limits
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # 200 items of a programme in the admin
FORMS_URLFIELD_ASSUME_HTTPS = True  # as from Django 6 on

# Mail -------------------------------------------------------------------------------

# consolemail://, smtp+tls://user:password@host:587, or folder mail for one machine.
EMAIL_BACKEND = "wipoconv.mail.FolderBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"
if env.str("EMAIL_URL", default=""):
    vars().update(env.email("EMAIL_URL"))
elif not SITE_IS_LOCAL:
    raise ImproperlyConfigured(
        "EMAIL_URL is empty: without a mail server nobody can confirm. "
        "An example: smtp+tls://user:password@mail.example.org:587."
    )
EMAIL_TIMEOUT = 20  # seconds; a mail server that says nothing must not stop the rest
MAIL_LEASE = timedelta(seconds=env.int("MAIL_LEASE_SECONDS", default=60))
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="conversation@localhost")
MAIL_REPLY_TO = env.str("MAIL_REPLY_TO", default="")
if "localhost" in DEFAULT_FROM_EMAIL and not SITE_IS_LOCAL:
    raise ImproperlyConfigured("MAIL_FROM is empty: name the sender of the mails.")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Days before a session on which its confirmed participants are reminded; empty: never.
REMINDER_DAYS = sorted(env.list("REMINDER_DAYS", cast=int, default=[7, 1]))
if any(days < 1 for days in REMINDER_DAYS):
    raise ImproperlyConfigured("REMINDER_DAYS are days before a session: 1 or more.")

# Exports and imports ----------------------------------------------------------------

# Rows of an export that are answered at once; larger ones are the worker's.
EXPORT_ROWS_AT_ONCE = env.int("EXPORT_ROWS_AT_ONCE", default=20_000)
EXPORT_HOURS = env.int("EXPORT_HOURS", default=24)  # until a prepared file goes
JOB_LEASE = timedelta(seconds=env.int("JOB_LEASE_SECONDS", default=60))

# The organization -------------------------------------------------------------------

# A folder with a notice of one's own, a file a language (en.md, fr.md, zh-hans.md …);
# empty: the one that is shipped. Everybody's consent names the version.
_notice = env.str("PRIVACY_NOTICE_DIR", default="")
PRIVACY_NOTICE_DIR = Path(_notice) if _notice else None
PRIVACY_NOTICE_VERSION = env.str("PRIVACY_NOTICE_VERSION", default="")
if PRIVACY_NOTICE_DIR is None:
    PRIVACY_NOTICE_VERSION = PRIVACY_NOTICE_VERSION or "2026-11"
elif not (PRIVACY_NOTICE_DIR / "en.md").is_file():
    raise ImproperlyConfigured(
        f"PRIVACY_NOTICE_DIR: there is no en.md in {PRIVACY_NOTICE_DIR}."
    )
elif not PRIVACY_NOTICE_VERSION:
    raise ImproperlyConfigured(
        "PRIVACY_NOTICE_VERSION is empty: name the version of your own notice."
    )
PRIVACY_CONTACT = env.str("PRIVACY_CONTACT", default=DEFAULT_FROM_EMAIL)

# Numbers of people below it might point at somebody: pages for everybody fold them.
SMALL_NUMBERS_BELOW = env.int("SMALL_NUMBERS_BELOW", default=10)
# Who sends the form sooner after opening it is asked once more; 0: nobody.
FORM_SECONDS = env.int("FORM_SECONDS", default=3)

RETENTION_MONTHS = env.int("RETENTION_MONTHS", default=24)  # after the session; 0: keep

# Sign-in of staff -------------------------------------------------------------------

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
LOGOUT_REDIRECT_URL = "account_login"
STAFF_SECOND_FACTOR = not SITE_IS_LOCAL  # this machine's own user needs none
ACCOUNT_ADAPTER = "wipoconv.staff.sign_in.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by hand
ACCOUNT_FORMS = {"reset_password": "wipoconv.staff.sign_in.ResetPasswordForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SESSION_REMEMBER = True  # for SESSION_COOKIE_AGE
ACCOUNT_SIGNUP_ENABLED = False
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/m/ip,10/h/key",
    "reset_password": "20/m/ip,3/h/key",
}
MFA_ADAPTER = "wipoconv.staff.sign_in.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are typed by who makes the account
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = SITE_IS_LOCAL
MFA_TOTP_TOLERANCE = 1  # step of 30 seconds, for slow people (RFC 6238, 5.2)
PASSWORD_RESET_TIMEOUT = 60 * 60  # seconds
AUDITLOG_DISABLE_REMOTE_ADDR = True
AUDIT_MONTHS = env.int(
    "AUDIT_MONTHS", default=60
)  # how long the log is kept; 0: for ever

# An organization's own sign-in, OpenID Connect; nothing of it is there without.
OPENID_SERVER = env.str("OPENID_SERVER", default="")
if OPENID_SERVER:
    INSTALLED_APPS[-1:-1] = [
        "allauth.socialaccount",
        "allauth.socialaccount.providers.openid_connect",
    ]
    SOCIALACCOUNT_ADAPTER = "wipoconv.staff.open_id.SocialAccountAdapter"
    SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX = ""
    SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "staff",
                    "name": env.str("OPENID_NAME", default="OpenID Connect"),
                    "client_id": env.str("OPENID_CLIENT"),
                    "secret": env.str("OPENID_SECRET"),
                    "settings": {"server_url": OPENID_SERVER},
                }
            ]
        }
    }
    # A form whose answer leads there; the policy judges redirects too.
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] = [
        SELF,
        "{0.scheme}://{0.netloc}".format(urlsplit(OPENID_SERVER)),
    ]

LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365  # seconds; what staff chose for the admin
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "wipoconv.views.csrf_failure"
SESSION_COOKIE_AGE = 60 * 60 * 12  # seconds: a working day
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# Logs hold paths and states, never an address, a name or a token.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_tokens": {"()": "wipoconv.logs.TokenFilter"}},
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["no_tokens"],
        }
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "participants": {"level": "INFO"},
    },
}
