"""Money on its way: a charge learns its fee a little later, its funds come after two days."""

from totetaxi.sandbox.stripe import dues
from totetaxi.sandbox.stripe.cards import card_of
from totetaxi.sandbox.stripe.resources.balance_transactions import charge_transaction
from totetaxi.sandbox.stripe.store import Json
from totetaxi.sandbox.stripe.webhooks.events import emit
from totetaxi.sandbox.stripe.world import World

_AVAILABLE_AFTER_SECONDS = 2 * 24 * 3600


def schedule(world: World, charge: Json) -> None:
    """Let the charge have its balance transaction when the configured pause is over."""
    dues.plan(world, charge["id"], "settle", seconds=world.config.settle_seconds)


def settle_now(world: World, charge: Json) -> Json:
    """Give the charge its balance transaction, fee included, unless it has it; return the charge.

    A refund and a dispute need it, so they do not wait for it.
    """
    if charge["balance_transaction"] is not None:
        return charge
    dues.call_off(world, charge["id"])
    moment = max(charge["created"], 0)
    card = card_of(charge["payment_method_details"]["card"]["last4"])
    available_at = moment if card.funds_at_once else moment + _AVAILABLE_AFTER_SECONDS
    transaction = charge_transaction(
        charge, available_on=available_at, available=available_at <= world.clock.now()
    )
    world.store.add(transaction)
    charge = world.store.save(charge | {"balance_transaction": transaction["id"]})
    emit(world, "charge.updated", charge, {"balance_transaction": None})
    if card.dispute:
        dues.plan(world, charge["id"], card.dispute, seconds=0)
    return charge


def make_funds_available(world: World) -> None:
    """Turn pending balance transactions into available ones when their day has come."""
    world.store.execute(
        "UPDATE objects SET body = json_set(body, '$.status', 'available')"
        " WHERE kind = 'balance_transaction' AND json_extract(body, '$.status') = 'pending'"
        " AND json_extract(body, '$.available_on') <= ?",
        (world.clock.now(),),
    )
