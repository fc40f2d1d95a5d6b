"""Money for bookings, as rows: what Stripe's sandbox is too slow for."""

from datetime import datetime
from itertools import count
from typing import Any

from booking.models import Booking
from payments.models import Payment, Refund
from totetaxi.lib.actor import ActorKind
from totetaxi.lib.clock import now as clock_now

_number = count(1)
_NOT_SENT = (Refund.Status.REQUESTED, Refund.Status.APPROVED, Refund.Status.REFUSED)


def make_payment(booking: Booking, *, at: datetime | None = None, **changes: Any) -> Payment:
    """A card payment of the booking's total that succeeded."""
    number = next(_number)
    cents = changes.pop("cents", booking.total_cents)
    facts: dict[str, Any] = {
        "method": Payment.Method.STRIPE,
        "purpose": Payment.Purpose.BOOKING,
        "status": Payment.Status.SUCCEEDED,
        "amount_cents": cents,
        "captured_cents": cents,
        "actor_kind": ActorKind.GUEST,
        "idempotency_key": f"key-of-a-payment-{number}",
        "session_id": f"cs_test_made_{number}",
        "intent_id": f"pi_made_{number}",
        "card_brand": "visa",
        "card_last4": "4242",
        "succeeded_at": at or clock_now(),
    }
    if changes.get("method") == Payment.Method.OFFLINE:
        facts |= {"offline_way": Payment.OfflineWay.CASH, "proof": "Receipt 12"}
    return Payment.objects.create(booking=booking, **(facts | changes))


def make_refund(payment: Payment, cents: int, **changes: Any) -> Refund:
    """A refund that arrived."""
    now, number = clock_now(), next(_number)
    by_card = payment.method == Payment.Method.STRIPE
    facts: dict[str, Any] = {
        "amount_cents": cents,
        "status": Refund.Status.SUCCEEDED,
        "reason": Refund.Reason.CHANGE,
        "requested_by_kind": ActorKind.SYSTEM,
        "approved_by_kind": ActorKind.SYSTEM,
        "approved_at": now,
        "succeeded_at": now,
        "idempotency_key": f"key-of-a-refund-{number}",
        "stripe_id": f"re_made_{number}" if by_card else None,
        "proof": "" if by_card else "Transfer 7",
    }
    if changes.get("status", Refund.Status.SUCCEEDED) in _NOT_SENT:
        facts |= {"stripe_id": None, "proof": "", "succeeded_at": None}
    if (failed := changes.get("retry_of")) is not None:
        Refund.objects.filter(pk=failed.pk).update(closed_at=now)
    return Refund.objects.create(payment=payment, **(facts | changes))
