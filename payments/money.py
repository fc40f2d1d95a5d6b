"""What a booking costs, what came, what went back, and what is left to pay."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Sum

from booking.models import Booking
from payments.models import Payment, Refund
from totetaxi.lib.actor import ActorKind

# Given without the price becoming less.
COURTESIES = frozenset({Refund.Reason.GOODWILL, Refund.Reason.OUR_FAULT, Refund.Reason.OUTSIDE})
# Cents by status, reason, and the kind of actor who approved.
_Refunds = dict[tuple[str, str, str], int]

# Payments whose money we have, or had.
CAME = (Payment.Status.SUCCEEDED, Payment.Status.MISMATCH)


@dataclass(frozen=True, kw_only=True)
class MoneyState:
    """The money of one booking, in cents (DECISIONS.md, 2).

    `under_way_cents` is asked back and not yet returned: it still counts as ours. Of it,
    `revisable_cents` was asked by changes of the booking and waits for approval: another change
    asks anew. Of what went or goes back, `courtesy_cents` was given without the price becoming
    less, so that nobody has to pay it again, and `self_approved_cents` was returned by changes
    without anybody's approval. `has_mismatch`: money came that is not what was asked for, and
    nobody has decided what becomes of it.
    """

    total_cents: int
    paid_cents: int
    refunded_cents: int
    under_way_cents: int
    revisable_cents: int = 0
    courtesy_cents: int = 0
    self_approved_cents: int = 0
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
    def left_cents(self) -> int:
        """What can still be asked back."""
        return max(0, self.paid_cents - self.refunded_cents - self.under_way_cents)

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
    refunds: dict[UUID, _Refunds] = {booking.pk: {} for booking in bookings}
    for key, status, cents in (
        Payment.objects.filter(booking__in=paid, status__in=CAME)
        .order_by()
        .values_list("booking_id", "status")
        .annotate(sum=Sum("captured_cents"))
    ):
        paid[key][status] = cents
    for key, came, status, reason, approver, cents in (
        Refund.objects.counted()
        .filter(payment__booking__in=refunds, payment__status__in=CAME)
        .order_by()
        .values_list(
            "payment__booking_id", "payment__status", "status", "reason", "approved_by_kind"
        )
        .annotate(sum=Sum("amount_cents"))
    ):
        if came == Payment.Status.SUCCEEDED:
            refunds[key][status, reason, approver] = cents
        elif status != Refund.Status.REQUESTED:  # nobody has to decide about it any more
            paid[key][came] -= cents
    return {one.pk: _sums(one, paid[one.pk], refunds[one.pk]) for one in bookings}


def _sums(booking: Booking, paid: dict[str, int], refunds: _Refunds) -> MoneyState:
    done, asked, change = Refund.Status.SUCCEEDED, Refund.Status.REQUESTED, Refund.Reason.CHANGE

    def total(counts: Callable[[str, str, str], bool]) -> int:
        return sum(cents for kind, cents in refunds.items() if counts(*kind))

    return MoneyState(
        total_cents=booking.total_cents,
        paid_cents=paid.get(Payment.Status.SUCCEEDED, 0),
        refunded_cents=total(lambda status, _why, _who: status == done),
        under_way_cents=total(lambda status, _why, _who: status != done),
        revisable_cents=total(lambda status, why, _who: (status, why) == (asked, change)),
        courtesy_cents=total(lambda _status, why, _who: why in COURTESIES),
        self_approved_cents=total(
            lambda _status, why, who: (why, who) == (change, ActorKind.SYSTEM)
        ),
        has_mismatch=paid.get(Payment.Status.MISMATCH, 0) > 0,
    )
