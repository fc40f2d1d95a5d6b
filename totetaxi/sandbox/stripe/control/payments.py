"""Payments by command: pay without a browser, seed a past, alter what was paid."""

from typing import Any

from totetaxi.sandbox.stripe.checkout.confirm import (
    confirm,
    confirm_saved,
    finish_challenge,
    success_address,
)
from totetaxi.sandbox.stripe.checkout.settlement import settle_now
from totetaxi.sandbox.stripe.resources.checkout_sessions import make_session
from totetaxi.sandbox.stripe.resources.payment_methods import CardEntry
from totetaxi.sandbox.stripe.resources.refunds import make_refund
from totetaxi.sandbox.stripe.store import Json
from totetaxi.sandbox.stripe.world import World


def pay(
    world: World,
    session_id: str,
    *,
    card: str = "4242424242424242",
    email: str | None = None,
    name: str = "Test Buyer",
    challenge: str = "complete",
    save: bool = False,
    saved: str = "",
) -> Json:
    """Pay a session as a buyer would on its page, and pass or fail the bank's challenge.

    `save` ticks that the card is kept; `saved` is the id of a saved card to pay with. In setup
    mode nothing is paid, and the card is saved.

    Returns `{outcome: paid | failed, message, redirect_url, session}`.

    Raises:
        NotOpenError: it cannot be paid any more.
        LookupError: its page does not offer that saved card.
    """
    session = world.store.get("checkout.session", session_id) or {}
    entry = CardEntry(
        number=card,
        exp_month=12,
        exp_year=2034,
        name=name,
        email=email or session.get("customer_email") or "buyer@example.com",
    )
    if saved:
        outcome = confirm_saved(world, session_id, saved)
    else:
        outcome = confirm(world, session_id, entry, save=save)
    if outcome.kind == "requires_action":
        outcome = finish_challenge(world, session_id, passed=challenge == "complete")
    return {
        "outcome": outcome.kind,
        "message": outcome.message,
        "redirect_url": success_address(outcome.session) if outcome.kind == "paid" else None,
        "session": outcome.session,
    }


def seed(world: World, payments: list[Json]) -> list[Json]:
    """Make payments as if they had been made at their time, without events.

    Each has `created` (Unix seconds) and `amount` or `line_items` (`{name, amount, quantity}`),
    and may have `currency`, `metadata` (of the session), `payment_metadata`,
    `client_reference_id`, `email`, `name`, `customer`, `card`, `description`, `success_url` and
    `refunds` (`{created, amount, reason, metadata}`). Returns the ids of what was made.
    """
    with world.store.transaction(), world.quietly():
        return [_seed_one(world, payment) for payment in payments]


def _seed_one(world: World, payment: Json) -> Json:
    created = int(payment["created"])
    with world.clock.at(created):
        session = make_session(world, _session_params(payment))
        paid = pay(
            world,
            session["id"],
            card=payment.get("card", "4242424242424242"),
            email=payment.get("email"),
            name=payment.get("name", "Test Buyer"),
        )["session"]
        intent = world.store.get("payment_intent", paid["payment_intent"]) or {}
        charge = settle_now(world, world.store.get("charge", intent["latest_charge"]) or {})
    refunds = []
    for wanted in payment.get("refunds", []):
        with world.clock.at(int(wanted.get("created", created))):
            refunds.append(make_refund(world, charge, wanted)["id"])
    return {
        "checkout_session": session["id"],
        "payment_intent": intent["id"],
        "charge": charge["id"],
        "balance_transaction": charge["balance_transaction"],
        "refunds": refunds,
    }


def _session_params(payment: Json) -> Json:
    description = payment.get("description", "ToteTaxi delivery")
    items = payment.get("line_items") or [{"name": description, "amount": payment["amount"]}]
    params: dict[str, Any] = {
        "line_items": [
            {
                "price_data": {
                    "currency": payment.get("currency", "usd"),
                    "unit_amount": item["amount"],
                    "product_data": {"name": item["name"]},
                },
                "quantity": item.get("quantity", 1),
            }
            for item in items
        ],
        "success_url": payment.get("success_url", "http://localhost:8000/"),
        "metadata": payment.get("metadata", {}),
        "payment_intent_data": {"metadata": payment.get("payment_metadata", {})},
        "customer_email": payment.get("email"),
    }
    if "customer" in payment:
        params |= {"customer": payment["customer"], "customer_email": None}
    if "client_reference_id" in payment:
        params["client_reference_id"] = payment["client_reference_id"]
    return params


def tamper(
    world: World, session_id: str, *, amount: int | None = None, currency: str | None = None
) -> Json:
    """Alter amount or currency of a session and of what was paid for it, and return the session.

    Raises:
        LookupError: there is no such session.
    """
    with world.store.transaction():
        session = world.store.get("checkout.session", session_id)
        if session is None:
            raise LookupError(session_id)
        intent = world.store.get("payment_intent", session["payment_intent"] or "")
        charge = world.store.get("charge", intent["latest_charge"] or "") if intent else None
        for body, names in (
            (session, ("amount_total", "amount_subtotal")),
            (intent, ("amount", "amount_received")),
            (charge, ("amount", "amount_captured")),
        ):
            if body:
                new = dict.fromkeys(names, amount) if amount is not None else {}
                world.store.save(body | new | ({"currency": currency} if currency else {}))
        return world.store.get("checkout.session", session_id) or {}
