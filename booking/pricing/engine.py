"""The quote: a pure function of (request, price book, now) (PRICING.md, "line by line").

Everything that shows, charges or compares a price calls one of these functions. `quote` is the
whole; `quote_days` and `quote_partial` go through the same parts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from booking.pricing import discounts, fees, organizing, surcharges
from booking.pricing.codes import SurchargeKind
from booking.pricing.hours import has_time_left, hours_for
from booking.pricing.services import SERVICES
from booking.pricing.types import (
    CUSTOMER,
    NOTHING,
    Allowances,
    DayQuote,
    Discount,
    Hours,
    Line,
    PartialQuote,
    PriceBook,
    Quote,
    Refused,
    Request,
    Room,
    Surcharge,
)
from booking.pricing.validate import MISSING, check_discount, check_pickup, check_request
from booking.pricing.words import Refusal, gettext_noop, refusal, spoken_dollars
from totetaxi.lib.clock import today


@dataclass(frozen=True, slots=True)
class Basis:
    """All of a quote that does not depend on the day: shared by the days of a calendar."""

    lines: tuple[Line, ...]
    subtotal_cents: int
    rules: tuple[Surcharge, ...]
    same_day: tuple[Line, ...]
    other_fees: tuple[Line, ...]
    discount: Discount | None
    coi_required: bool
    room: Room

    @property
    def known_subtotal(self) -> int | None:
        """The subtotal in cents; None while nothing is chosen that has a price."""
        return self.subtotal_cents if self.lines else None


def quote(
    request: Request,
    book: PriceBook,
    now: datetime,
    *,
    closed: Mapping[date, str] = NOTHING,
    allowances: Allowances = CUSTOMER,
) -> Quote | Refused:
    """The price of a request, or why it has none. `closed` maps closed days to their reason."""
    basis = basis_of(request, book)
    found = _check(request, basis, book, now, closed, allowances)
    if found:
        return Refused(found)
    return price_on(basis, request.pickup_date, request.pickup_time, today(now), book)


def price(request: Request, book: PriceBook, now: datetime) -> Quote:
    """The lines of a request that was accepted before: no rule is checked again.

    What is withdrawn since keeps its price; what the catalogue no longer knows has no line.
    """
    basis = basis_of(request, book)
    return price_on(basis, request.pickup_date, request.pickup_time, today(now), book)


def quote_days(
    request: Request,
    book: PriceBook,
    days: Iterable[date],
    now: datetime,
    *,
    closed: Mapping[date, str] = NOTHING,
) -> list[DayQuote]:
    """The quote of the same request on each of `days`; its own `pickup_date` does not count.

    Without a pickup time, a day is refused only when it has no time left, and its total leaves
    out what depends on the time.
    """
    basis = basis_of(request, book)
    always = (
        *check_request(request, book),
        *check_discount(request, basis.known_subtotal, now, book),
    )
    asked_on, hours = today(now), book.hours.get(request.service or "")
    answers = []
    for day in days:
        found = (
            *always,
            *_check_calendar_day(day, request.pickup_time, hours, now, closed),
        )
        answer = (
            Refused(found) if found else price_on(basis, day, request.pickup_time, asked_on, book)
        )
        answers.append(DayQuote(day, answer))
    return answers


def quote_partial(
    request: Request,
    book: PriceBook,
    now: datetime,
    *,
    closed: Mapping[date, str] = NOTHING,
    allowances: Allowances = CUSTOMER,
) -> PartialQuote:
    """What is known of the price while a request is being filled in.

    What was given and will not do is left out of the price, and told in `refused`.
    """
    asked = basis_of(request, book)
    found = _check(request, asked, book, now, closed, allowances)
    missing = frozenset(key for key, wrong in found if wrong.code == MISSING)
    refused = Refused(tuple((key, wrong) for key, wrong in found if wrong.code != MISSING))
    usable = _without(request, refused.by_key())
    open_keys = missing | refused.by_key().keys()
    if not _depends_on_time(asked):
        open_keys -= {"pickup_time"}
    return PartialQuote(
        quote=price(usable, book, now),
        missing=missing,
        refused=refused,
        is_estimate=bool(open_keys - {"discount_code"}),
    )


def basis_of(request: Request, book: PriceBook) -> Basis:
    """Base, organizing, and the fees that do not depend on the day. Skips what is not known."""
    rules = SERVICES.get(request.service or "")
    lines = [*rules.lines(request, book), *organizing.lines(request, book)] if rules else []
    subtotal = sum(line.amount_cents for line in lines)
    return Basis(
        lines=tuple(lines),
        subtotal_cents=subtotal,
        rules=surcharges.rules_for(request.service, book),
        same_day=tuple(fees.same_day_lines(request.service, book)),
        other_fees=(
            *fees.coi_lines(request, subtotal, book),
            *fees.distance_lines(request, book),
        ),
        discount=discounts.find_discount(request.discount_code, book),
        coi_required=request.coi or fees.is_coi_required(subtotal, book),
        room=rules.room(request, book) if rules else Room(),
    )


def price_on(
    basis: Basis, day: date | None, wall: time | None, asked_on: date, book: PriceBook
) -> Quote:
    """The quote of a basis for a pickup on a day (None: not chosen), asked on another."""
    lines = list(basis.lines)
    if day is not None:
        lines += surcharges.lines(basis.rules, basis.subtotal_cents, day, wall, book)
        if day == asked_on:
            lines += basis.same_day
    lines += basis.other_fees
    lines += discounts.lines(basis.discount, sum(line.amount_cents for line in lines))
    total = sum(line.amount_cents for line in lines)
    return Quote(
        lines=tuple(lines),
        subtotal_cents=basis.subtotal_cents,
        total_cents=total,
        coi_required=basis.coi_required,
        room=basis.room,
        needs_staff=_needs_staff(total, basis.room, book),
    )


def _needs_staff(total_cents: int, room: Room, book: PriceBook) -> Refusal | None:
    """Too dear to be paid online, or too much for one van (DECISIONS.md, 17)."""
    if total_cents > book.limits.online_max_cents:
        return refusal(
            "over_online_limit",
            gettext_noop("Above {limit} we arrange payment with you. Send this as a request."),
            limit=spoken_dollars(book.limits.online_max_cents),
        )
    if room.pieces > book.limits.online_max_pieces:
        return refusal(
            "over_one_van",
            gettext_noop("More than {limit} pieces need more than a van. Send this as a request."),
            limit=book.limits.online_max_pieces,
        )
    return None


def _check(
    request: Request,
    basis: Basis,
    book: PriceBook,
    now: datetime,
    closed: Mapping[date, str],
    allowances: Allowances,
) -> tuple[tuple[str, Refusal], ...]:
    hours = hours_for(book.hours.get(request.service or ""), allowances)
    return (
        *check_request(request, book),
        *check_pickup(request.pickup_date, request.pickup_time, hours, now, closed),
        *check_discount(request, basis.known_subtotal, now, book),
    )


def _check_calendar_day(
    day: date, wall: time | None, hours: Hours | None, now: datetime, closed: Mapping[date, str]
) -> tuple[tuple[str, Refusal], ...]:
    found = tuple(check_pickup(day, wall, hours, now, closed))
    if wall is not None:
        return found
    found = tuple(item for item in found if item[0] != "pickup_time")
    if not found and hours and not has_time_left(hours, day, now):
        text = gettext_noop("It is too late for a pickup that day. Choose a later day.")
        return (("pickup_date", refusal("too_soon", text)),)
    return found


def _without(request: Request, refused: Mapping[str, list[Refusal]]) -> Request:
    """The request with the keys that would change its price wrongly set back to nothing."""
    nothing = Request()
    keys = ("packing", "unpacking", "organizing", "pickup_date", "pickup_time", "discount_code")
    return replace(request, **{key: getattr(nothing, key) for key in keys if key in refused})


def _depends_on_time(basis: Basis) -> bool:
    return any(rule.kind in {SurchargeKind.EARLY, SurchargeKind.LATE} for rule in basis.rules)
