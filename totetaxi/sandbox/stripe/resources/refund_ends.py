"""How refunds go that do not simply succeed: they wait, or look good and fail later."""

import copy
from dataclasses import asdict, dataclass

from totetaxi.sandbox.stripe import dues
from totetaxi.sandbox.stripe.cards import card_of
from totetaxi.sandbox.stripe.errors import ImpossibleError
from totetaxi.sandbox.stripe.ids import random_text
from totetaxi.sandbox.stripe.store import Json
from totetaxi.sandbox.stripe.webhooks.events import emit
from totetaxi.sandbox.stripe.world import World

from .balance_transactions import refund_failure_transaction

OUTCOMES = ("pending", "fail_later")
REASONS = (
    *("charge_for_pending_refund_disputed", "declined", "expired_or_canceled_card"),
    *("insufficient_funds", "lost_or_stolen_card", "merchant_request", "unknown"),
)
_ORDERS = "refund_orders"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How the next `times` refunds go, whatever their card.

    `pending` ones succeed after `seconds`, those that `fail_later` are succeeded until then;
    None leaves it to the configured `refund_seconds`.
    """

    outcome: str
    times: int = 1
    seconds: float | None = None

    def __post_init__(self) -> None:
        """Refuse an outcome that does not exist."""
        if self.outcome not in OUTCOMES:
            message = f"Unknown outcome {self.outcome!r}; there are {', '.join(OUTCOMES)}."
            raise ValueError(message)


def add_order(world: World, order: Order) -> None:
    """Remember an order for refunds to come."""
    with world.store.transaction():
        orders = world.store.setting(_ORDERS, [])
        world.store.set_setting(_ORDERS, [*orders, asdict(order)])


def take_order(world: World, charge: Json) -> Order | None:
    """Return how a refund of this charge goes: as ordered, else as its card has it."""
    first, *rest = world.store.setting(_ORDERS, []) or [None]
    if first:
        left = [first | {"times": first["times"] - 1}] if first["times"] > 1 else []
        world.store.set_setting(_ORDERS, [*left, *rest])
        return Order(**first)
    outcome = card_of(charge["payment_method_details"]["card"]["last4"]).refunds
    return Order(outcome=outcome) if outcome else None


def follow(world: World, refund: Json, order: Order) -> None:
    """Let a refund that was just made end as ordered."""
    seconds = world.config.refund_seconds if order.seconds is None else order.seconds
    then = "succeed" if order.outcome == "pending" else "fail"
    dues.plan(world, refund["id"], then, seconds=seconds)


def succeed(world: World, refund: Json) -> Json:
    """Let a waiting refund reach the card, with its two events, and return it.

    Raises:
        ImpossibleError: it does not wait.
    """
    if refund["status"] != "pending":
        raise ImpossibleError(f"This refund is {refund['status']}.")
    dues.call_off(world, refund["id"])
    del refund["pending_reason"]
    refund["status"] = "succeeded"
    announce_reference(world, refund, {"status": "pending"})
    return refund


def announce_reference(world: World, refund: Json, before: Json) -> None:
    """Add the bank's reference, as happens within a second, with both events of it."""
    before = before | {"destination_details": copy.deepcopy(refund["destination_details"])}
    refund["destination_details"]["card"] |= {
        "reference": random_text(23).upper(),
        "reference_status": "available",
    }
    _update(world, refund, before)


def fail(world: World, refund: Json, reason: str = "expired_or_canceled_card") -> Json:
    """Let a refund come back from the bank, with its three events, and return it.

    The charge has this money again: its `amount_refunded` drops. Stripe does not say whether its
    own does.

    Raises:
        ImpossibleError: it has failed already.
        ValueError: Stripe knows no such reason.
    """
    if reason not in REASONS:
        raise ValueError(f"Unknown reason {reason!r}; there are {', '.join(REASONS)}.")
    if refund["status"] == "failed":
        raise ImpossibleError("This refund has failed already.")
    dues.call_off(world, refund["id"])
    transaction = refund_failure_transaction(refund, now=world.clock.now())
    world.store.add(transaction)
    before = {
        "status": refund["status"],
        "failure_reason": None,
        "failure_balance_transaction": None,
    }
    refund.pop("pending_reason", None)
    refund |= {
        "status": "failed",
        "failure_reason": reason,
        "failure_balance_transaction": transaction["id"],
    }
    charge = world.store.get("charge", refund["charge"]) or {}
    refunded = charge["amount_refunded"] - refund["amount"]
    world.store.save(charge | {"amount_refunded": refunded, "refunded": False})
    emit(world, "refund.failed", refund)
    _update(world, refund, before)
    return refund


def _update(world: World, refund: Json, before: Json) -> None:
    world.store.save(refund)
    emit(world, "refund.updated", refund, before)
    emit(world, "charge.refund.updated", refund, before)
