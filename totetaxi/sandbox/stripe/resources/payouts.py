"""Payouts: our available balance goes to our bank. Made by command; the API shows none."""

from totetaxi.sandbox.stripe import dues
from totetaxi.sandbox.stripe.errors import ImpossibleError
from totetaxi.sandbox.stripe.ids import new_id
from totetaxi.sandbox.stripe.store import Json
from totetaxi.sandbox.stripe.webhooks.events import emit
from totetaxi.sandbox.stripe.world import World

from .balance_transactions import payout_transaction

_ARRIVES_AFTER_SECONDS = 24 * 3600
_CURRENCY = "usd"


def available_cents(world: World) -> int:
    """Return the dollars of our balance that may leave."""
    rows = world.store.execute(
        "SELECT sum(json_extract(body, '$.net')) AS cents FROM objects"
        " WHERE kind = 'balance_transaction' AND json_extract(body, '$.status') = 'available'"
        " AND json_extract(body, '$.currency') = ?",
        (_CURRENCY,),
    )
    return rows[0]["cents"] or 0


def pay_out(world: World) -> Json:
    """Send all that is available to the bank, and return the payout, which arrives a day later.

    Raises:
        ImpossibleError: nothing is available.
    """
    amount = available_cents(world)
    if amount <= 0:
        raise ImpossibleError(f"{amount} cents are available.")
    payout = _payout(world, amount)
    transaction = payout_transaction(payout)
    payout["balance_transaction"] = transaction["id"]
    world.store.add(transaction)
    world.store.add(payout)
    emit(world, "payout.created", payout)
    dues.plan(world, payout["id"], "arrive", seconds=_ARRIVES_AFTER_SECONDS)
    return payout


def _payout(world: World, amount: int) -> Json:
    return {
        "id": new_id("payout"),
        "object": "payout",
        "amount": amount,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": world.clock.now() + _ARRIVES_AFTER_SECONDS,
        "automatic": True,
        "balance_transaction": None,
        "created": world.clock.now(),
        "currency": _CURRENCY,
        "description": "STRIPE PAYOUT",
        "destination": None,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": {},
        "method": "standard",
        "original_payout": None,
        "reconciliation_status": "in_progress",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": None,
        "status": "in_transit",
        "type": "bank_account",
    }


def arrive(world: World, payout: Json) -> None:
    """Let a payout reach the bank, with its event."""
    changes = {"status": "paid", "reconciliation_status": "completed"}
    emit(world, "payout.paid", world.store.save(payout | changes))
