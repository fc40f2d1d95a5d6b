"""SetupIntents: the saving of one card by a session in setup mode."""

import copy

from totetaxi.sandbox.stripe.api.calls import Call, Route, filters, page
from totetaxi.sandbox.stripe.api.params import EXPAND, PAGING, Created, Shape, Text
from totetaxi.sandbox.stripe.cards import Decline
from totetaxi.sandbox.stripe.ids import new_id, random_text
from totetaxi.sandbox.stripe.store import Json
from totetaxi.sandbox.stripe.webhooks.events import emit
from totetaxi.sandbox.stripe.world import World

_FIXED: Json = {
    "application": None,
    "automatic_payment_methods": None,
    "cancellation_reason": None,
    "flow_directions": None,
    "last_setup_error": None,
    "latest_attempt": None,
    "livemode": False,
    "mandate": None,
    "next_action": None,
    "on_behalf_of": None,
    "payment_method": None,
    "payment_method_configuration_details": None,
    "payment_method_options": {
        "card": {
            "mandate_options": None,
            "network": None,
            "request_three_d_secure": "automatic",
        }
    },
    "single_use_mandate": None,
    "status": "requires_payment_method",
    "usage": "off_session",
}
"""What is the same for every new intent here."""


def make_setup_intent(world: World, session: Json, data: Json) -> Json:
    """Store and return the intent of a session in setup mode, with its event."""
    intent_id = new_id("setup_intent")
    intent: Json = {
        **copy.deepcopy(_FIXED),
        "id": intent_id,
        "object": "setup_intent",
        "allowed_payment_method_types": session["allowed_payment_method_types"],
        "client_secret": f"{intent_id}_secret_{random_text(24)}",
        "created": world.clock.now(),
        "customer": session["customer"],
        "description": data.get("description"),
        "metadata": data.get("metadata") or {},
        "payment_method_types": session["payment_method_types"],
    }
    world.store.add(intent)
    emit(world, "setup_intent.created", intent)
    return intent


def mark_requires_action(world: World, intent: Json, method: Json, url: str) -> None:
    """Let the intent wait for the bank's challenge at this address."""
    intent |= {
        "status": "requires_action",
        "latest_attempt": new_id("setup_attempt"),
        "payment_method": method["id"],
        "next_action": {
            "redirect_to_url": {"return_url": None, "url": url},
            "type": "redirect_to_url",
        },
    }
    emit(world, "setup_intent.requires_action", world.store.save(intent))


def mark_succeeded(world: World, intent: Json, method: Json, customer: str | None) -> None:
    """Note that the card is saved."""
    intent |= {
        "status": "succeeded",
        "customer": customer,
        "last_setup_error": None,
        "latest_attempt": intent["latest_attempt"] or new_id("setup_attempt"),
        "next_action": None,
        "payment_method": method["id"],
    }
    emit(world, "setup_intent.succeeded", world.store.save(intent))


def mark_failed(world: World, intent: Json, error: Json) -> None:
    """Note that a card could not be saved; the intent waits for another one."""
    intent |= {
        "status": "requires_payment_method",
        "last_setup_error": error,
        "latest_attempt": intent["latest_attempt"] or new_id("setup_attempt"),
        "next_action": None,
        "payment_method": None,
    }
    emit(world, "setup_intent.setup_failed", world.store.save(intent))


def decline_error(decline: Decline, method: Json) -> Json:
    """Return the `last_setup_error` of a card that cannot be saved."""
    return {
        "code": decline.code,
        "decline_code": decline.decline_code,
        "doc_url": f"https://stripe.com/docs/error-codes/{decline.code.replace('_', '-')}",
        "message": decline.message,
        "payment_method": method,
        "type": "card_error",
    }


def authentication_error(method: Json) -> Json:
    """Return the `last_setup_error` of a 3-D Secure challenge that was not passed."""
    code = "setup_intent_authentication_failure"
    return {
        "code": code,
        "doc_url": f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}",
        "message": "We are unable to authenticate your payment method. Please choose a different"
        " payment method and try again.",
        "payment_method": method,
        "type": "invalid_request_error",
    }


def cancel_expired(world: World, intent_id: str) -> None:
    """Cancel the intent of a session that expired, with its event."""
    intent = world.store.get("setup_intent", intent_id)
    if intent:
        changed = {"status": "canceled", "cancellation_reason": "abandoned", "next_action": None}
        emit(world, "setup_intent.canceled", world.store.save(intent | changed))


def retrieve(call: Call) -> Json:
    """Answer GET /v1/setup_intents/{intent}."""
    return call.object("setup_intent", "intent")


def list_all(call: Call) -> Json:
    """Answer GET /v1/setup_intents."""
    return page(call, "setup_intent", where=filters(call, "customer", "payment_method"))


ROUTES = [
    Route("GET", "/v1/setup_intents/<intent>", Shape(EXPAND), retrieve),
    Route(
        "GET",
        "/v1/setup_intents",
        Shape({**PAGING, "created": Created(), "customer": Text(), "payment_method": Text()}),
        list_all,
    ),
]
