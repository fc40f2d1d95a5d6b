"""Settings of the limit project. What both projects share comes from ours: it is the same."""

from totetaxi import settings as site
from totetaxi.settings import (
    ALLOWED_HOSTS,
    CONTENT_SECURITY_POLICY,
    CSRF_COOKIE_HTTPONLY,
    CSRF_COOKIE_NAME,
    DATABASES,
    DEBUG,
    DEFAULT_AUTO_FIELD,
    MESSAGE_STORAGE,
    SECRET_KEY,
    SESSION_COOKIE_NAME,
    TIME_ZONE,
    USE_TZ,
)

__all__ = [
    "ALLOWED_HOSTS",
    "CONTENT_SECURITY_POLICY",
    "CSRF_COOKIE_HTTPONLY",
    "CSRF_COOKIE_NAME",
    "DATABASES",
    "DEBUG",
    "DEFAULT_AUTO_FIELD",
    "MESSAGE_STORAGE",
    "MIDDLEWARE",
    "SECRET_KEY",
    "SESSION_COOKIE_NAME",
    "TIME_ZONE",
    "USE_TZ",
]

# Without that of allauth and of our back office: a bare site has none, and ours pays for it.
MIDDLEWARE = [name for name in site.MIDDLEWARE if not name.startswith(("allauth.", "staff."))]
INSTALLED_APPS = [
    "tests.bench.limit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
]
ROOT_URLCONF = "tests.bench.limit.urls"
STATIC_URL = "/static/"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
