"""The only door to Stripe: its API in our words, and its signature on what it sends us.

No call is made while a database transaction is open: a slow answer would hold its locks. What
makes something carries a key that the caller has stored, so that a call whose answer was lost can
be made again. `STRIPE_API_BASE` points to Stripe or to the sandbox; nothing else differs.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

import stripe
from django.conf import settings
from django.db import connection

from payments import results
from payments.new_session import NewSession, session_params
from payments.results import Charge, Event, RefundAnswer, Session, SessionList

# A call made from a page may take STRIPE_TIMEOUT_SECONDS in all: two tries share it. The second
# is for a kept connection that died, and for an answer that was lost on the way.
RETRIES = 1
SIGNATURE_TOLERANCE_SECONDS = 300
_PAGE = 100
SESSION_PARTS = ["payment_intent.latest_charge"]


class GatewayError(Exception):
    """Stripe did not do what was asked."""


class GatewayDownError(GatewayError):
    """No usable answer: Stripe is down, slow or busy. Whether the work was done is not known.

    `replayed`: the failure is one that Stripe keeps under this key and will only repeat.
    """

    def __init__(self, text: str, *, replayed: bool = False) -> None:
        super().__init__(text)
        self.replayed = replayed


class GatewayRefusedError(GatewayError):
    """Stripe refused the request as it stands; asking again the same way cannot help."""

    def __init__(self, text: str, *, code: str = "") -> None:
        super().__init__(text)
        self.code = code


class KeyReusedError(GatewayRefusedError):
    """The idempotency key was used before, with other parameters."""


class ForgedEventError(Exception):
    """A webhook that Stripe did not sign for us, just now."""


def create_session(order: NewSession, *, key: str) -> Session:
    """Open a hosted page for a card payment.

    Raises:
        GatewayDownError: the session may have been made; ask again with the same key.
        KeyReusedError: the key belongs to another order.
        GatewayRefusedError: Stripe will not have it.
    """
    params = session_params(order)
    return results.read_session(
        ask(
            lambda client: client.v1.checkout.sessions.create(
                params=params,  # type: ignore[arg-type]  # built there, checked by the oracle
                options={"idempotency_key": key},
            )
        )
    )


def get_session(session_id: str) -> Session:
    """A session as it is now, with its intent. Raises GatewayRefusedError for an unknown id."""
    return results.read_session(
        ask(
            lambda client: client.v1.checkout.sessions.retrieve(
                session_id, params={"expand": SESSION_PARTS}
            )
        )
    )


def expire_session(session_id: str) -> Session:
    """Close a session for good. Where it is no longer open, answer what it is: paid wins."""
    try:
        raw = ask(
            lambda client: client.v1.checkout.sessions.expire(
                session_id, params={"expand": SESSION_PARTS}
            )
        )
    except GatewayRefusedError:
        return get_session(session_id)
    return results.read_session(raw)


def list_sessions(since: datetime) -> SessionList:
    """Every session of the account made at or after `since`, newest first."""
    first: list[Any] = []

    def ask(client: stripe.StripeClient) -> list[Session]:
        page = client.v1.checkout.sessions.list(
            params={
                "created": {"gte": int(since.timestamp())},
                "limit": _PAGE,
                "expand": [f"data.{part}" for part in SESSION_PARTS],
            }
        )
        first.append(page)
        return [results.read_session(one.to_dict()) for one in page.auto_paging_iter()]

    found = guarded(ask)
    return SessionList(sessions=tuple(found), answered_at=results.read_clock(first[-1]))


def find_session(payment_id: str, *, since: datetime) -> Session | None:
    """The session that carries our payment's id, if Stripe has one made at or after `since`."""
    found = list_sessions(since).sessions
    return next((session for session in found if session.payment_id == payment_id), None)


def list_charges(intent_id: str) -> tuple[Charge, ...]:
    """Every try to charge a card for an intent, newest first."""

    def ask(client: stripe.StripeClient) -> list[Charge]:
        page = client.v1.charges.list(params={"payment_intent": intent_id, "limit": _PAGE})
        return [results.read_charge(one.to_dict()) for one in page.auto_paging_iter()]

    return tuple(guarded(ask))


def create_refund(*, intent_id: str, amount_cents: int, refund_id: str, key: str) -> RefundAnswer:
    """Give money back. Raises as `create_session` does."""
    return results.read_refund(
        ask(
            lambda client: client.v1.refunds.create(
                params={
                    "payment_intent": intent_id,
                    "amount": amount_cents,
                    "metadata": {results.REFUND_KEY: refund_id},
                },
                options={"idempotency_key": key},
            )
        )
    )


def get_refund(stripe_id: str) -> RefundAnswer:
    """A refund as it is now."""
    return results.read_refund(ask(lambda client: client.v1.refunds.retrieve(stripe_id)))


def find_refund(refund_id: str, *, intent_id: str) -> RefundAnswer | None:
    """The refund of an intent that carries our refund's id, if Stripe has one."""

    def ask(client: stripe.StripeClient) -> list[RefundAnswer]:
        page = client.v1.refunds.list(params={"payment_intent": intent_id, "limit": _PAGE})
        return [results.read_refund(one.to_dict()) for one in page.auto_paging_iter()]

    return next((one for one in guarded(ask) if one.refund_id == refund_id), None)


def read_event(body: bytes, signature: str) -> Event:
    """The event in a webhook's body, if Stripe signed it for us within five minutes.

    Raises:
        ForgedEventError: no, wrong, old or future signature, an altered body, or no snapshot event.
    """
    if not signature.isascii():
        raise ForgedEventError("not ASCII")
    try:
        stripe.WebhookSignature.verify_header(
            body, signature, settings.STRIPE_WEBHOOK_SECRET, SIGNATURE_TOLERANCE_SECONDS
        )
        if _signed_at(signature) > time.time() + SIGNATURE_TOLERANCE_SECONDS:
            raise ForgedEventError("from the future")
        return results.read_event(json.loads(body))
    except (stripe.SignatureVerificationError, ValueError) as error:
        # ValueError covers bad JSON and bad UTF-8 too.
        raise ForgedEventError(type(error).__name__) from error


def _signed_at(signature: str) -> int:
    """The time in a signature that was verified. Raises ValueError."""
    return next(int(part[2:]) for part in signature.split(",") if part.startswith("t="))


def is_live() -> bool:
    """Whether our key moves real money."""
    return bool(settings.STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_")))


@cache
def _client(base: str, key: str, seconds: float) -> stripe.StripeClient:
    """One client for each process and setting; its connections are kept, a thread its own."""
    stripe.enable_telemetry = False
    return stripe.StripeClient(
        key,
        base_addresses={"api": base},
        max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(timeout=seconds / (1 + RETRIES)),
    )


def ask(call: Callable[[stripe.StripeClient], Any]) -> dict[str, Any]:
    """Make a call that answers one object. Raises GatewayError."""
    return guarded(lambda client: call(client).to_dict())


def guarded(call: Callable[[stripe.StripeClient], Any]) -> Any:
    """Make one call, or the calls of one list, with Stripe's failures in our words.

    Raises GatewayError; RuntimeError while a database transaction is open.
    """
    if connection.in_atomic_block:
        raise RuntimeError("Stripe is never called while a database transaction is open")
    client = _client(
        settings.STRIPE_API_BASE, settings.STRIPE_SECRET_KEY, settings.STRIPE_TIMEOUT_SECONDS
    )
    try:
        return call(client)
    except stripe.IdempotencyError as error:
        raise KeyReusedError(str(error.user_message)) from error
    except (stripe.InvalidRequestError, stripe.CardError) as error:
        raise GatewayRefusedError(str(error.user_message), code=error.code or "") from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        raise GatewayRefusedError("Stripe does not accept our key", code="key") from error
    except stripe.StripeError as error:
        # 5xx, 429, 409 (the key's first call still runs), half an answer, or no connection.
        replayed = error.headers.get("Idempotent-Replayed") == "true" if error.headers else False
        raise GatewayDownError(type(error).__name__, replayed=replayed) from error
