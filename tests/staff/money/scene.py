"""A house whose money is open, expected and matched."""

from datetime import timedelta
from typing import Any

from booking.models import Alert, AlertKind, Booking, BookingEvent, raise_alert
from payments.models import BalanceMovement, Payment
from payments.reconciliation.tell import tell_of
from tests.factories import (
    make_booking,
    make_catalogue,
    make_paid_booking,
    make_payment,
    make_payment_link,
    make_refund,
)
from tests.factories.movements import add_movements
from totetaxi.lib import clock


def matched(**changes: Any) -> BalanceMovement:
    """A booking that was paid, and Stripe's movement of it."""
    make_catalogue()
    payment = make_paid_booking().payments.get()
    cents = payment.captured_cents
    fee = 2916
    Payment.objects.filter(pk=payment.pk).update(fee_cents=fee, charge_id=f"ch_{payment.pk.hex}")
    facts = {"payment": payment, "amount_cents": cents, "fee_cents": fee}
    (movement,) = add_movements(1, **(facts | {"source_id": f"ch_{payment.pk.hex}"} | changes))
    return movement


def unknown(cents: int = 28500, **changes: Any) -> BalanceMovement:
    """Money at Stripe that has our mark and belongs to no payment, and its alert."""
    facts = {"standing": "open", "why": "unknown_payment", "amount_cents": cents, "fee_cents": 857}
    (movement,) = add_movements(1, **(facts | changes))
    tell_of(movement, now=clock.now())
    return movement


def outside(cents: int = 40000) -> BalanceMovement:
    """A payment for something else."""
    facts = {"standing": "expected", "why": "outside", "fee_cents": 1190}
    return add_movements(1, amount_cents=cents, **facts)[0]


def payout(cents: int) -> BalanceMovement:
    facts = {"kind": "payout", "standing": "expected", "why": "payout", "fee_cents": 0}
    return add_movements(1, amount_cents=-cents, **facts)[0]


def dearer(booking: Booking, cents: int) -> None:
    """A change made it cost more since it was paid."""
    booking.lines.create(
        position=90, code="adjustment", label="Moved", amount_cents=cents, is_adjustment=True
    )
    Booking.objects.filter(pk=booking.pk).update(
        total_cents=booking.total_cents + cents, revision=1
    )
    BookingEvent.objects.create(
        booking=booking,
        at=clock.now(),
        kind=BookingEvent.Kind.CHANGE,
        actor_kind="staff",
        detail={"difference_cents": cents},
    )


def overpaid(cents: int) -> Booking:
    """A transfer brought more than was due."""
    booking = make_paid_booking()
    make_payment(booking, method=Payment.Method.OFFLINE, purpose="change", cents=cents)
    raise_alert(
        AlertKind.OVERPAID, about=f"booking:{booking.pk}", summary="Too much", booking=booking
    )
    return booking


def being_paid() -> Payment:
    """Somebody is on the payment page."""
    return make_payment(
        make_booking(),
        status=Payment.Status.PENDING,
        captured_cents=0,
        succeeded_at=None,
        intent_id=None,
        session_expires_at=clock.now() + timedelta(minutes=30),
    )


def busy_house() -> None:
    """Something of everything."""
    matched()
    movement = matched()
    payment = movement.payment
    assert payment is not None
    refund = make_refund(payment, 9500, reason="goodwill")
    facts = {"kind": "refund", "amount_cents": -9500, "fee_cents": 0}
    add_movements(1, refund=refund, source_id=refund.stripe_id, **facts)
    make_refund(payment, 10925, status="requested", approved_by_kind="", approved_at=None)
    unknown()
    outside()
    payout(90000)
    dearer(matched().payment.booking, 14775)
    overpaid(5000)
    being_paid()
    make_payment_link(make_booking())


def open_alerts() -> list[str]:
    return sorted(Alert.objects.filter(closed_at=None).values_list("kind", flat=True))
