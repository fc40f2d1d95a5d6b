"""Disputes: a card holder's bank takes a payment back, or asks about it first (an inquiry)."""

import copy
from typing import Any

from totetaxi.sandbox.stripe import dues
from totetaxi.sandbox.stripe.api.calls import Call, Route, filters, page
from totetaxi.sandbox.stripe.api.params import EXPAND, PAGING, Created, Shape, Text
from totetaxi.sandbox.stripe.checkout.settlement import settle_now
from totetaxi.sandbox.stripe.errors import ImpossibleError
from totetaxi.sandbox.stripe.ids import new_id
from totetaxi.sandbox.stripe.store import Json, Query
from totetaxi.sandbox.stripe.webhooks.events import emit
from totetaxi.sandbox.stripe.world import World

from .balance_transactions import dispute_reversal_transaction, dispute_transaction

REASONS = (
    *("bank_cannot_process", "check_returned", "credit_not_processed", "customer_initiated"),
    *("debit_not_authorized", "duplicate", "fraudulent", "general", "incorrect_account_details"),
    *("insufficient_funds", "noncompliant", "product_not_received", "product_unacceptable"),
    *("subscription_canceled", "unrecognized"),
)
_DAY_SECONDS = 24 * 3600
_UNANSWERED = {"needs_response", "warning_needs_response"}
_OPEN = _UNANSWERED | {"under_review", "warning_under_review"}
_KEEPS_THE_MONEY = {"needs_response", "under_review", "lost"}
_EVIDENCE = (
    *("access_activity_log", "billing_address", "cancellation_policy"),
    *("cancellation_policy_disclosure", "cancellation_rebuttal", "customer_communication"),
    *("customer_email_address", "customer_name", "customer_purchase_ip", "customer_signature"),
    *("duplicate_charge_documentation", "duplicate_charge_explanation", "duplicate_charge_id"),
    *("product_description", "receipt", "refund_policy", "refund_policy_disclosure"),
    *("refund_refusal_explanation", "service_date", "service_documentation", "shipping_address"),
    *("shipping_carrier", "shipping_date", "shipping_documentation", "shipping_tracking_number"),
    *("uncategorized_file", "uncategorized_text"),
)


def open_dispute(
    world: World,
    charge: Json,
    *,
    amount: int | None = None,
    reason: str = "fraudulent",
    due_days: float = 14,
    inquiry: bool = False,
) -> Json:
    """Let the card holder's bank dispute a charge, whole or in part, and return the dispute.

    Evidence is taken for `due_days`; without any, the dispute is lost then. An inquiry only asks,
    and takes nothing.

    Raises:
        ImpossibleError: the charge was not paid, or is disputed already.
        ValueError: no such reason, or more than the charge.
    """
    amount = charge["amount"] if amount is None else amount
    if reason not in REASONS or not 0 < amount <= charge["amount"]:
        raise ValueError(f"No dispute of {amount} for {reason!r} of {charge['amount']}.")
    if not charge["paid"] or any(one["status"] in _OPEN for one in _of(world, charge)):
        raise ImpossibleError("This charge was not paid, or is disputed already.")
    charge = settle_now(world, charge)
    # What a test card planned for this charge has happened now.
    dues.call_off(world, charge["id"])
    details = {"amount": amount, "reason": reason, "case": "inquiry" if inquiry else "chargeback"}
    dispute = _dispute(world, charge, details, due_days)
    world.store.add(dispute)
    if not inquiry:
        _move(world, dispute, dispute_transaction(dispute))
        dues.plan(world, dispute["id"], "lose", seconds=due_days * _DAY_SECONDS)
    emit(world, "charge.dispute.created", dispute)
    if not inquiry:
        emit(world, "charge.dispute.funds_withdrawn", dispute)
    if not charge["disputed"]:
        charge = world.store.save(charge | {"disputed": True})
        emit(world, "charge.updated", charge, {"disputed": False})
    return dispute


def _of(world: World, charge: Json) -> list[Json]:
    return world.store.all(Query(kind="dispute", where={"charge": charge["id"]}))


def takes_refunds(world: World, charge: Json) -> bool:
    """Whether the charge can be refunded: not while a bank has taken it back."""
    return not any(one["status"] in _KEEPS_THE_MONEY for one in _of(world, charge))


def _dispute(world: World, charge: Json, details: dict[str, Any], due_days: float) -> Json:
    inquiry = details["case"] == "inquiry"
    return {
        "id": new_id("dispute"),
        "object": "dispute",
        "amount": details["amount"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": world.clock.now(),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys(_EVIDENCE), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": world.clock.now() + int(due_days * _DAY_SECONDS),
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": inquiry,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "card": {
                "brand": charge["payment_method_details"]["card"]["brand"],
                "case_type": details["case"],
                "network_reason_code": "10.4",
            },
            "type": "card",
        },
        "reason": details["reason"],
        "status": "warning_needs_response" if inquiry else "needs_response",
    }


def _move(world: World, dispute: Json, transaction: Json) -> None:
    """Store what moves money, and show it on the dispute. Funds of disputes move at once."""
    world.store.add(transaction)
    dispute["balance_transactions"].append(transaction)
    world.store.save(dispute)


def send_evidence(world: World, dispute: Json, *, text: str = "The bags were delivered.") -> Json:
    """Answer the bank, once, as is done in Stripe's dashboard, and return the dispute.

    Raises:
        ImpossibleError: it was answered, is over, or its time is.
    """
    if dispute["status"] not in _UNANSWERED:
        raise ImpossibleError(f"This dispute is {dispute['status']}.")
    dues.call_off(world, dispute["id"])
    before = {name: dispute[name] for name in ("evidence", "evidence_details", "status")}
    after = copy.deepcopy(before)
    after["evidence"]["uncategorized_text"] = text
    after["evidence_details"] |= {"has_evidence": True, "submission_count": 1}
    after["status"] = str(before["status"]).replace("needs_response", "under_review")
    dispute = world.store.save(dispute | after)
    emit(world, "charge.dispute.updated", dispute, before)
    return dispute


def win(world: World, dispute: Json) -> Json:
    """Let the bank decide for us, and return the dispute; an inquiry is closed.

    Raises:
        ImpossibleError: it is over.
    """
    if dispute["status"].startswith("warning"):
        return _close(world, dispute, "warning_closed")
    dispute = _close(world, dispute, "won")
    _move(world, dispute, dispute_reversal_transaction(dispute, now=world.clock.now()))
    emit(world, "charge.dispute.funds_reinstated", dispute)
    return dispute


def lose(world: World, dispute: Json, *, past_due: bool = False) -> Json:
    """Let the bank decide against us, or let the time for evidence pass; return the dispute.

    Raises:
        ImpossibleError: it is over, or an inquiry, which cannot be lost.
    """
    if dispute["status"].startswith("warning"):
        raise ImpossibleError("An inquiry cannot be lost.")
    dispute["evidence_details"]["past_due"] = past_due
    return _close(world, dispute, "lost")


def _close(world: World, dispute: Json, status: str) -> Json:
    if dispute["status"] not in _OPEN:
        raise ImpossibleError(f"This dispute is {dispute['status']}.")
    dues.call_off(world, dispute["id"])
    dispute = world.store.save(dispute | {"status": status})
    emit(world, "charge.dispute.closed", dispute)
    return dispute


def retrieve(call: Call) -> Json:
    """Answer GET /v1/disputes/{dispute}."""
    return call.object("dispute", "dispute")


def list_all(call: Call) -> Json:
    """Answer GET /v1/disputes."""
    return page(call, "dispute", where=filters(call, "charge", "payment_intent"))


ROUTES = [
    Route("GET", "/v1/disputes/<dispute>", Shape(EXPAND), retrieve),
    Route(
        "GET",
        "/v1/disputes",
        Shape({**PAGING, "charge": Text(), "created": Created(), "payment_intent": Text()}),
        list_all,
    ),
]
