"""What a booking costs, what came, what went back, and what is left to pay."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Sum

from booking.models import Booking
from payments.models import Payment, Refund


@dataclass(frozen=True, kw_only=True)
class MoneyState:
    """The money of one booking, in cents (DECISIONS.md, 2).

    `under_way_cents` is asked back and not yet returned: it still counts as ours. Of it,
    `revisable_cents` was asked by changes of the booking and waits for approval: another change
    asks anew. `courtesy_cents`, of what went or goes back, was given without the price becoming
    less: nobody has to pay it again. `has_mismatch`: money came that is not what was asked for.
    """

    total_cents: int
    paid_cents: int
    refunded_cents: int
    under_way_cents: int
    revisable_cents: int = 0
    courtesy_cents: int = 0
    has_mismatch: bool = False

    @property
    def due_cents(self) -> int:
        """Total less what we have; negative when we have too much."""
        return self.total_cents - (self.paid_cents - self.refunded_cents)

    @property
    def to_pay_cents(self) -> int:
        """What is still to be paid, once all that is asked back has gone."""
        return max(0, self.due_cents + self.under_way_cents - self.courtesy_cents)

    @property
    def surplus_cents(self) -> int:
        """What we have too much and nobody has begun to return."""
        return max(0, -self.due_cents - self.under_way_cents)


def money_state(booking: Booking) -> MoneyState:
    """The sums of a booking's payments and refunds: two queries."""
    return money_states([booking])[booking.pk]


def money_states(bookings: Collection[Booking]) -> dict[UUID, MoneyState]:
    """The same for several bookings, by their keys: two queries in all."""
    paid: dict[UUID, dict[str, int]] = {booking.pk: {} for booking in bookings}
    refunds: dict[UUID, dict[tuple[str, str], int]] = {booking.pk: {} for booking in bookings}
    for key, status, cents in (
        Payment.objects.filter(
            booking__in=paid, status__in=[Payment.Status.SUCCEEDED, Payment.Status.MISMATCH]
        )
        .order_by()
        .values_list("booking_id", "status")
        .annotate(sum=Sum("captured_cents"))
    ):
        paid[key][status] = cents
    for key, status, reason, cents in (
        Refund.objects.counted()
        .filter(payment__booking__in=refunds, payment__status=Payment.Status.SUCCEEDED)
        .order_by()
        .values_list("payment__booking_id", "status", "reason")
        .annotate(sum=Sum("amount_cents"))
    ):
        refunds[key][status, reason] = cents
    return {one.pk: _sums(one, paid[one.pk], refunds[one.pk]) for one in bookings}


def _sums(
    booking: Booking, paid: dict[str, int], refunds: dict[tuple[str, str], int]
) -> MoneyState:
    done = Refund.Status.SUCCEEDED
    courtesy = Refund.Reason.GOODWILL
    return MoneyState(
        total_cents=booking.total_cents,
        paid_cents=paid.get(Payment.Status.SUCCEEDED, 0),
        refunded_cents=sum(cents for (status, _why), cents in refunds.items() if status == done),
        under_way_cents=sum(cents for (status, _why), cents in refunds.items() if status != done),
        revisable_cents=refunds.get((Refund.Status.REQUESTED, Refund.Reason.CHANGE), 0),
        courtesy_cents=sum(cents for (_status, why), cents in refunds.items() if why == courtesy),
        has_mismatch=Payment.Status.MISMATCH in paid,
    )
