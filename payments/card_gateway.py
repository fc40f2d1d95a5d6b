"""Stripe's customers and the cards that it keeps for them. The calls go through `gateway`.

A card's number never comes near us: it is typed at Stripe, and we are told brand, last four digits
and expiry.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from payments import results
from payments.gateway import GatewayRefusedError, ask, guarded
from payments.new_session import CURRENCY
from payments.results import Card, Session

_PAGE = 100
_ACCOUNT_KEY = "account_id"


@dataclass(frozen=True, kw_only=True)
class NewSetup:
    """What a visit to Stripe's page that saves a card is made of."""

    setup_id: str
    customer_id: str
    expires_at: datetime
    success_url: str
    cancel_url: str


def create_customer(*, account_key: UUID, email: str, name: str, key: str) -> str:
    """Make an account's customer; answers its id.

    Raises:
        GatewayDownError: it may have been made; ask again with the same key and the same person.
        KeyReusedError: the key belongs to another person.
        GatewayRefusedError: Stripe will not have it.
    """
    made = ask(
        lambda client: client.v1.customers.create(
            params={"email": email, "name": name, "metadata": {_ACCOUNT_KEY: str(account_key)}},
            options={"idempotency_key": key},
        )
    )
    return str(made["id"])


def find_customer(*, account_key: UUID, email: str) -> str | None:
    """The customer with our mark, if Stripe has one of that e-mail address."""
    found: list[dict[str, Any]] = guarded(
        lambda client: [
            one.to_dict()
            for one in client.v1.customers.list(
                params={"email": email, "limit": _PAGE}
            ).auto_paging_iter()
        ]
    )
    ours = (one for one in found if one["metadata"].get(_ACCOUNT_KEY) == str(account_key))
    return next((str(one["id"]) for one in ours), None)


def update_customer(customer_id: str, *, email: str, name: str) -> None:
    """Tell Stripe of another e-mail address and name; empty ones are taken away."""
    ask(
        lambda client: client.v1.customers.update(
            customer_id, params={"email": email, "name": name}
        )
    )


def get_default_card(customer_id: str) -> str:
    """The id of the customer's default card, empty where there is none."""
    customer = ask(lambda client: client.v1.customers.retrieve(customer_id))
    chosen = (customer.get("invoice_settings") or {}).get("default_payment_method")
    return results.reference(chosen)


def set_default_card(customer_id: str, card_id: str) -> None:
    """Make a card the default one. Raises GatewayRefusedError for a card that is not theirs."""
    ask(
        lambda client: client.v1.customers.update(
            customer_id, params={"invoice_settings": {"default_payment_method": card_id}}
        )
    )


def list_cards(customer_id: str) -> tuple[Card, ...]:
    """The customer's cards, the one saved last first."""
    return tuple(
        guarded(
            lambda client: [
                results.read_card(one.to_dict())
                for one in client.v1.customers.payment_methods.list(
                    customer_id, params={"type": "card", "limit": _PAGE}
                ).auto_paging_iter()
            ]
        )
    )


def detach_card(card_id: str) -> None:
    """Take a card away from its customer for good. One that is gone already is no error."""
    try:
        ask(lambda client: client.v1.payment_methods.detach(card_id))
    except GatewayRefusedError:
        # Stripe names no code for "not attached", so what is true is asked for.
        if _is_attached(card_id):
            raise


def _is_attached(card_id: str) -> bool:
    try:
        card = ask(lambda client: client.v1.payment_methods.retrieve(card_id))
    except GatewayRefusedError as error:
        if error.code == "resource_missing":
            return False
        raise
    return results.reference(card.get("customer")) != ""


def create_setup(order: NewSetup, *, key: str) -> Session:
    """Open a hosted page that saves a card. Raises as `gateway.create_session` does."""
    metadata = {results.SETUP_KEY: order.setup_id}
    return results.read_session(
        ask(
            lambda client: client.v1.checkout.sessions.create(
                params={
                    "mode": "setup",
                    "allowed_payment_method_types": ["card"],
                    "currency": CURRENCY,
                    "customer": order.customer_id,
                    "expires_at": int(order.expires_at.timestamp()),
                    "metadata": metadata,
                    "setup_intent_data": {"metadata": metadata},
                    "success_url": order.success_url,
                    "cancel_url": order.cancel_url,
                },
                options={"idempotency_key": key},
            )
        )
    )
