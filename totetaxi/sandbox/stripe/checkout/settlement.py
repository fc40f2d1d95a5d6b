"""Money on its way: a charge learns its fee a little later, its funds come after two days."""

from totetaxi.sandbox.stripe.cards import card_of
from totetaxi.sandbox.stripe.resources.balance_transactions import charge_transaction
from totetaxi.sandbox.stripe.store import Json
from totetaxi.sandbox.stripe.webhooks.events import emit
from totetaxi.sandbox.stripe.world import World

_AVAILABLE_AFTER_SECONDS = 2 * 24 * 3600


def schedule(world: World, charge: Json) -> None:
    """Let the charge have its balance transaction when the configured pause is over."""
    private = world.store.private(charge["id"])
    private["settle_at"] = world.clock.precise() + world.config.settle_seconds
    world.store.save_private(charge["id"], private)


def settle(world: World, charge: Json) -> Json:
    """Give the charge its balance transaction, fee included, and return the charge."""
    world.store.save_private(charge["id"], {})
    moment = max(charge["created"], 0)
    card = card_of(charge["payment_method_details"]["card"]["last4"])
    available_at = moment if card.funds_at_once else moment + _AVAILABLE_AFTER_SECONDS
    transaction = charge_transaction(
        charge, available_on=available_at, available=available_at <= world.clock.now()
    )
    world.store.add(transaction)
    return world.store.save(charge | {"balance_transaction": transaction["id"]})


def settle_due(world: World, *, everything: bool = False) -> int:
    """Settle the charges whose pause is over, or all that wait; return how many."""
    rows = world.store.execute(
        "SELECT id FROM objects WHERE json_extract(private, '$.settle_at') IS NOT NULL"
        " AND json_extract(private, '$.settle_at') <= ?",
        (float("inf") if everything else world.clock.precise(),),
    )
    for row in rows:
        charge = world.store.get("charge", row["id"])
        if charge:
            emit(world, "charge.updated", settle(world, charge), {"balance_transaction": None})
    return len(rows)


def settle_now(world: World, charge: Json) -> Json:
    """Settle this charge if it still waits (a refund needs it), and return it."""
    if charge["balance_transaction"] is None:
        charge = settle(world, charge)
        emit(world, "charge.updated", charge, {"balance_transaction": None})
    return charge


def make_funds_available(world: World) -> None:
    """Turn pending balance transactions into available ones when their day has come."""
    world.store.execute(
        "UPDATE objects SET body = json_set(body, '$.status', 'available')"
        " WHERE kind = 'balance_transaction' AND json_extract(body, '$.status') = 'pending'"
        " AND json_extract(body, '$.available_on') <= ?",
        (world.clock.now(),),
    )
