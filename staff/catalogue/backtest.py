"""What the bookings of the last days would have cost under other rules. No database, no writes.

The one pricing engine prices each booking twice, under the rules of today and under the changed
ones, as of the moment at which its pickup day was chosen: the difference is that of the change
alone. What many bookings share is worked out once.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from booking.pricing.discounts import normal_code
from booking.pricing.engine import Basis, basis_of, price_on
from booking.pricing.surcharges import applies
from booking.pricing.types import NOTHING, PriceBook, Quote, Request
from booking.pricing.validate import check_discount, check_pickup, check_request
from booking.pricing.zones import find_zone
from totetaxi.lib.clock import today

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Sold:
    """A booking as it was sold: what was asked, when its day was chosen, what it costs. Cents."""

    number: int
    title: str
    request: Request
    asked_at: datetime
    total_cents: int

    @property
    def code(self) -> str:
        """The number as people read it."""
        return f"TT-{self.number:06d}"


@dataclass(frozen=True, slots=True)
class Touched:
    """A booking that would cost another price: by today's rules, and by the changed ones. Cents."""

    sold: Sold
    before_cents: int
    after_cents: int

    @property
    def difference_cents(self) -> int:
        """More, or less: negative."""
        return self.after_cents - self.before_cents


@dataclass
class Count:
    """Bookings of a service, or of a week. `difference_cents` is the sum over those touched."""

    bookings: int = 0
    touched: int = 0
    difference_cents: int = 0


@dataclass
class Backtest:
    """The figures. `unpriced` are bookings whose request gives no price any more.

    `refused`: the changed rules refuse something of it that the rules of today do not.
    `staff_only`: could be booked online until now, and would have to go to staff as a request.
    """

    total: Count = field(default_factory=Count)
    services: dict[str, Count] = field(default_factory=dict)
    weeks: dict[date, Count] = field(default_factory=dict)
    total_cents: int = 0
    touched_before_cents: int = 0
    other_rules: int = 0
    unpriced: int = 0
    refused: int = 0
    staff_only: int = 0
    largest: list[Touched] = field(default_factory=list)

    @property
    def average_cents(self) -> int:
        """The difference on an average touched booking, to the cent."""
        return round(self.total.difference_cents / self.total.touched) if self.total.touched else 0

    @property
    def average_percent(self) -> float:
        """The difference as a share of what the touched bookings cost by today's rules."""
        before = self.touched_before_cents
        return 100 * self.total.difference_cents / before if before else 0.0


@dataclass(frozen=True, slots=True)
class _Terms:
    """What bookings of the same things between the same zones share, under one book."""

    basis: Basis
    wrong: frozenset[str]


class _Rules:
    """One price book, and what was worked out under it."""

    def __init__(self, book: PriceBook) -> None:
        self.book = book
        self._terms: dict[object, _Terms] = {}
        self._applying: dict[object, tuple[bool, ...]] = {}
        self._quotes: dict[object, Quote] = {}

    def terms_of(self, things: object, request: Request) -> _Terms:
        """What does not depend on the day; `things` is the request's `_things`."""
        found = self._terms.get(things)
        if found is None:
            wrong = frozenset(key for key, _refusal in check_request(request, self.book))
            found = self._terms[things] = _Terms(basis_of(request, self.book), wrong)
        return found

    def price(self, things: object, sold: Sold) -> Quote:
        """As `engine.price` does it; once for equal things on days on which equal rules apply."""
        request, asked_on = sold.request, today(sold.asked_at)
        day, wall = request.pickup_date, request.pickup_time
        key = (things, self._rules_on(day, wall), day == asked_on)
        found = self._quotes.get(key)
        if found is None:
            basis = self.terms_of(things, request).basis
            found = self._quotes[key] = price_on(basis, day, wall, asked_on, self.book)
        return found

    def refusals(self, terms: _Terms, sold: Sold, *, with_pickup: bool) -> set[str]:
        """The keys at which the request is refused, as of when it was asked."""
        request, keys = sold.request, set(terms.wrong)
        if request.discount_code:
            subtotal = terms.basis.known_subtotal
            keys |= {key for key, _ in check_discount(request, subtotal, sold.asked_at, self.book)}
        if with_pickup:
            hours = self.book.hours.get(request.service or "")
            day, wall = request.pickup_date, request.pickup_time
            keys |= {key for key, _ in check_pickup(day, wall, hours, sold.asked_at, NOTHING)}
        return keys

    def _rules_on(self, day: date | None, wall: time | None) -> tuple[bool, ...]:
        """Which of the surcharge rules apply to a pickup then: all that a price knows of it."""
        found = self._applying.get((day, wall))
        if found is None:
            found = tuple(
                day is not None and applies(rule, day, wall, self.book)
                for rule in self.book.surcharges
            )
            self._applying[day, wall] = found
        return found


def backtest(sold: Iterable[Sold], before: PriceBook, after: PriceBook) -> Backtest:
    """The figures of all bookings. `sold` is read once."""
    now_s, changed = _Rules(before), _Rules(after)
    with_pickup = before.hours != after.hours
    zones = _Zones(before, after)
    figures, largest = Backtest(), _Largest()
    for one in sold:
        things = _things(one.request, zones)
        was, would_be = now_s.terms_of(things, one.request), changed.terms_of(things, one.request)
        if not was.basis.lines:
            figures.unpriced += 1
            continue
        old, new = now_s.price(things, one), changed.price(things, one)
        _count(figures, one, old.total_cents, new.total_cents)
        if old.total_cents != new.total_cents:
            largest.add(Touched(one, old.total_cents, new.total_cents))
        gone = changed.refusals(would_be, one, with_pickup=with_pickup)
        if gone and gone - now_s.refusals(was, one, with_pickup=with_pickup):
            figures.refused += 1
        elif new.needs_staff and not old.needs_staff:
            figures.staff_only += 1
    figures.largest = largest.sorted()
    return figures


def _count(figures: Backtest, one: Sold, old_cents: int, new_cents: int) -> None:
    figures.total_cents += one.total_cents
    figures.other_rules += one.total_cents != old_cents
    touched = old_cents != new_cents
    if touched:
        figures.touched_before_cents += old_cents
    for count in (
        figures.total,
        figures.services.setdefault(one.request.service or "", Count()),
        figures.weeks.setdefault(week_of(one.request.pickup_date), Count()),
    ):
        count.bookings += 1
        count.touched += touched
        count.difference_cents += new_cents - old_cents


def week_of(day: date | None) -> date:
    """The Monday of a day's week."""
    if day is None:
        raise ValueError("a booking has a day")
    return day - timedelta(days=day.weekday())


class _Largest:
    """The touched bookings that differ most, the newest first among equals."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, Touched]] = []

    def add(self, touched: Touched) -> None:
        entry = (abs(touched.difference_cents), touched.sold.number, touched)
        if len(self._heap) < SHOWN:
            heapq.heappush(self._heap, entry)
        elif entry > self._heap[0]:
            heapq.heapreplace(self._heap, entry)

    def sorted(self) -> list[Touched]:
        return [touched for _by, _number, touched in sorted(self._heap, reverse=True)]


class _Zones(dict[str | None, tuple[object, object]]):
    """A ZIP -> its kind of zone under both books: all of it that a price knows."""

    def __init__(self, before: PriceBook, after: PriceBook) -> None:
        super().__init__()
        self._books = (before, after)

    def __missing__(self, zip_text: str | None) -> tuple[object, object]:
        before, after = (find_zone(zip_text, book) for book in self._books)
        kinds = self[zip_text] = (before and before.kind, after and after.kind)
        return kinds


def _things(request: Request, zones: Mapping[str | None, object]) -> object:
    """Equal for two requests that differ in nothing but when, and where within their zones."""
    return (
        request.service,
        request.package,
        request.items,
        tuple(sorted(request.specialty.items())),
        request.packing,
        request.unpacking,
        request.organizing,
        request.coi,
        zones[request.pickup_zip],
        zones[request.delivery_zip],
        normal_code(request.discount_code),
    )
