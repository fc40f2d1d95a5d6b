"""Refunds of card payments, whole or in parts."""

import copy
from typing import Any

from totetaxi.sandbox.stripe.api.calls import Call, Route, filters, page
from totetaxi.sandbox.stripe.api.params import (
    EXPAND,
    PAGING,
    Choice,
    Created,
    Integer,
    Metadata,
    Shape,
    Text,
    merged_metadata,
)
from totetaxi.sandbox.stripe.checkout.settlement import settle_now
from totetaxi.sandbox.stripe.errors import ApiError, invalid
from totetaxi.sandbox.stripe.ids import new_id
from totetaxi.sandbox.stripe.money import display
from totetaxi.sandbox.stripe.store import Json
from totetaxi.sandbox.stripe.webhooks.events import emit
from totetaxi.sandbox.stripe.world import World

from . import refund_ends
from .balance_transactions import refund_transaction
from .disputes import takes_refunds


def create(call: Call) -> Json:
    """Answer POST /v1/refunds."""
    if ("charge" in call.params) == ("payment_intent" in call.params):
        raise invalid(
            "One of the following params should be provided for this request: payment_intent or"
            " charge."
        )
    charge = settle_now(call.world, _charge_of(call))
    return make_refund(call.world, charge, call.params)


def _charge_of(call: Call) -> Json:
    if "charge" in call.params:
        charge = call.referred("charge", "charge")
    else:
        intent = call.referred("payment_intent", "payment_intent")
        charge = call.world.store.get("charge", intent["latest_charge"] or "") or {"paid": False}
    if not charge["paid"]:
        name = "payment_intent" if "payment_intent" in call.params else "charge"
        raise invalid(
            f"This {name} ({call.params[name]}) does not have a successful charge to refund.",
            param=name,
            begun=True,
        )
    return charge


def make_refund(world: World, charge: Json, values: dict[str, Any]) -> Json:
    """Store and return a refund of the charge, with its four events (two while it waits).

    Raises:
        ApiError: 400 when all or too much of the charge has gone back already, or the bank has
            taken it back.
    """
    if not takes_refunds(world, charge):
        raise invalid(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            code="charge_disputed",
            begun=True,
        )
    left = charge["amount"] - charge["amount_refunded"]
    if left == 0:
        raise invalid(
            f"Charge {charge['id']} has already been refunded.",
            code="charge_already_refunded",
            begun=True,
        )
    amount = values.get("amount", left)
    if amount > left:
        raise _too_much(amount, left, charge["currency"])
    order = refund_ends.take_order(world, charge)
    refund = _refund(world, charge, amount, values)
    if order and order.outcome == "pending":
        refund |= {"status": "pending", "pending_reason": "processing"}
    transaction = refund_transaction(refund)
    refund["balance_transaction"] = transaction["id"]
    world.store.add(transaction)
    world.store.add(refund)
    refunded = charge["amount_refunded"] + amount
    charge |= {"amount_refunded": refunded, "refunded": refunded == charge["amount"]}
    world.store.save(charge)
    emit(world, "refund.created", refund)
    emit(world, "charge.refunded", charge, {"amount_refunded": refunded - amount})
    if refund["status"] == "succeeded":
        refund_ends.announce_reference(world, copy.deepcopy(refund), {})
    if order:
        refund_ends.follow(world, refund, order)
    return refund


def _too_much(amount: int, left: int, currency: str) -> ApiError:
    return invalid(
        f"Refund amount ({display(amount, currency)}) is greater than unrefunded amount on"
        f" charge ({display(left, currency)})",
        param="amount",
        begun=True,
    )


def _refund(world: World, charge: Json, amount: int, values: dict[str, Any]) -> Json:
    return {
        "id": new_id("refund"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": world.clock.now(),
        "currency": charge["currency"],
        "customer": charge["customer"],
        "destination_details": {
            "card": {
                "reference_status": "pending",
                "reference_type": "acquirer_reference_number",
                "type": "refund",
            },
            "type": "card",
        },
        "metadata": merged_metadata({}, values.get("metadata", {})),
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "reason": values.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }


def retrieve(call: Call) -> Json:
    """Answer GET /v1/refunds/{refund}."""
    return call.object("refund", "refund")


def list_all(call: Call) -> Json:
    """Answer GET /v1/refunds."""
    return page(call, "refund", where=filters(call, "charge", "payment_intent"))


ROUTES = [
    Route(
        "POST",
        "/v1/refunds",
        Shape(
            {
                "amount": Integer(minimum=1),
                "charge": Text(),
                "payment_intent": Text(),
                "reason": Choice(("duplicate", "fraudulent", "requested_by_customer")),
                "metadata": Metadata(),
                **EXPAND,
            }
        ),
        create,
    ),
    Route("GET", "/v1/refunds/<refund>", Shape(EXPAND), retrieve),
    Route(
        "GET",
        "/v1/refunds",
        Shape({**PAGING, "charge": Text(), "created": Created(), "payment_intent": Text()}),
        list_all,
    ),
]
