"""Django's settings: one module for every environment. What differs comes from `env.py`."""

from typing import Any

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from totetaxi import env as environment
from totetaxi.env import BASE_DIR
from totetaxi.sign_in import *  # noqa: F403  settings of allauth, the same everywhere
from totetaxi.storage import documents

ENV = environment.load()
PRODUCTION = ENV.environment == "production"
TESTING = ENV.environment == "test"

DEBUG = ENV.debug
SECRET_KEY = ENV.secret_key
ALLOWED_HOSTS = ENV.allowed_hosts
SITE_URL = ENV.site_url.rstrip("/")
PHONE = ENV.phone
ADDRESS = ENV.address

INSTALLED_APPS = [
    "totetaxi.apps.TotetaxiConfig",
    "booking",
    "payments",
    "accounts",
    "staff",
    "totetaxi.apps.OfficeAdmin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "totetaxi.apps.StaticFiles",
    "csp",
    "django_htmx",
    "template_partials",
    "crispy_forms",
    "crispy_tailwind",
    "django_q",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pages; static files are compressed beforehand
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "totetaxi.busy.BusyMiddleware",
    "staff.customers.viewing.middleware.ViewAsMiddleware",
    "accounts.identity.middleware.PortalMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "totetaxi.urls"
WSGI_APPLICATION = "totetaxi.wsgi.application"

# Loaders are named so that templates are compiled once per process outside development.
_FILE_LOADERS = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
_LOADERS: list[Any] = (
    _FILE_LOADERS if DEBUG else [("django.template.loaders.cached.Loader", _FILE_LOADERS)]
)
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [("template_partials.loader.Loader", _LOADERS)],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "totetaxi.context.site",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")
CRISPY_ALLOWED_TEMPLATE_PACKS = "tailwind"
CRISPY_TEMPLATE_PACK = "tailwind"

# Database. SQLite is the embedded default; see docs/deploy.md for PostgreSQL.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": ("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"),
}
if ENV.database_url:
    _database: dict[str, Any] = dict(environ.Env.db_url_config(ENV.database_url))
else:
    (BASE_DIR / "var").mkdir(exist_ok=True)
    _database = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": BASE_DIR / "var" / "totetaxi.sqlite3",
    }
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["OPTIONS"] = SQLITE_OPTIONS
    # Threads of a test cannot share a database in memory.
    _database["TEST"] = {"NAME": BASE_DIR / "var" / "test.sqlite3"}
else:
    _database["CONN_HEALTH_CHECKS"] = True
    # Who waits for a row longer than this tries again, then says so: totetaxi/lib/contention.py.
    _options = _database.setdefault("OPTIONS", {})
    # Plans are kept of what asks for it alone, from the first time on: totetaxi/lib/planned.py.
    _options.setdefault(
        "options",
        "-c lock_timeout=5s -c idle_in_transaction_session_timeout=60s"
        # No page is worth three processes: starting them costs more than most queries.
        " -c max_parallel_workers_per_gather=0 -c plan_cache_mode=force_generic_plan",
    )
    _options.setdefault("prepare_threshold", 0)
_database["CONN_MAX_AGE"] = 60
DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# One cache for all processes (DECISIONS.md, 35).
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "totetaxi_cache",
        # Counts of the rate limits live here: none may be thrown out for another.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # Only for django-q2's own status, written twice a second and read by nobody: the queue has
    # heartbeats of its own.
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

# The queue is a hint, rows are the truth; totetaxi/lib/queue/ says why these figures.
Q_CLUSTER = {
    "name": "totetaxi",
    "orm": "default",
    "broker_class": "totetaxi.lib.queue.broker.HintBroker",
    "workers": ENV.q_workers,
    "timeout": 60,
    "retry": 300,
    "queue_limit": 2,
    "bulk": 1,
    "poll": 0.2,
    "max_attempts": 5,
    "ack_failures": False,
    "catch_up": False,
    "save_limit": 0,
    "cache": "process",
    "scheduler": False,  # jobs are work rows: totetaxi/lib/queue/jobs.py
    "ALT_CLUSTERS": {},
}

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.identity.backends.AccountBackend",
    # Customers' alone: the adapter asks no other, so nobody of the staff signs in with it.
    "accounts.identity.backends.CustomerBackend",
]
# Without TLS there are no passkeys, but on this machine.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG or TESTING
# Staff show a second factor, but in development, where the demo's people have none.
STAFF_SECOND_FACTOR = ENV.environment != "development"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
]

# Words, days and times
LANGUAGE_CODE = "en-us"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "totetaxi" / "locale"]
TIME_ZONE = "America/New_York"
USE_TZ = True
USE_I18N = True

# Static files, hashed, compressed and cached for ever outside development
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "var" / "static"
if DEBUG or TESTING:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns where there is none
_STATIC_BACKEND = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if DEBUG or TESTING
    else "whitenoise.storage.CompressedManifestStaticFilesStorage"
)
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": BASE_DIR / "var" / "files"},
    },
    "documents": documents(
        bucket=ENV.documents_bucket,
        region=ENV.aws_region,
        folder=BASE_DIR / "var" / "documents",
        is_test=TESTING,
    ),
    "staticfiles": {"BACKEND": _STATIC_BACKEND},
}
WHITENOISE_USE_FINDERS = DEBUG or TESTING
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS  # each test client would list all files anew

# Mail. The outbox keeps every message in the database and shows it at /outbox/ in development.
DEFAULT_FROM_EMAIL = ENV.mail_from
SERVER_EMAIL = ENV.mail_from
EMAIL_BACKEND = (
    "django_ses.SESBackend" if ENV.mail == "ses" else "booking.notifications.outbox.OutboxBackend"
)
# What only developers see: mail that was not sent, and the style guide.
OUTBOX_SHOWN = DEBUG or TESTING
AWS_SES_REGION_NAME = ENV.aws_region

# Stripe
STRIPE_API_BASE = ENV.stripe_api_base
STRIPE_SECRET_KEY = ENV.stripe_secret_key
STRIPE_WEBHOOK_SECRET = ENV.stripe_webhook_secret
STRIPE_TIMEOUT_SECONDS = ENV.stripe_timeout_seconds
# The page of Stripe on which a person sees the same object; the sandbox has none.
_IS_STRIPE = ENV.stripe_api_base == environment.STRIPE_LIVE_BASE
STRIPE_DASHBOARD = "https://dashboard.stripe.com" if _IS_STRIPE else ""

# Security
TRUSTED_PROXIES = ENV.trusted_proxies
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz/$"]
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_ENGINE = "totetaxi.lib.sessions"
SESSION_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_NAME = "__Host-session" if PRODUCTION else "session"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "totetaxi.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 300
# "Pay" is a form of ours that ends in a redirect to the hosted payment page.
_PAYMENT_PAGE = "https://checkout.stripe.com" if _IS_STRIPE else ENV.stripe_api_base
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, _PAYMENT_PAGE],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "totetaxi.lib.log.LineFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": ENV.log_level},
    "loggers": {
        "django": {"handlers": []},  # else Django's own handler prints each line twice
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "stripe": {"level": "WARNING"},
        "django-q": {"level": "WARNING"},
    },
}
