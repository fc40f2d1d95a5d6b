"""The rows of the list: a fixed number of queries, whose cost does not grow with the bookings.

Each order has an index of its own, and pages go by keyset: a page begins after (or ends before) a
booking, whatever page it is. Rows are counted up to `COUNTED`, and no further.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from django.db.models import (
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from booking.lifecycle import ACTIVE, Status
from booking.models import Address, Alert, Booking
from payments.models import COURTESIES, Payment, Refund
from staff.bookings.filters import Filters
from staff.bookings.prepared import prepared_rows
from staff.bookings.search import read_terms
from totetaxi.lib.clock import at_new_york

PER_PAGE = 50
COUNTED = 2_000

# A sort and its column; the number, which is unique, decides among equals.
ORDERS = {
    "pickup": "pickup_at",
    "number": "number",
    "total": "total_cents",
    "customer": "sort_name",
}
FACTS = (
    "number",
    "status",
    "pickup_at",
    "pickup_date",
    "guest_name",
    "customer__name",
    "title",
    "total_cents",
    "hold_expires_at",
    "unpaid_reason",
)
# What only some columns need.
MORE: dict[str, tuple[str, ...]] = {
    "route": ("pickup_zip", "delivery_zip"),
    "van": ("van__number",),
    "money": ("paid", "returned"),
    "phone": ("guest_phone", "customer__customer_profile__phone"),
    "pieces": ("room_pieces",),
    "booked": ("created_at",),
}
Row = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """Where a page begins: `after` or `before` the booking with a number; neither is the start."""

    after: int = 0
    before: int = 0


@dataclass(frozen=True)
class Page:
    """Rows in order, and whether there are more at either end."""

    rows: list[Row]
    has_earlier: bool
    has_later: bool


@dataclass(frozen=True)
class Total:
    """How many there are and what they come to; `is_capped`: more than `COUNTED`, and unknown."""

    count: int
    cents: int
    is_capped: bool = False


def find(filters: Filters, today: date) -> QuerySet[Booking]:
    """The bookings that the filters mean, in no order."""
    found: QuerySet[Booking] = Booking.objects.order_by()
    if filters.q:
        found = found.filter(read_terms(filters.q).condition())
    if filters.status:
        found = found.filter(status__in=filters.status)
    first, last = filters.dates(today)
    if first:  # by the instant, which the order's index knows
        found = found.filter(pickup_at__gte=at_new_york(first, time()))
    if last and last < date.max:
        found = found.filter(pickup_at__lt=at_new_york(last + timedelta(days=1), time()))
    if filters.service:
        found = found.filter(service=filters.service)
    if filters.van:
        found = found.filter(van__number=filters.van)
    if filters.area:
        ends = Address.objects.filter(booking=OuterRef("pk"), area=filters.area)
        found = found.filter(Exists(ends))
    if filters.attention:
        waiting = Alert.objects.filter(closed_at__isnull=True, booking__isnull=False)
        found = found.filter(pk__in=waiting.values("booking"))
    if filters.unpaid:
        # Whatever else is over was paid, or could not have gone on: DOMAIN.md, invariant 1.
        may_owe = Q(status__in=sorted(ACTIVE)) | Q(unpaid_reason__gt="")
        found = with_money(found.filter(may_owe)).filter(total_cents__gt=F("paid") - F("returned"))
    return found


def count(found: QuerySet[Booking]) -> Total:
    """How many rows there are, up to a limit. One query."""
    few = found.values("total_cents")[: COUNTED + 1]
    sums = few.aggregate(count=Count("*"), cents=Sum("total_cents"))
    if sums["count"] > COUNTED:
        return Total(COUNTED, 0, is_capped=True)
    return Total(sums["count"], sums["cents"] or 0)


def page(found: QuerySet[Booking], filters: Filters, place: Place, *, size: int = PER_PAGE) -> Page:
    """One page of `size` rows. One query. A `place` that is no booking any more is the start."""
    key, is_descending = filters.order
    is_backward = bool(place.before)
    number = place.after or place.before
    if number:
        found = _beyond(found, ORDERS[key], number, descending=is_descending != is_backward)
    descending = is_descending != is_backward
    order = order_by(key, is_descending=descending)
    meant = found.order_by(*order)[: size + 1]
    shown = prepared_rows(
        meant,
        _values,
        columns=filters.columns,
        order=order,
        is_planned=not (number or filters.are_set),
    )
    has_more = len(shown) > size
    shown = shown[:size]
    if is_backward:
        shown.reverse()
        return Page(shown, has_earlier=has_more, has_later=True)
    return Page(shown, has_earlier=bool(number), has_later=has_more)


def order_by(key: str, *, is_descending: bool) -> tuple[str, ...]:
    """The columns of an order by one of `ORDERS`; the number decides among equals."""
    columns = ("number",) if key == "number" else (ORDERS[key], "number")
    return tuple(f"-{name}" if is_descending else name for name in columns)


def _beyond(
    found: QuerySet[Booking], column: str, number: int, *, descending: bool
) -> QuerySet[Booking]:
    """What comes after the booking with a number, in an order by a column."""
    way = "lt" if descending else "gt"
    if column == "number":
        return found.filter(**{f"number__{way}": number})
    edge = Subquery(Booking.all_objects.filter(number=number).values(column)[:1])
    return found.filter(
        Q(**{f"{column}__{way}": edge}) | Q(**{f"number__{way}": number}),
        **{f"{column}__{way}e": edge},
    )


def _values(rows: QuerySet[Booking], columns: tuple[str, ...]) -> QuerySet[Any, Any]:
    wanted = [name for column in columns for name in MORE.get(column, ())]
    if "route" in columns:
        rows = rows.annotate(
            pickup_zip=KT("request__pickup_zip"), delivery_zip=KT("request__delivery_zip")
        )
    if "money" in columns:
        rows = with_money(rows)
    return rows.values_list(*FACTS, *wanted)


def with_money(rows: QuerySet[Booking]) -> QuerySet[Booking]:
    """With `paid` and `returned`, in cents.

    What was given back as a courtesy is not owed again, and does not count as returned; of a
    cancelled booking nothing is owed, and all does.
    """
    paid = Payment.objects.succeeded().filter(booking=OuterRef("pk"))
    is_over = Q(payment__booking__status=Status.CANCELLED)
    returned = _refunds_of_row().filter(is_over | ~Q(reason__in=sorted(COURTESIES)))
    return rows.annotate(
        paid=_sum(paid, "booking", "captured_cents"),
        returned=_sum(returned, "payment__booking", "amount_cents"),
    )


def with_refunded(rows: QuerySet[Booking]) -> QuerySet[Booking]:
    """With `refunded`: all that went back, in cents."""
    return rows.annotate(refunded=_sum(_refunds_of_row(), "payment__booking", "amount_cents"))


def _refunds_of_row() -> QuerySet[Refund]:
    """What went back of the outer row's payments."""
    return Refund.objects.filter(
        payment__booking=OuterRef("pk"),
        payment__status=Payment.Status.SUCCEEDED,
        status=Refund.Status.SUCCEEDED,
    )


def _sum(rows: QuerySet[Any], key: str, amount: str) -> Any:
    """The sum of an amount over rows that share a key; 0 for none."""
    summed = rows.order_by().values(key).annotate(sum=Sum(amount)).values("sum")
    return Coalesce(Subquery(summed), 0, output_field=IntegerField())
