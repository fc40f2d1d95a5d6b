"""Movements at Stripe, by the thousand, straight into the table."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from payments.models import BalanceMovement
from totetaxi.lib.clock import now as clock_now

_number = count(1)


def add_movements(
    many: int, *, at: datetime | None = None, apart: timedelta = timedelta(), **changes: Any
) -> list[BalanceMovement]:
    """So many matched charges, each `apart` before the one before it; `changes` are of all."""
    first = at or clock_now()
    rows = [_movement(first - place * apart, dict(changes)) for place in range(many)]
    return BalanceMovement.objects.bulk_create(rows, batch_size=500)


def _movement(at: datetime, changes: dict[str, Any]) -> BalanceMovement:
    number = next(_number)
    facts: dict[str, Any] = {
        "stripe_id": f"txn_made_{number}",
        "kind": "charge",
        "source_id": f"ch_made_{number}",
        "amount_cents": 10_000,
        "fee_cents": 320,
        "currency": "usd",
        "at": at,
        "available_at": at + timedelta(days=2),
        "standing": BalanceMovement.Standing.MATCHED,
    }
    facts |= changes
    return BalanceMovement(net_cents=facts["amount_cents"] - facts["fee_cents"], **facts)
