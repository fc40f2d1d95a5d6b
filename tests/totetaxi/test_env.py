"""Production refuses to start without its secrets, with DEBUG, or with a sandbox."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from totetaxi import env

PRODUCTION = {
    "TOTETAXI_ENV": "production",
    "SECRET_KEY": "x" * 50,
    "DATABASE_URL": "postgres://totetaxi@db/totetaxi",
    "ALLOWED_HOSTS": "www.totetaxi.example",
    "SITE_URL": "https://www.totetaxi.example",
    "STRIPE_SECRET_KEY": "sk_live_x",
    "STRIPE_WEBHOOK_SECRET": "whsec_x",
    "MAIL": "ses",
}


def load(monkeypatch: pytest.MonkeyPatch, **variables: str | None) -> env.Env:
    """The environment with just these variables set."""
    for name in (*PRODUCTION, "DEBUG", "STRIPE_API_BASE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        if value is not None:
            monkeypatch.setenv(name, value)
    monkeypatch.setattr(env, "BASE_DIR", Path("/nowhere"))  # no developer's .env
    return env.load()


def test_development_needs_no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = load(monkeypatch)
    assert (loaded.environment, loaded.debug, loaded.mail) == ("development", True, "outbox")
    assert loaded.stripe_api_base == env.SANDBOX_STRIPE_BASE


def test_production_starts_with_its_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = load(monkeypatch, **PRODUCTION)
    assert (loaded.debug, loaded.stripe_api_base) == (False, env.STRIPE_LIVE_BASE)


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("SECRET_KEY", None, "SECRET_KEY"),
        ("SECRET_KEY", "short", "SECRET_KEY"),
        ("DATABASE_URL", None, "DATABASE_URL"),
        ("ALLOWED_HOSTS", None, "ALLOWED_HOSTS"),
        ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS"),
        ("SITE_URL", "http://www.totetaxi.example", "SITE_URL"),
        ("STRIPE_SECRET_KEY", None, "STRIPE_SECRET_KEY"),
        ("STRIPE_SECRET_KEY", "sk_test_sandbox", "STRIPE_SECRET_KEY"),
        ("STRIPE_WEBHOOK_SECRET", None, "STRIPE_WEBHOOK_SECRET"),
        ("STRIPE_WEBHOOK_SECRET", env.SANDBOX_WEBHOOK_SECRET, "STRIPE_WEBHOOK_SECRET"),
        ("STRIPE_API_BASE", "http://127.0.0.1:8420", "STRIPE_API_BASE"),
        ("MAIL", "outbox", "MAIL"),
        ("DEBUG", "on", "DEBUG"),
    ],
)
def test_production_refuses(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str | None, fault: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=fault):
        load(monkeypatch, **{**PRODUCTION, name: value})


def test_a_live_key_never_goes_to_a_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured, match="live Stripe key"):
        load(monkeypatch, STRIPE_SECRET_KEY="sk_live_x")


def test_an_unknown_environment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured, match="staging"):
        load(monkeypatch, TOTETAXI_ENV="staging")
