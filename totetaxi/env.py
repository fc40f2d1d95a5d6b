"""The environment that the site reads: every variable, its type, its default and its meaning.

`load()` is called once, by `totetaxi.settings`. Development and tests need no variable at all.
Production refuses to start without its secrets, with DEBUG, or with a sandbox endpoint.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

Environment = Literal["development", "test", "production"]
Mail = Literal["outbox", "ses"]

STRIPE_LIVE_BASE = "https://api.stripe.com"
SANDBOX_STRIPE_BASE = "http://127.0.0.1:8420"
DEVELOPMENT_SECRET = "development-only-secret-never-used-in-production"  # noqa: S105
SANDBOX_STRIPE_KEY = "sk_test_sandbox"
SANDBOX_WEBHOOK_SECRET = "whsec_sandbox"  # noqa: S105


@dataclass(frozen=True, kw_only=True)
class Env:
    """The settings of one process. The comment beside each field is its documentation."""

    environment: Environment  # TOTETAXI_ENV: development, test or production
    debug: bool  # DEBUG: error pages with details; never in production
    secret_key: str  # SECRET_KEY: signs sessions and links
    database_url: str  # DATABASE_URL: postgres://… ; SQLite in var/ by default
    allowed_hosts: list[str]  # ALLOWED_HOSTS: names under which the site is served
    site_url: str  # SITE_URL: address of the site in e-mails and at Stripe, no slash at the end
    trusted_proxies: int  # TRUSTED_PROXIES: how many proxies stand in front of the site
    stripe_api_base: str  # STRIPE_API_BASE: Stripe, or the sandbox
    stripe_secret_key: str  # STRIPE_SECRET_KEY: sk_live_… in production
    stripe_webhook_secret: str  # STRIPE_WEBHOOK_SECRET: whsec_… of our endpoint
    stripe_timeout_seconds: float  # STRIPE_TIMEOUT_SECONDS: for one call made from a page
    mail: Mail  # MAIL: outbox (kept in the database) or ses
    mail_from: str  # MAIL_FROM: sender of every message
    aws_region: str  # AWS_REGION: of SES and S3
    documents_bucket: str  # DOCUMENTS_BUCKET: private S3 bucket of receipts; var/documents without
    phone: str  # PHONE: the number that people call, as shown
    address: str  # ADDRESS: where we are, as it stands on receipts
    q_workers: int  # Q_WORKERS: worker processes of the queue
    log_level: str  # LOG_LEVEL: INFO by default


def load() -> Env:
    """Read and check the environment. Raises ImproperlyConfigured with every fault in one text."""
    read = environ.Env()
    environment = _one_of(Environment, read.str("TOTETAXI_ENV", default=""), "development")
    # Tests never see a developer's own settings.
    if environment != "test" and (BASE_DIR / ".env").exists():
        read.read_env(BASE_DIR / ".env")
        environment = _one_of(Environment, read.str("TOTETAXI_ENV", default=""), "development")
    env = _read(read, cast("Environment", environment))
    faults = _faults(env)
    if faults:
        raise ImproperlyConfigured("ToteTaxi cannot start: " + "; ".join(faults))
    return env


def _read(read: environ.Env, environment: Environment) -> Env:
    production = environment == "production"

    def text(name: str, otherwise: str, *, secret: bool = False) -> str:
        # What production must be told has no default there.
        return str(read.str(name, default="" if secret and production else otherwise))

    stripe = STRIPE_LIVE_BASE if production else SANDBOX_STRIPE_BASE
    hosts = [] if production else ["localhost", "127.0.0.1", "[::1]"]
    return Env(
        environment=environment,
        debug=read.bool("DEBUG", default=environment == "development"),
        secret_key=text("SECRET_KEY", DEVELOPMENT_SECRET, secret=True),
        database_url=text("DATABASE_URL", ""),
        allowed_hosts=read.list("ALLOWED_HOSTS", default=hosts),
        site_url=text("SITE_URL", "http://localhost:8000", secret=True),
        trusted_proxies=read.int("TRUSTED_PROXIES", default=1 if production else 0),
        stripe_api_base=text("STRIPE_API_BASE", stripe),
        stripe_secret_key=text("STRIPE_SECRET_KEY", SANDBOX_STRIPE_KEY, secret=True),
        stripe_webhook_secret=text("STRIPE_WEBHOOK_SECRET", SANDBOX_WEBHOOK_SECRET, secret=True),
        stripe_timeout_seconds=read.float("STRIPE_TIMEOUT_SECONDS", default=10.0),
        mail=cast("Mail", _one_of(Mail, text("MAIL", ""), "outbox")),
        mail_from=text("MAIL_FROM", "ToteTaxi <hello@totetaxi.example>"),
        aws_region=text("AWS_REGION", "us-east-1"),
        documents_bucket=text("DOCUMENTS_BUCKET", ""),
        phone=text("PHONE", "(212) 555-0148"),
        address=text("ADDRESS", "1 Totes Yard, New York, NY 10014"),
        q_workers=read.int("Q_WORKERS", default=2),
        log_level=text("LOG_LEVEL", "INFO"),
    )


def _one_of(choices: object, value: str, otherwise: str) -> str:
    """A value that must be one of a Literal's. Raises ImproperlyConfigured."""
    known = get_args(choices)
    if value and value not in known:
        raise ImproperlyConfigured(f"{value!r} must be one of {', '.join(known)}")
    return value or otherwise


def _faults(env: Env) -> list[str]:
    faults = []
    sandbox_stripe = urlsplit(env.stripe_api_base).hostname != urlsplit(STRIPE_LIVE_BASE).hostname
    if sandbox_stripe and env.stripe_secret_key.startswith(("sk_live_", "rk_live_")):
        faults.append("a live Stripe key may not be used with a sandbox (STRIPE_API_BASE)")
    if not env.stripe_webhook_secret.strip():
        faults.append("STRIPE_WEBHOOK_SECRET is empty: every webhook could be forged")
    if env.environment == "production":
        faults += _production_faults(env, sandbox_stripe=sandbox_stripe)
    return faults


def _production_faults(env: Env, *, sandbox_stripe: bool) -> list[str]:
    rules = [
        (env.debug, "DEBUG is on"),
        (len(env.secret_key) < 50, "SECRET_KEY is missing or shorter than 50 characters"),
        (not env.database_url, "DATABASE_URL is missing"),
        (not env.allowed_hosts, "ALLOWED_HOSTS is missing"),
        ("*" in env.allowed_hosts, "ALLOWED_HOSTS may not hold *"),
        (not env.site_url.startswith("https://"), "SITE_URL must be an https:// address"),
        (sandbox_stripe, "STRIPE_API_BASE points to a sandbox"),
        (
            not env.stripe_secret_key.startswith(("sk_live_", "rk_live_")),
            "STRIPE_SECRET_KEY is missing or no live key",
        ),
        (env.stripe_webhook_secret == SANDBOX_WEBHOOK_SECRET, "STRIPE_WEBHOOK_SECRET is public"),
        (env.mail != "ses", "MAIL must be ses: an outbox sends nothing"),
    ]
    return [text for broken, text in rules if broken]
