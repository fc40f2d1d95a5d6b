"""Disputes as rows: what Stripe's sandbox is too slow for."""

from datetime import timedelta
from itertools import count
from typing import Any

from payments.models import Dispute, Payment
from totetaxi.lib.clock import now as clock_now

_number = count(1)


def make_dispute(payment: Payment, **changes: Any) -> Dispute:
    """A dispute of all of a payment, opened just now; closed ones were closed just now."""
    now = clock_now()
    status = changes.get("status", Dispute.Status.NEEDS_RESPONSE)
    is_open = status in {Dispute.Status.NEEDS_RESPONSE, Dispute.Status.UNDER_REVIEW}
    facts: dict[str, Any] = {
        "stripe_id": f"dp_made_{next(_number)}",
        "status": status,
        "stripe_status": str(status),
        "reason": "fraudulent",
        "amount_cents": payment.captured_cents,
        "withdrawn_cents": 0 if status == Dispute.Status.WON else payment.captured_cents,
        "fee_cents": 1500,
        "opened_at": now,
        "evidence_due_at": now + timedelta(days=9),
        "closed_at": None if is_open else now,
    }
    return Dispute.objects.create(payment=payment, **(facts | changes))
