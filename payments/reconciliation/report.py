"""What a period came to, by New York's days: ours beside Stripe's, to the cent.

Read from the copy of Stripe's books (`mirror`) and from our rows; Stripe is not asked. What is of
ours and has a movement counts on that movement's day, so that a payment just before midnight is
no difference; what has none counts on our own day. The sums are of dollars alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any, Self

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from payments.models import BalanceMovement, Payment, Refund
from payments.reconciliation.currency import USD
from payments.reconciliation.differences import (
    WITH_BOOKING,
    Difference,
    open_movements,
    unbooked,
)
from payments.reconciliation.ours import BOOKED_WITHIN, unbooked_payments, unbooked_refunds
from payments.reconciliation.why import (
    APART,
    CHARGES,
    EXPLAINED_OURS,
    FEES,
    PAYOUTS,
    REFUNDS,
    RETURNED_REFUNDS,
)
from totetaxi.lib.clock import NEW_YORK, at_new_york


@dataclass(frozen=True)
class Period:
    """New York days, both included."""

    first: date
    last: date

    @property
    def since(self) -> datetime:
        """Its beginning."""
        return at_new_york(self.first, time())

    @property
    def until(self) -> datetime:
        """The end, no more a part of it."""
        return at_new_york(self.last + timedelta(days=1), time())

    def days(self) -> Iterator[date]:
        """Each of its days."""
        for passed in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=passed)


@dataclass(frozen=True, kw_only=True)
class Sums:
    """What moved, in cents. What is taken from gross is positive, as long as it was taken."""

    gross_cents: int = 0
    refunded_cents: int = 0
    disputed_cents: int = 0
    fee_cents: int = 0
    payments: int = 0
    refunds: int = 0

    @property
    def net_cents(self) -> int:
        """What is left for us."""
        return self.gross_cents - self.refunded_cents - self.disputed_cents - self.fee_cents

    def __add__(self, other: Self) -> Sums:
        return Sums(
            **{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)}
        )


@dataclass(frozen=True, kw_only=True)
class DaySums:
    """One day: Stripe's sums and ours, what was paid out to the bank, and what is listed apart.

    `waiting_cents` is ours of the last hour, which Stripe has not booked yet: no difference.
    """

    stripe: Sums = Sums()
    ours: Sums = Sums()
    payout_cents: int = 0
    payouts: int = 0
    apart_cents: int = 0
    apart: int = 0
    waiting_cents: int = 0

    @property
    def difference_cents(self) -> int:
        """What Stripe has more than we; less than 0: we have more."""
        return self.stripe.net_cents - self.ours.net_cents

    def __add__(self, other: Self) -> DaySums:
        return DaySums(
            **{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)}
        )


@dataclass(frozen=True)
class Report:
    """A period's days, and their sum. What goes row by row is read when it is asked for."""

    period: Period
    now: datetime
    days: dict[date, DaySums]

    @property
    def total(self) -> DaySums:
        """All days together."""
        return sum(self.days.values(), DaySums())

    def differences(self) -> Iterator[Difference]:
        """What does not agree, oldest first: movements, then rows of ours."""
        yield from open_movements(self.period.since, self.period.until)
        yield from unbooked(self.period.since, min(self.period.until, self.now - BOOKED_WITHIN))

    def apart(self) -> QuerySet[BalanceMovement]:
        """What was made outside of our trade, or is nothing of ours as a person said, and whatever
        agrees in another currency: oldest first.
        """
        other = ~Q(currency=USD) & ~Q(standing=BalanceMovement.Standing.OPEN)
        rows = _movements(self.period).filter(APART | other)
        return rows.select_related(*WITH_BOOKING).order_by("at", "pk")

    def explained(self) -> QuerySet[BalanceMovement]:
        """What is ours and differs, as a person explained: in the sums as it is at Stripe."""
        rows = _movements(self.period).filter(EXPLAINED_OURS, currency=USD)
        return rows.select_related(*WITH_BOOKING).order_by("at", "pk")


def report_on(period: Period, *, now: datetime) -> Report:
    """The sums of a period by day: three queries."""
    found: dict[date, DaySums] = {day: DaySums() for day in period.days()}
    for day, sums in _by_day(period, now):
        found[day] += sums
    return Report(period, now, found)


def _by_day(period: Period, now: datetime) -> Iterator[tuple[date, DaySums]]:
    rows = (
        _movements(period)
        .filter(currency=USD)
        .annotate(day=TruncDate("at", tzinfo=NEW_YORK), is_apart=APART)
        .order_by()
        .values("day", "kind", "is_apart", "standing")
        .annotate(
            count=Count("*"),
            amount=Sum("amount_cents"),
            fee=Sum("fee_cents"),
            net=Sum("net_cents"),
            captured=Sum(
                "payment__captured_cents", filter=Q(payment__status=Payment.Status.SUCCEEDED)
            ),
            noted_fee=Sum("payment__fee_cents"),
            refunded=Sum("refund__amount_cents", filter=~Q(refund__status=Refund.Status.FAILED)),
            failed=Sum("refund__amount_cents", filter=Q(refund__status=Refund.Status.FAILED)),
        )
    )
    for row in rows:
        yield row["day"], _of_movements(row)
    yield from _of_unbooked(period, now)


def _of_movements(row: Mapping[str, Any]) -> DaySums:
    """The sums of one kind of movement on one day; what is matched is ours as it is Stripe's."""
    if row["is_apart"]:
        return DaySums(apart=row["count"], apart_cents=row["net"])
    if row["kind"] in PAYOUTS:
        return DaySums(payouts=row["count"], payout_cents=-row["net"])
    stripe = _of_stripe(row)
    is_open = row["standing"] == BalanceMovement.Standing.OPEN
    return DaySums(stripe=stripe, ours=_of_ours(row) if is_open else stripe)


def _of_stripe(row: Mapping[str, Any]) -> Sums:
    kind, count, amount, fee = (row[name] for name in ("kind", "count", "amount", "fee"))
    if kind in FEES:
        return Sums(fee_cents=-row["net"])
    if kind in CHARGES:
        return Sums(gross_cents=amount, fee_cents=fee, payments=count)
    if kind in REFUNDS:
        return Sums(refunded_cents=-amount, fee_cents=fee, refunds=count)
    if kind in RETURNED_REFUNDS:
        return Sums(refunded_cents=-amount, fee_cents=fee)
    return Sums(disputed_cents=-amount, fee_cents=fee)


def _of_ours(row: Mapping[str, Any]) -> Sums:
    """What our rows say of movements that are open; a dispute's agree in their sum only."""
    if row["kind"] in CHARGES:
        return Sums(gross_cents=row["captured"] or 0, fee_cents=row["noted_fee"] or 0)
    if row["kind"] in REFUNDS:
        return Sums(refunded_cents=row["refunded"] or 0)
    if row["kind"] in RETURNED_REFUNDS:
        return Sums(refunded_cents=-(row["failed"] or 0))
    return Sums()


def _of_unbooked(period: Period, now: datetime) -> Iterator[tuple[date, DaySums]]:
    """What of ours has no movement: nothing amiss within the first hour."""
    fresh = now - BOOKED_WITHIN
    payments = unbooked_payments(period.since, period.until).annotate(cents=F("captured_cents"))
    refunds = unbooked_refunds(period.since, period.until).annotate(cents=F("amount_cents"))
    for rows, sign in ((payments, 1), (refunds, -1)):
        sums: Iterable[Any] = (
            rows.annotate(
                day=TruncDate("succeeded_at", tzinfo=NEW_YORK), is_fresh=Q(succeeded_at__gte=fresh)
            )
            .order_by()
            .values_list("day", "is_fresh")
            .annotate(sum=Sum("cents"))
        )
        for day, is_fresh, cents in sums:
            if is_fresh:
                yield day, DaySums(waiting_cents=sign * cents)
            elif sign > 0:
                yield day, DaySums(ours=Sums(gross_cents=cents))
            else:
                yield day, DaySums(ours=Sums(refunded_cents=cents))


def _movements(period: Period) -> QuerySet[BalanceMovement]:
    return BalanceMovement.objects.filter(at__gte=period.since, at__lt=period.until)
