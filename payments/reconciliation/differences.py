"""What does not agree between Stripe and us, row by row, however much it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from payments.models import BalanceMovement, Payment, Refund
from payments.reconciliation.currency import USD
from payments.reconciliation.ours import unbooked_payments, unbooked_refunds
from payments.reconciliation.tell import booking_of
from payments.reconciliation.why import REFUNDS, Why

AT_ONCE = 500
WITH_BOOKING = ("payment__booking", "refund__payment__booking", "dispute__payment__booking")


class NotBooked(TextChoices):
    """What of ours Stripe knows nothing of."""

    PAYMENT = "payment_not_booked", _("Stripe has not booked the payment")
    REFUND = "refund_not_booked", _("Stripe has not booked the refund")


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing that does not agree, in signed cents; `number` is the booking's, if it is known.

    `what` is a `Why` or a `NotBooked`, `label` the same in words; `currency` is of both sums.
    """

    at: datetime
    what: str
    label: Any
    stripe_id: str
    number: int | None
    ours_cents: int
    stripe_cents: int
    currency: str = USD


def open_movements(since: datetime, until: datetime) -> Iterator[Difference]:
    """Movements of a period that nobody has explained, oldest first."""
    rows = BalanceMovement.objects.filter(
        standing=BalanceMovement.Standing.OPEN, at__gte=since, at__lt=until
    ).select_related(*WITH_BOOKING)
    for one in rows.order_by("at", "pk").iterator(AT_ONCE):
        booking = booking_of(one)
        is_fee = one.why == Why.WRONG_FEE
        yield Difference(
            at=one.at,
            what=one.why,
            label=Why(one.why).label,
            stripe_id=one.stripe_id,
            number=booking.number if booking else None,
            ours_cents=ours_of(one),
            stripe_cents=-one.fee_cents if is_fee else one.amount_cents,
            currency=one.currency,
        )


def ours_of(movement: BalanceMovement) -> int:
    """What our row says where Stripe's movement says something else; 0 where we have none."""
    payment, refund = movement.payment, movement.refund
    if payment is not None and payment.status == Payment.Status.SUCCEEDED:
        is_fee = movement.why == Why.WRONG_FEE
        return -(payment.fee_cents or 0) if is_fee else payment.captured_cents
    if refund is not None:
        failed = refund.status == Refund.Status.FAILED
        if movement.kind in REFUNDS:
            return 0 if failed else -refund.amount_cents
        return refund.amount_cents if failed else 0
    return 0


def unbooked(since: datetime, until: datetime) -> Iterator[Difference]:
    """Payments and refunds of ours that succeeded in a period, without a movement."""
    payments = unbooked_payments(since, until).select_related("booking")
    for payment in payments.order_by("succeeded_at").iterator(AT_ONCE):
        yield _missing(payment, NotBooked.PAYMENT, payment.captured_cents, payment.intent_id)
    refunds = unbooked_refunds(since, until).select_related("payment__booking")
    for refund in refunds.order_by("succeeded_at").iterator(AT_ONCE):
        yield _missing(refund, NotBooked.REFUND, -refund.amount_cents, refund.stripe_id)


def _missing(
    row: Payment | Refund, what: NotBooked, cents: int, stripe_id: str | None
) -> Difference:
    payment = row if isinstance(row, Payment) else row.payment
    return Difference(
        at=row.succeeded_at or row.created_at,
        what=what,
        label=what.label,
        stripe_id=stripe_id or "",
        number=payment.booking.number,
        ours_cents=cents,
        stripe_cents=0,
    )
