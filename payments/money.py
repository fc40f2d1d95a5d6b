"""What a booking costs, what came, what went back, and what is left to pay."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Sum

from booking.models import Booking
from payments.models import COURTESIES, Payment, Refund
from totetaxi.lib.actor import ActorKind

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
    without anybody's approval. `outside_cents` are the courtesies made in Stripe's dashboard, less
    what they returned of what was too much: that is no courtesy. `has_mismatch`: money came that is
    not what was asked for, and nobody has decided what becomes of it.
    """

    total_cents: int
    paid_cents: int
    refunded_cents: int
    under_way_cents: int
    revisable_cents: int = 0
    courtesy_cents: int = 0
    outside_cents: int = 0
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
    def most_cents(self) -> int:
        """What may still come before it is too much."""
        given_cents = self.courtesy_cents - self.outside_cents
        return max(0, self.due_cents + self.under_way_cents - given_cents)

    @property
    def left_cents(self) -> int:
        """What can still be asked back."""
        return max(0, self.paid_cents - self.refunded_cents - self.under_way_cents)

    @property
    def surplus_cents(self) -> int:
        """What came too much and nobody has begun to return: never more than can be asked back,
        also where more was given than it costs now.
        """
        over_cents = self.courtesy_cents - self.due_cents - self.under_way_cents
        return min(self.left_cents, max(0, over_cents))


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
    return {one.pk: sums_of(one, paid[one.pk], refunds[one.pk]) for one in bookings}


def sums_of(booking: Booking, paid: dict[str, int], refunds: _Refunds) -> MoneyState:
    """The state of a booking, of what came by status, and of the refunds that count."""
    done, asked, change = Refund.Status.SUCCEEDED, Refund.Status.REQUESTED, Refund.Reason.CHANGE

    def total(counts: Callable[[str, str, str], bool]) -> int:
        return sum(cents for kind, cents in refunds.items() if counts(*kind))

    came = paid.get(Payment.Status.SUCCEEDED, 0)
    lowering = total(lambda _status, why, _who: why not in COURTESIES)
    too_much = max(0, came - lowering - booking.total_cents)
    in_dashboard = total(lambda _status, why, _who: why == Refund.Reason.OUTSIDE)
    given = total(lambda _status, why, _who: why in COURTESIES) - in_dashboard
    outside = max(0, in_dashboard - too_much)
    return MoneyState(
        total_cents=booking.total_cents,
        paid_cents=came,
        refunded_cents=total(lambda status, _why, _who: status == done),
        under_way_cents=total(lambda status, _why, _who: status != done),
        revisable_cents=total(lambda status, why, _who: (status, why) == (asked, change)),
        courtesy_cents=given + outside,
        outside_cents=outside,
        self_approved_cents=total(
            lambda _status, why, who: (why, who) == (change, ActorKind.SYSTEM)
        ),
        has_mismatch=paid.get(Payment.Status.MISMATCH, 0) > 0,
    )
