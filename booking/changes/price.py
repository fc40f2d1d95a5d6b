"""What a change does to the price (DECISIONS.md, 9). Pure: the price book is passed in.

Until money came a booking is quoted anew. Afterwards only the difference between the two requests
moves, both at today's prices, as an adjustment; what was paid for is never altered.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from booking.pricing.discounts import SMALLEST_CHARGE_CENTS, find_discount, normal_code
from booking.pricing.engine import price, quote
from booking.pricing.types import (
    CUSTOMER,
    NOTHING,
    Allowances,
    PriceBook,
    Quote,
    Refused,
    Request,
)
from booking.pricing.words import Refusal

# What changes of one booking return without anybody's approval, in all (DECISIONS.md, 9): else
# many small ones would return any sum.
SELF_APPROVED_CENTS = 100_00
PICKUP_KEYS = frozenset({"pickup_date", "pickup_time"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """What a booking asked for, what it cost, and what it has been paid. Cents.

    `asked_at` is when its pickup day was chosen: a pickup is "the same day" as that.
    `is_frozen`: money came, or it is confirmed, so that its lines stand.
    `kept_cents` is what we have of the money and keep, if nothing changes.
    """

    request: Request
    asked_at: datetime
    total_cents: int
    is_frozen: bool
    kept_cents: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceChange:
    """The quotes of the old and the new request at today's prices, and the totals. Cents.

    `is_set`: the new total is one that staff name, not the engine's.
    """

    before: Quote
    after: Quote
    asked_at: datetime
    old_total_cents: int
    new_total_cents: int
    is_set: bool = False

    @property
    def difference_cents(self) -> int:
        """What the booking costs more (or less: negative) than before."""
        return self.new_total_cents - self.old_total_cents


def price_change(old: Priced, new: Request, book: PriceBook, now: datetime) -> PriceChange:
    """The price of a changed request. No rule is checked here (see `refusals_of`).

    A same-day fee belongs to the moment at which a day was chosen: it comes with a move to
    today, and stays as it was where the day stays.
    """
    book = with_kept_code(old.request, new, book)
    asked_at = now if new.pickup_date != old.request.pickup_date else old.asked_at
    before = price(old.request, book, old.asked_at)
    after = price(new, book, asked_at)
    total = after.total_cents
    if old.is_frozen:
        total = max(old.total_cents + after.total_cents - before.total_cents, 0)
        if 0 < total - old.kept_cents < SMALLEST_CHARGE_CENTS:
            total = old.kept_cents  # too little for a card payment: waived (DECISIONS.md, 11)
    return PriceChange(
        before=before,
        after=after,
        asked_at=asked_at,
        old_total_cents=old.total_cents,
        new_total_cents=total,
    )


def refusals_of(
    old: Priced,
    new: Request,
    book: PriceBook,
    now: datetime,
    *,
    closed: Mapping[date, str] = NOTHING,
    allowances: Allowances = CUSTOMER,
) -> Iterator[tuple[str, Refusal]]:
    """Why the engine refuses the changed request, by the request's keys.

    A pickup that stays is not judged again, unless for another service. Of a booking that was
    paid for, neither is what was sold and has been withdrawn since.
    """
    book = with_kept_code(old.request, new, book)
    answer = quote(new, book, now, closed=closed, allowances=allowances)
    if not isinstance(answer, Refused):
        return
    moves = pickup_of(new) != pickup_of(old.request) or new.service != old.request.service
    before = quote(old.request, book, now) if old.is_frozen else None
    known = frozenset(before.refusals) if isinstance(before, Refused) else frozenset()
    for found in answer.refusals:
        judged = moves if found[0] in PICKUP_KEYS else found not in known
        if judged:
            yield found


def pickup_of(request: Request) -> tuple[object, object]:
    """Its day and time, to compare."""
    return request.pickup_date, request.pickup_time


def with_kept_code(old: Request, new: Request, book: PriceBook) -> PriceBook:
    """The book in which the booking's own code is still good: it was frozen with the booking.

    Its terms count (minimum, services), but not that it has expired or was withdrawn since.
    """
    discount = find_discount(old.discount_code, book)
    if discount is None or normal_code(new.discount_code) != normal_code(old.discount_code):
        return book
    kept = replace(discount, is_active=True, first_date=None, last_date=None)
    return replace(book, discounts={**book.discounts, discount.code: kept})
