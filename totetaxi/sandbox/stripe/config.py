"""How one sandbox is set up, from the command line, the environment, or a test."""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parents[3]
DEFAULT_DATABASE = PROJECT_ROOT / "var" / "sandbox-stripe.sqlite3"
DEFAULT_WEBHOOK_URL = "http://127.0.0.1:8000/payments/stripe/webhook/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The settings of one sandbox.

    `database` None keeps everything in memory. `webhook_url` None stores events and sends none.
    `public_url` is where a browser reaches the payment page, when that is not the port itself.
    `settle_seconds` is how long a charge waits for its fee, `retry_seconds` the first pause
    after a webhook that was not taken (it doubles, up to an hour). `refund_seconds` is how long a
    refund takes that does not end at once.
    """

    host: str = "127.0.0.1"
    port: int = 8420
    database: Path | None = DEFAULT_DATABASE
    public_url: str | None = None
    webhook_url: str | None = DEFAULT_WEBHOOK_URL
    webhook_secret: str = "whsec_sandbox"  # noqa: S105 - the public default of a sandbox
    settle_seconds: float = 2.0
    refund_seconds: float = 10.0
    retry_seconds: float = 1.0


class RefusedError(Exception):
    """The sandbox must not run here; the text says why."""


def refuse_production(environ: Mapping[str, str]) -> None:
    """Raise RefusedError where TOTETAXI_ENV says production: no sandbox beside real money."""
    if environ.get("TOTETAXI_ENV", "").strip().lower() == "production":
        message = "The Stripe sandbox does not start with TOTETAXI_ENV=production."
        raise RefusedError(message)


def read_config(
    arguments: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ
) -> Config:
    """Return the settings from the command line, with the environment for what it leaves out."""
    parser = argparse.ArgumentParser(
        prog="python -m totetaxi.sandbox.stripe", description="Stripe's API for development."
    )
    parser.add_argument("--host", default=environ.get("SANDBOX_STRIPE_HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=environ.get("SANDBOX_STRIPE_PORT", "8420"))
    parser.add_argument(
        "--db", type=Path, default=environ.get("SANDBOX_STRIPE_DB", str(DEFAULT_DATABASE))
    )
    parser.add_argument("--public-url", default=environ.get("SANDBOX_STRIPE_PUBLIC_URL"))
    parser.add_argument(
        "--webhook-url", default=environ.get("SANDBOX_WEBHOOK_URL", DEFAULT_WEBHOOK_URL)
    )
    parser.add_argument(
        "--webhook-secret", default=environ.get("STRIPE_WEBHOOK_SECRET", "whsec_sandbox")
    )
    parsed = parser.parse_args(arguments)
    return Config(
        host=parsed.host,
        port=parsed.port,
        database=parsed.db,
        public_url=parsed.public_url,
        webhook_url=parsed.webhook_url or None,
        webhook_secret=parsed.webhook_secret,
    )
