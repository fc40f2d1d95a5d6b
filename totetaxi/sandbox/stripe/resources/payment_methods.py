"""Payment methods: a card as it was typed, of which the last four digits are kept."""

import copy
import hashlib
from dataclasses import dataclass

from totetaxi.sandbox.stripe.api.calls import Call, Route, filters, page
from totetaxi.sandbox.stripe.api.params import EXPAND, PAGING, Choice, Shape, Text
from totetaxi.sandbox.stripe.cards import find_card
from totetaxi.sandbox.stripe.errors import invalid
from totetaxi.sandbox.stripe.ids import new_id
from totetaxi.sandbox.stripe.store import Json, Query
from totetaxi.sandbox.stripe.webhooks.events import emit
from totetaxi.sandbox.stripe.world import World

from .customers import forget_method


@dataclass(frozen=True, slots=True, kw_only=True)
class CardEntry:
    """A card as the buyer types it; `exp_year` has four digits."""

    number: str
    exp_month: int
    exp_year: int
    name: str | None
    email: str | None


_MOST_OFFERED = 50
_FIXED: Json = {
    "allow_redisplay": "unspecified",
    "customer": None,
    "livemode": False,
    "metadata": {},
    "type": "card",
}
"""What is the same for every card here."""


def make_payment_method(world: World, entry: CardEntry) -> Json:
    """Store and return a payment method for the card. The number itself is not kept."""
    method: Json = {
        **copy.deepcopy(_FIXED),
        "id": new_id("payment_method"),
        "object": "payment_method",
        "billing_details": {
            "address": {
                "city": None,
                "country": "US",
                "line1": None,
                "line2": None,
                "postal_code": None,
                "state": None,
            },
            "email": entry.email,
            "name": entry.name,
            "phone": None,
            "tax_id": None,
        },
        "card": _card(entry),
        "created": world.clock.now(),
    }
    return world.store.add(method)


def _card(entry: CardEntry) -> Json:
    card = find_card(entry.number)
    fingerprint = hashlib.sha256(f"card/{entry.number}".encode()).hexdigest()[:16]
    return {
        "brand": card.brand,
        "checks": {
            "address_line1_check": None,
            "address_postal_code_check": None,
            "cvc_check": "pass",
        },
        "country": "US",
        "display_brand": card.brand,
        "exp_month": entry.exp_month,
        "exp_year": entry.exp_year,
        "fingerprint": fingerprint,
        "funding": "credit",
        "generated_from": None,
        "last4": entry.number[-4:],
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }


def attach(world: World, method: Json, customer_id: str, *, allow_redisplay: str) -> None:
    """Keep the payment method with the customer, with its event.

    `allow_redisplay` is `always` where the customer agreed that it is offered again.
    """
    method = method | {"customer": customer_id, "allow_redisplay": allow_redisplay}
    emit(world, "payment_method.attached", world.store.save(method))


def offered(world: World, session: Json) -> list[Json]:
    """Return the saved cards that a session's page offers, the one saved last first."""
    if session["mode"] != "payment" or session["customer"] is None:
        return []
    options = session["saved_payment_method_options"] or {}
    shown = options.get("allow_redisplay_filters") or ["always"]
    query = Query(kind="payment_method", where={"customer": session["customer"]})
    found, _more = world.store.newest(query, limit=_MOST_OFFERED)
    return [method for method in found if method["allow_redisplay"] in shown]


def retrieve(call: Call) -> Json:
    """Answer GET /v1/payment_methods/{payment_method}."""
    return call.object("payment_method", "payment_method")


def list_all(call: Call) -> Json:
    """Answer GET /v1/payment_methods."""
    if "customer" in call.params:
        call.referred("customer", "customer")
    return page(call, "payment_method", where=filters(call, "customer", "type", "allow_redisplay"))


def list_of_customer(call: Call) -> Json:
    """Answer GET /v1/customers/{customer}/payment_methods."""
    customer = call.object("customer", "customer")
    where = {**filters(call, "type", "allow_redisplay"), "customer": customer["id"]}
    return page(call, "payment_method", where=where)


def detach(call: Call) -> Json:
    """Answer POST /v1/payment_methods/{payment_method}/detach."""
    method = call.object("payment_method", "payment_method")
    customer = method["customer"]
    if customer is None:
        message = "The payment method you provided is not attached to a customer so detachment"
        raise invalid(f"{message} is impossible.", begun=True)
    forget_method(call.world, customer, method["id"])
    call.world.store.save(method | {"customer": None})
    emit(call.world, "payment_method.detached", method | {"customer": None}, {"customer": customer})
    return method | {"customer": None}


_FILTERS = {
    **PAGING,
    "type": Choice(("card",)),
    "allow_redisplay": Choice(("always", "limited", "unspecified")),
}

ROUTES = [
    Route("GET", "/v1/payment_methods/<payment_method>", Shape(EXPAND), retrieve),
    Route("GET", "/v1/payment_methods", Shape({**_FILTERS, "customer": Text()}), list_all),
    Route("GET", "/v1/customers/<customer>/payment_methods", Shape(_FILTERS), list_of_customer),
    Route("POST", "/v1/payment_methods/<payment_method>/detach", Shape(EXPAND), detach),
]
