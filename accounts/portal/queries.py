"""The bookings of the portal's list: a fixed number of queries, however many there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import FilteredRelation, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.portal.filters import Filters
from booking.lifecycle import ACTIVE, EXPIRED, FINAL, Status
from booking.models import Booking, Leg
from booking.tracking.timeline import SUPERSEDED
from payments.models import Payment, Refund
from totetaxi.lib.clock import at_new_york, today
from totetaxi.lib.prepared import DAY, KEY, MOMENT, PreparedRows

PER_PAGE = 10
MOST_UPCOMING = 30


@dataclass(frozen=True, slots=True)
class End:
    """One end of a trip."""

    street: str
    unit: str
    city: str
    area: str
    zip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRow:
    """What the list shows of a booking; money in cents. `asked`: the kind of an open request.

    `lowered_cents` went or goes back because it costs less: a courtesy is not paid again.
    """

    id: UUID
    number: int
    status: Status
    cancel_reason: str
    title: str
    package: str
    items: int
    total_cents: int
    needs_staff: bool
    unpaid_reason: str
    pickup_date: date
    pickup_at: datetime
    hold_expires_at: datetime | None
    asked: str | None
    paid_cents: int
    refunded_cents: int
    lowered_cents: int
    pickup: End
    delivery: End

    @property
    def due_cents(self) -> int:
        """What is left to pay, as `MoneyState.to_pay_cents` says it (DECISIONS.md, 2)."""
        return max(0, self.total_cents - (self.paid_cents - self.lowered_cents))


_FACTS = (
    "id",
    "number",
    "status",
    "cancel_reason",
    "title",
    "package",
    "items",
    "total_cents",
    "needs_staff",
    "unpaid_reason",
    "pickup_date",
    "pickup_at",
    "hold_expires_at",
)
_END = ("street", "unit", "city", "area", "zip")


def _rows(of: QuerySet[Booking]) -> QuerySet[Any, Any]:
    """Bookings as tuples of `_FACTS`, the open request, money, and both ends."""
    paid = Payment.objects.succeeded().filter(booking=OuterRef("pk"))
    back = Refund.objects.counted().filter(
        payment__booking=OuterRef("pk"), payment__status=Payment.Status.SUCCEEDED
    )
    refunded = back.filter(status=Refund.Status.SUCCEEDED)
    lowered = back.lowering()
    ends = [f"{leg}__{part}" for leg in ("start", "end") for part in _END]
    return of.annotate(
        start=FilteredRelation("addresses", condition=Q(addresses__leg=Leg.PICKUP)),
        end=FilteredRelation("addresses", condition=Q(addresses__leg=Leg.DELIVERY)),
        request_open=FilteredRelation(
            "change_requests", condition=Q(change_requests__state="open")
        ),
        paid=_sum(paid, "booking", "captured_cents"),
        refunded=_sum(refunded, "payment__booking", "amount_cents"),
        lowered=_sum(lowered, "payment__booking", "amount_cents"),
    ).values_list(*_FACTS, "request_open__kind", "paid", "refunded", "lowered", *ends)


def _sum(rows: QuerySet[Any], key: str, amount: str) -> Any:
    """The sum of an amount over rows that share a key; 0 for none."""
    summed = rows.order_by().values(key).annotate(sum=Sum(amount)).values("sum")
    return Coalesce(Subquery(summed), 0, output_field=IntegerField())


def _read(row: tuple[Any, ...]) -> BookingRow:
    facts, rest = row[: len(_FACTS)], row[len(_FACTS) :]
    asked, paid, refunded, lowered, *ends = rest
    named = dict(zip(_FACTS, facts, strict=True))
    named["status"] = Status(named["status"])
    return BookingRow(
        **named,
        asked=asked,
        paid_cents=paid,
        refunded_cents=refunded,
        lowered_cents=lowered,
        pickup=End(*ends[: len(_END)]),
        delivery=End(*ends[len(_END) :]),
    )


def ended_today(day: date, moment: datetime, of: str = "") -> Q:
    """What ended today, which stays among the upcoming until midnight, so that its end is seen.

    What was never paid, or gave way to a newer booking, had no end that anybody waits for. `of`
    leads from the rows asked to their bookings, such as `made__`.
    """
    unseen = Q(**{f"{of}cancel_reason__in": [EXPIRED, SUPERSEDED]})
    over = Q(**{f"{of}status__in": FINAL, f"{of}pickup_date__gte": day})
    return over & Q(**{f"{of}updated_at__gte": moment}) & ~unseen


def is_past(day: date, moment: datetime, of: str = "") -> Q:
    """What stands under "Before"."""
    superseded = Q(**{f"{of}cancel_reason": SUPERSEDED})
    return Q(**{f"{of}status__in": FINAL}) & ~ended_today(day, moment, of) & ~superseded


def _mine() -> QuerySet[Booking]:
    rows: QuerySet[Booking] = Booking.objects.filter(customer_id=KEY)
    return rows


_upcoming = PreparedRows(
    lambda: _rows(_mine().filter(Q(status__in=ACTIVE) | ended_today(DAY, MOMENT))).order_by(
        "pickup_at", "number"
    )[:MOST_UPCOMING]
)
_newest_past = PreparedRows(lambda: _sorted(_mine().filter(is_past(DAY, MOMENT)))[:PER_PAGE])


def find_upcoming(customer: UUID, now: datetime) -> list[BookingRow]:
    """What is not over, the next first. One query."""
    return [_read(row) for row in _upcoming.rows(customer, **day_of(now))]


def find_past(customer: UUID, now: datetime, *, page: int) -> list[BookingRow]:
    """What is over, the newest first. One query."""
    if page == 1:
        return [_read(row) for row in _newest_past.rows(customer, **day_of(now))]
    return _page(Booking.objects.filter(is_past(**day_of(now)), customer_id=customer), page)


def search(customer: UUID, filters: Filters) -> tuple[list[BookingRow], int]:
    """All that the filters mean, the newest first, and how many there are. Two queries."""
    found = Booking.objects.filter(filters.condition(), customer_id=customer).exclude(
        cancel_reason=SUPERSEDED
    )
    total = found.count()
    return _page(found, min(filters.page, pages(total))), total


def pages(total: int) -> int:
    """How many pages so many rows fill; one at least."""
    return max(-(-total // PER_PAGE), 1)


def day_of(now: datetime) -> dict[str, Any]:
    """New York's day at `now`, and when it began: what prepared queries are given."""
    day = today(now)
    return {"day": day, "moment": at_new_york(day, time.min)}


def _page(found: QuerySet[Booking], page: int) -> list[BookingRow]:
    first = (page - 1) * PER_PAGE
    return [_read(row) for row in _sorted(found)[first : first + PER_PAGE]]


def _sorted(found: QuerySet[Booking]) -> QuerySet[Any, Any]:
    return _rows(found).order_by("-pickup_at", "-number")
