"""PaymentIntents: the one payment of a session, through all its attempts."""

import copy

from totetaxi.sandbox.stripe.api.calls import Call, Route, filters, page
from totetaxi.sandbox.stripe.api.params import EXPAND, PAGING, Created, Shape, Text
from totetaxi.sandbox.stripe.cards import Decline
from totetaxi.sandbox.stripe.ids import new_id, random_text
from totetaxi.sandbox.stripe.store import Json
from totetaxi.sandbox.stripe.webhooks.events import emit
from totetaxi.sandbox.stripe.world import World

_AUTHENTICATION_FAILED = (
    "We are unable to authenticate your payment method. Please choose a different payment method"
    " and try again."
)


_FIXED: Json = {
    "amount_capturable": 0,
    "amount_details": {"tip": {}},
    "amount_received": 0,
    "application": None,
    "application_fee_amount": None,
    "automatic_payment_methods": None,
    "canceled_at": None,
    "cancellation_reason": None,
    "capture_method": "automatic_async",
    "confirmation_method": "automatic",
    "last_payment_error": None,
    "latest_charge": None,
    "livemode": False,
    "next_action": None,
    "on_behalf_of": None,
    "payment_method": None,
    "payment_method_configuration_details": None,
    "payment_method_options": {
        "card": {
            "installments": None,
            "mandate_options": None,
            "network": None,
            "request_three_d_secure": "automatic",
        }
    },
    "processing": None,
    "review": None,
    "shipping": None,
    "statement_descriptor": None,
    "status": "requires_payment_method",
    "transfer_data": None,
    "transfer_group": None,
}
"""What is the same for every new intent here."""


def make_intent(world: World, session: Json, customer: str | None, data: Json) -> Json:
    """Store and return the intent of a session, at the buyer's first attempt, with its event.

    `data` is the session's `payment_intent_data`.
    """
    intent_id = new_id("payment_intent")
    intent: Json = {
        **copy.deepcopy(_FIXED),
        "id": intent_id,
        "object": "payment_intent",
        "allowed_payment_method_types": session["allowed_payment_method_types"],
        "amount": session["amount_total"],
        "client_secret": f"{intent_id}_secret_{random_text(24)}",
        "created": world.clock.now(),
        "currency": session["currency"],
        "customer": customer,
        "description": data.get("description"),
        "metadata": data.get("metadata") or {},
        "payment_method_types": session["payment_method_types"],
        "receipt_email": data.get("receipt_email"),
        "setup_future_usage": data.get("setup_future_usage"),
        "statement_descriptor_suffix": data.get("statement_descriptor_suffix"),
    }
    world.store.add(intent)
    emit(world, "payment_intent.created", intent)
    return intent


def mark_requires_action(world: World, intent: Json, method: Json, url: str) -> Json:
    """Let the intent wait for the bank's challenge at this address."""
    intent |= {
        "status": "requires_action",
        "payment_method": method["id"],
        "next_action": {
            "redirect_to_url": {"return_url": None, "url": url},
            "type": "redirect_to_url",
        },
    }
    world.store.save(intent)
    emit(world, "payment_intent.requires_action", intent)
    return intent


def mark_succeeded(world: World, intent: Json, charge: Json) -> Json:
    """Note that the charge paid the intent."""
    intent |= {
        "status": "succeeded",
        "amount_received": charge["amount"],
        "latest_charge": charge["id"],
        "payment_method": charge["payment_method"],
        "last_payment_error": None,
        "next_action": None,
    }
    world.store.save(intent)
    emit(world, "payment_intent.succeeded", intent)
    return intent


def mark_failed(world: World, intent: Json, error: Json, charge: Json | None = None) -> Json:
    """Note a failed attempt; the intent waits for another payment method."""
    intent |= {
        "status": "requires_payment_method",
        "payment_method": None,
        "next_action": None,
        "last_payment_error": error,
    }
    if charge:
        intent["latest_charge"] = charge["id"]
    world.store.save(intent)
    emit(world, "payment_intent.payment_failed", intent)
    return intent


def decline_error(decline: Decline, charge: Json, method: Json) -> Json:
    """Return the `last_payment_error` of a declined card."""
    return {
        "charge": charge["id"],
        "code": decline.code,
        "decline_code": decline.decline_code,
        "doc_url": f"https://stripe.com/docs/error-codes/{decline.code.replace('_', '-')}",
        "message": decline.message,
        "payment_method": method,
        "type": "card_error",
    }


def authentication_error(method: Json) -> Json:
    """Return the `last_payment_error` of a 3-D Secure challenge that was not passed."""
    code = "payment_intent_authentication_failure"
    return {
        "code": code,
        "doc_url": f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}",
        "message": _AUTHENTICATION_FAILED,
        "payment_method": method,
        "type": "invalid_request_error",
    }


def cancel_expired(world: World, intent_id: str) -> None:
    """Cancel the intent of a session that expired after a failed attempt, with its event."""
    intent = world.store.get("payment_intent", intent_id)
    if intent:
        intent |= {
            "status": "canceled",
            "canceled_at": world.clock.now(),
            "cancellation_reason": "expired",
            "next_action": None,
        }
        world.store.save(intent)
        emit(world, "payment_intent.canceled", intent)


def retrieve(call: Call) -> Json:
    """Answer GET /v1/payment_intents/{intent}."""
    return call.object("payment_intent", "intent")


def list_all(call: Call) -> Json:
    """Answer GET /v1/payment_intents."""
    return page(call, "payment_intent", where=filters(call, "customer"))


ROUTES = [
    Route("GET", "/v1/payment_intents/<intent>", Shape(EXPAND), retrieve),
    Route(
        "GET",
        "/v1/payment_intents",
        Shape({**PAGING, "created": Created(), "customer": Text()}),
        list_all,
    ),
]
