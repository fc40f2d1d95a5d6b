"""Payments by the thousand, straight into the table: for what must not grow with them."""

from datetime import datetime, timedelta
from itertools import count

from booking.models import Booking
from payments.models import Payment, PaymentAttempt, Refund
from totetaxi.lib.actor import ActorKind
from totetaxi.lib.clock import now as clock_now

STATES = ("succeeded", "succeeded", "succeeded", "expired", "cancelled", "mismatch")
_number = count(1)


def add_many_payments(booking: Booking, many: int, *, begun: datetime | None = None) -> None:
    """Card payments of a booking, a minute before one another; each fifth has a refund, and each
    seventh a declined card.
    """
    first = begun or clock_now()
    rows = [_payment(booking) for _row in range(many)]
    Payment.objects.bulk_create(rows, batch_size=500)
    for place, row in enumerate(rows):
        row.created_at = first - timedelta(minutes=place)
    Payment.objects.bulk_update(rows, ["created_at"], batch_size=500)
    Refund.objects.bulk_create((_refund(row) for row in rows[::5]), batch_size=500)
    PaymentAttempt.objects.bulk_create((_decline(row) for row in rows[::7]), batch_size=500)


def _payment(booking: Booking) -> Payment:
    number = next(_number)
    status = STATES[number % len(STATES)]
    came = status in {"succeeded", "mismatch"}
    return Payment(
        booking=booking,
        method=Payment.Method.STRIPE,
        purpose=Payment.Purpose.BOOKING,
        status=status,
        amount_cents=99500,
        captured_cents=99500 if came else 0,
        actor_kind=ActorKind.GUEST,
        idempotency_key=f"key-of-many-{number}",
        session_id=f"cs_test_many_{number}",
        intent_id=f"pi_many_{number}",
        succeeded_at=clock_now() if status == "succeeded" else None,
    )


def _refund(payment: Payment) -> Refund:
    return Refund(
        payment=payment,
        amount_cents=100,
        status=Refund.Status.SUCCEEDED,
        reason=Refund.Reason.CHANGE,
        requested_by_kind=ActorKind.SYSTEM,
        approved_by_kind=ActorKind.SYSTEM,
        approved_at=clock_now(),
        succeeded_at=clock_now(),
        idempotency_key=f"key-of-many-{next(_number)}",
    )


def _decline(payment: Payment) -> PaymentAttempt:
    number = next(_number)
    return PaymentAttempt(
        payment=payment,
        charge_id=f"ch_many_{number}",
        declined=True,
        code="generic_decline",
        at=clock_now(),
    )
