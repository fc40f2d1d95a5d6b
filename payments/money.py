"""What a booking costs, what came, what went back, and what is left to pay."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Sum

from booking.models import Booking
from payments.models import Payment, Refund


@dataclass(frozen=True, kw_only=True)
class MoneyState:
    """The money of one booking, in cents (DECISIONS.md, 2).

    `under_way_cents` is asked back and not yet returned: it still counts as ours.
    """

    total_cents: int
    paid_cents: int
    refunded_cents: int
    under_way_cents: int

    @property
    def due_cents(self) -> int:
        """Total less what we have; negative when we have too much."""
        return self.total_cents - (self.paid_cents - self.refunded_cents)

    @property
    def surplus_cents(self) -> int:
        """What we have too much and nobody has begun to return."""
        return max(0, -self.due_cents - self.under_way_cents)


def money_state(booking: Booking) -> MoneyState:
    """The sums of a booking's payments and refunds: two queries."""
    paid = Payment.objects.succeeded().filter(booking=booking).aggregate(sum=Sum("captured_cents"))
    refunds = dict(
        Refund.objects.counted()
        .filter(payment__booking=booking, payment__status=Payment.Status.SUCCEEDED)
        .order_by()
        .values_list("status")
        .annotate(sum=Sum("amount_cents"))
    )
    refunded = refunds.pop(Refund.Status.SUCCEEDED, 0)
    return MoneyState(
        total_cents=booking.total_cents,
        paid_cents=paid["sum"] or 0,
        refunded_cents=refunded,
        under_way_cents=sum(refunds.values()),
    )
