"""What a change of the catalogue would have meant for the bookings of the last ninety days.

Read and worked out on the spot: the figures are those of the moment that stands beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet, Sum

from booking.catalogue.changed_book import changed_book
from booking.catalogue.snapshot import get_snapshot
from booking.lifecycle import Status
from booking.models import Booking
from booking.models.choices import SERVICE_CHOICES
from booking.pricing.wire import parse_request
from payments.models import Payment, Refund
from staff.catalogue.backtest import Backtest, Count, Sold, Touched, backtest, week_of
from totetaxi.lib import clock

DAYS = 90
# Twice what a house with 100,000 bookings a year has: more would keep the person waiting.
MOST = 50_000
KEPT = (Status.PAID, Status.IN_PROGRESS, Status.COMPLETED)
READ = ("number", "title", "request", "created_at", "total_cents")
CHUNK = 2_000


@dataclass(frozen=True)
class Bar:
    """One week of the small chart. `height` and `top` are in its units, 0 to 100."""

    first_date: date
    touched: int
    left: int
    top: int
    height: int


@dataclass(frozen=True)
class Shown:
    """A touched booking with what was paid for it and not returned. Cents."""

    touched: Touched
    paid_cents: int

    @property
    def percent(self) -> float:
        """The difference as a share of the price by today's rules."""
        before = self.touched.before_cents
        return 100 * self.touched.difference_cents / before if before else 0.0


@dataclass(frozen=True)
class Preview:
    """The figures of `worked_at`, for pickups from `first_date` to `last_date`.

    `left_out`: older ones of these days that were too many to price; nearly always 0.
    """

    worked_at: datetime
    first_date: date
    last_date: date
    left_out: int
    figures: Backtest
    services: list[tuple[str, Count]]
    bars: list[Bar]
    shown: list[Shown]


def preview(rows: Sequence[Any], now: datetime) -> Preview:
    """Price the bookings under the catalogue with `rows` in it. Five queries, and no write."""
    last = clock.today(now)
    first = last - timedelta(days=DAYS - 1)
    wanted = Booking.objects.filter(
        pickup_date__gte=first, pickup_date__lte=last, status__in=KEPT
    ).order_by("-pickup_date", "-number")
    book = get_snapshot().book
    unread = _Unread()
    found = wanted.count()
    figures = backtest(_sold(wanted, unread), book, changed_book(book, rows))
    figures.unpriced += unread.count
    return Preview(
        worked_at=now,
        first_date=first,
        last_date=last,
        left_out=max(found - MOST, 0),
        figures=figures,
        services=[
            (str(label), figures.services[code])
            for code, label in SERVICE_CHOICES
            if code in figures.services
        ],
        bars=_bars(figures, first, last),
        shown=_shown(figures.largest),
    )


class _Unread:
    """Counts bookings whose stored request cannot be read any more."""

    count = 0


def _sold(wanted: QuerySet[Booking], unread: _Unread) -> Iterator[Sold]:
    for number, title, raw, created_at, cents in wanted.values_list(*READ)[:MOST].iterator(CHUNK):
        request, chosen_at, wrong = parse_request(raw)
        if wrong or request.pickup_date is None:
            unread.count += 1
        else:
            yield Sold(number, title, request, chosen_at or created_at, cents)


BAR_WIDTH, BAR_STEP, BAR_HEIGHT = 32, 48, 64


def _bars(figures: Backtest, first: date, last: date) -> list[Bar]:
    """A bar for each week of the days, those without a touched booking too."""
    most = max((count.touched for count in figures.weeks.values()), default=0)
    start = week_of(first)
    bars = []
    for place in range((week_of(last) - start).days // 7 + 1):
        week = start + timedelta(weeks=place)
        touched = figures.weeks.get(week, Count()).touched
        height = max(round(BAR_HEIGHT * touched / most), 2) if touched else 0
        bars.append(Bar(week, touched, place * BAR_STEP, BAR_HEIGHT - height, height))
    return bars


def _shown(largest: list[Touched]) -> list[Shown]:
    numbers = [touched.sold.number for touched in largest]
    paid = _sums(
        Payment.objects.filter(booking__number__in=numbers, status=Payment.Status.SUCCEEDED),
        "booking__number",
        "captured_cents",
    )
    returned = _sums(
        Refund.objects.filter(payment__booking__number__in=numbers, status=Refund.Status.SUCCEEDED),
        "payment__booking__number",
        "amount_cents",
    )
    return [
        Shown(touched, paid.get(number, 0) - returned.get(number, 0))
        for number, touched in zip(numbers, largest, strict=True)
    ]


def _sums(rows: QuerySet[Any], key: str, cents: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(key).annotate(sum=Sum(cents)))
