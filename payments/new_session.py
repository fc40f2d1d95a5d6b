"""What a Checkout Session for a payment is made of, and how Stripe is told. Nothing calls out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from payments import results

CURRENCY = "usd"


@dataclass(frozen=True, kw_only=True)
class SessionLine:
    """One line of the hosted page; cents, never negative."""

    name: str
    reason: str
    amount_cents: int


@dataclass(frozen=True, kw_only=True)
class NewSession:
    """What a Checkout Session is made of. Equal orders make equal requests, at any time.

    `customer_id` is the account's customer at Stripe, whose saved cards the page offers; empty for
    a guest, of whom the page knows the `email`.
    """

    payment_id: str
    booking_id: str
    booking_number: str
    email: str
    customer_id: str
    lines: tuple[SessionLine, ...]
    expires_at: datetime
    success_url: str
    cancel_url: str


def session_params(order: NewSession) -> dict[str, Any]:
    """The parameters of the call (cards only: DECISIONS.md, 11)."""
    metadata = {
        results.PAYMENT_KEY: order.payment_id,
        results.BOOKING_KEY: order.booking_id,
        results.NUMBER_KEY: order.booking_number,
    }
    return {
        "mode": "payment",
        "allowed_payment_method_types": ["card"],
        "adaptive_pricing": {"enabled": False},
        "client_reference_id": order.booking_id,
        **_buyer(order),
        "expires_at": int(order.expires_at.timestamp()),
        "line_items": [_line_item(line) for line in order.lines],
        "metadata": metadata,
        "payment_intent_data": {
            "description": f"ToteTaxi {order.booking_number}",
            "metadata": metadata,
        },
        "submit_type": "pay",
        "success_url": order.success_url,
        "cancel_url": order.cancel_url,
    }


def _buyer(order: NewSession) -> dict[str, Any]:
    if not order.customer_id:
        return {"customer_email": order.email}
    # Only cards are offered again whose owner agreed to it: by this tick, or on our cards page.
    return {
        "customer": order.customer_id,
        "saved_payment_method_options": {"payment_method_save": "enabled"},
    }


def _line_item(line: SessionLine) -> dict[str, Any]:
    product = {"name": line.name}
    if line.reason:
        product["description"] = line.reason
    return {
        "price_data": {
            "currency": CURRENCY,
            "unit_amount": line.amount_cents,
            "product_data": product,
        },
        "quantity": 1,
    }
