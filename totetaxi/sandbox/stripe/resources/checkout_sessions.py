"""Checkout Sessions in payment and setup mode, on the hosted page.

Subscriptions, a total of zero, discounts and prices made beforehand are not here; a call that asks
for them is refused like any unknown parameter, so nothing passes that would not be honoured.
"""

import copy

from totetaxi.sandbox.stripe.api.calls import Call, Route, filters, page
from totetaxi.sandbox.stripe.api.params import (
    EXPAND,
    PAGING,
    Boolean,
    Choice,
    Created,
    Email,
    Integer,
    Items,
    Metadata,
    Param,
    Shape,
    Text,
    Url,
    merged_metadata,
    missing,
)
from totetaxi.sandbox.stripe.checkout.expiry import expire
from totetaxi.sandbox.stripe.errors import ApiError, invalid
from totetaxi.sandbox.stripe.ids import new_id
from totetaxi.sandbox.stripe.money import MINIMUM_CENTS, display
from totetaxi.sandbox.stripe.store import Json
from totetaxi.sandbox.stripe.world import World

from .line_items import LINE_ITEMS, check_line_items, store_line_items, total
from .setup_intents import make_setup_intent

_SHORTEST_SECONDS = 30 * 60
_LONGEST_SECONDS = 24 * 3600

_INTENT_DATA: dict[str, Param] = {
    "description": Text(max_length=1000),
    "metadata": Metadata(),
    "receipt_email": Email(),
    "setup_future_usage": Choice(("off_session", "on_session")),
    "statement_descriptor_suffix": Text(max_length=22),
}
_SAVED_OPTIONS: dict[str, Param] = {
    "allow_redisplay_filters": Items(Choice(("always", "limited", "unspecified"))),
    "payment_method_save": Choice(("enabled", "disabled")),
}
_CREATE: dict[str, Param] = {
    "mode": Choice(("payment", "setup"), required=True),
    "line_items": LINE_ITEMS,
    "success_url": Url(required=True),
    "cancel_url": Url(),
    "ui_mode": Choice(("hosted_page",)),
    "currency": Text(max_length=3),
    "client_reference_id": Text(max_length=200),
    "customer": Text(),
    "customer_email": Email(),
    "customer_creation": Choice(("always", "if_required")),
    "expires_at": Integer(),
    "metadata": Metadata(),
    "payment_intent_data": Shape(_INTENT_DATA),
    "saved_payment_method_options": Shape(_SAVED_OPTIONS),
    "setup_intent_data": Shape({"description": Text(max_length=1000), "metadata": Metadata()}),
    "allowed_payment_method_types": Items(Choice(("card",))),
    "adaptive_pricing": Shape({"enabled": Boolean()}),
    "billing_address_collection": Choice(("auto",)),
    "submit_type": Choice(("auto", "book", "pay")),
    "locale": Choice(("auto", "en")),
    "origin_context": Choice(("web",)),
    **EXPAND,
}


_OF_PAYMENT = ("line_items", "payment_intent_data", "saved_payment_method_options", "submit_type")
_OF_SETUP = ("setup_intent_data",)


def create(call: Call) -> Json:
    """Answer POST /v1/checkout/sessions."""
    params = call.params
    mode = params["mode"]
    for name in _OF_PAYMENT if mode == "setup" else _OF_SETUP:
        if name in params:
            raise invalid(f"You can not pass `{name}` in `{mode}` mode.", param=name)
    if "customer" in params and "customer_email" in params:
        message = "You may only specify one of these parameters: customer, customer_email."
        raise invalid(message, param="customer_email")
    if "customer" in params:
        call.referred("customer", "customer")
    if mode == "payment":
        _check_items(params)
    elif not {"currency", "allowed_payment_method_types"} & params.keys():
        raise missing("currency")
    if "expires_at" in params:
        _check_expiry(call.world.clock.now(), params["expires_at"])
    return make_session(call.world, params)


def _check_items(params: Json) -> None:
    items = params.get("line_items")
    if not items:
        raise missing("line_items")
    currency = check_line_items(items)
    if params.get("currency", currency) != currency:
        raise invalid("The currency differs from that of the line items.", param="currency")
    amount = total(items)
    if amount < MINIMUM_CENTS:
        least = display(MINIMUM_CENTS, currency)
        message = f"The Checkout Session's total amount due must add up to at least {least}"
        raise invalid(message, code="amount_too_small")


def make_session(world: World, params: Json) -> Json:
    """Store and return an open session with its items. `params` are checked ones of `create`."""
    items = params.get("line_items", [])
    session = _session(params, world.clock.now())
    session["url"] = f"{world.public_url}/c/pay/{session['id']}"
    if session["mode"] == "setup":
        session |= _SETUP | {"currency": params.get("currency")}
        data = params.get("setup_intent_data", {})
        session["setup_intent"] = make_setup_intent(world, session, data)["id"]
    else:
        session |= {
            "amount_subtotal": total(items),
            "amount_total": total(items),
            "currency": items[0]["price_data"]["currency"].lower(),
        }
    # What the PaymentIntent will carry, once the buyer's first attempt makes it.
    private = {"payment_intent_data": params.get("payment_intent_data", {})}
    world.store.add(session, private=private)
    store_line_items(world, session, items)
    return session


def _check_expiry(now: int, expires_at: int) -> None:
    message = "The `expires_at` timestamp must be {} from Checkout Session creation."
    if expires_at < now + _SHORTEST_SECONDS:
        raise invalid(message.format("at least 30 minutes"), param="expires_at")
    if expires_at > now + _LONGEST_SECONDS:
        raise invalid(message.format("less than 24 hours"), param="expires_at")


_FIXED: Json = {
    "after_expiration": None,
    "allow_promotion_codes": None,
    "amount_subtotal": None,
    "amount_total": None,
    "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
    "client_secret": None,
    "collected_information": None,
    "consent": None,
    "consent_collection": None,
    "currency": None,
    "currency_conversion": None,
    "custom_fields": [],
    "custom_text": {
        "after_submit": None,
        "shipping_address": None,
        "submit": None,
        "terms_of_service_acceptance": None,
    },
    "customer_details": None,
    "discounts": [],
    "integration_identifier": None,
    "invoice": None,
    "invoice_creation": None,
    "livemode": False,
    "payment_intent": None,
    "payment_link": None,
    "payment_method_collection": "if_required",
    "payment_method_configuration_details": None,
    "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
    "payment_method_types": ["card"],
    "payment_status": "unpaid",
    "permissions": None,
    "phone_number_collection": {"enabled": False},
    "recovered_from": None,
    "setup_intent": None,
    "shipping_address_collection": None,
    "shipping_cost": None,
    "shipping_options": [],
    "status": "open",
    "subscription": None,
    "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
    "ui_mode": "hosted_page",
    "url": None,
    "wallet_options": None,
}
"""What is the same for every new session here."""

_SETUP: Json = {
    "payment_method_collection": "always",
    "payment_status": "no_payment_required",
    "total_details": None,
}
"""What is different in setup mode, where nothing is paid."""


def _session(params: Json, now: int) -> Json:
    customer = params.get("customer")
    return {
        **copy.deepcopy(_FIXED),
        "id": new_id("checkout.session"),
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": params.get("adaptive_pricing", {}).get("enabled", False)},
        "allowed_payment_method_types": params.get("allowed_payment_method_types"),
        "billing_address_collection": params.get("billing_address_collection"),
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "created": now,
        "customer": customer,
        "customer_creation": None if customer else params.get("customer_creation", "if_required"),
        "customer_email": params.get("customer_email"),
        "expires_at": params.get("expires_at", now + _LONGEST_SECONDS),
        "locale": params.get("locale"),
        "metadata": params.get("metadata") or {},
        "mode": params.get("mode", "payment"),
        "saved_payment_method_options": _saved_options(params),
        "origin_context": params.get("origin_context"),
        "submit_type": params.get("submit_type"),
        "success_url": params["success_url"],
    }


def _saved_options(params: Json) -> Json | None:
    options = params.get("saved_payment_method_options")
    if options is None and "customer" not in params:
        return None
    return {
        "allow_redisplay_filters": ["always"],
        "payment_method_remove": "disabled",
        "payment_method_save": None,
        **(options or {}),
    }


def retrieve(call: Call) -> Json:
    """Answer GET /v1/checkout/sessions/{session}."""
    return call.object("checkout.session", "session")


def update(call: Call) -> Json:
    """Answer POST /v1/checkout/sessions/{session}: only its metadata can change."""
    session = call.object("checkout.session", "session")
    if "metadata" in call.params:
        session["metadata"] = merged_metadata(session["metadata"], call.params["metadata"])
    return call.world.store.save(session)


def expire_session(call: Call) -> Json:
    """Answer POST /v1/checkout/sessions/{session}/expire."""
    session = call.object("checkout.session", "session")
    if session["status"] != "open":
        raise ApiError(
            400,
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout'
            f" Session has a status of `{session['status']}`.",
        )
    return expire(call.world, session)


def list_all(call: Call) -> Json:
    """Answer GET /v1/checkout/sessions."""
    where = filters(call, "customer", "payment_intent", "status")
    if "customer_details" in call.params:
        where["customer_details.email"] = call.params["customer_details"]["email"]
    return page(call, "checkout.session", where=where)


_LIST: dict[str, Param] = {
    **PAGING,
    "created": Created(),
    "customer": Text(),
    "customer_details": Shape({"email": Text(required=True)}),
    "payment_intent": Text(),
    "status": Choice(("complete", "expired", "open")),
}

ROUTES = [
    Route("POST", "/v1/checkout/sessions", Shape(_CREATE), create),
    Route("GET", "/v1/checkout/sessions", Shape(_LIST), list_all),
    Route("GET", "/v1/checkout/sessions/<session>", Shape(EXPAND), retrieve),
    Route(
        "POST",
        "/v1/checkout/sessions/<session>",
        Shape({"metadata": Metadata(), **EXPAND}),
        update,
    ),
    Route("POST", "/v1/checkout/sessions/<session>/expire", Shape(EXPAND), expire_session),
]
