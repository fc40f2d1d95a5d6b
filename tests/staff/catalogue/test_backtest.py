"""The figures of a preview are those that the engine gives, booking by booking."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest

from booking.catalogue.price_book import load_price_book
from booking.models import SurchargeRule
from booking.pricing.codes import ZoneKind
from booking.pricing.engine import price, quote
from booking.pricing.types import Discount, PriceBook, Refused, Request, Zone
from staff.catalogue.backtest import SHOWN, Backtest, Sold, backtest, week_of
from tests.factories import make_catalogue, sold_request
from totetaxi.lib.clock import NEW_YORK, at_new_york

pytestmark = pytest.mark.django_db
LAST = date(2027, 1, 10)  # eighty days with weekends, holidays and the peak dates of Christmas


@pytest.fixture
def book(db) -> PriceBook:
    make_catalogue()
    for rule in SurchargeRule.objects.all():  # all of them: early, late, holiday
        rule.is_active = True
        rule.save()
    book = load_price_book()
    return replace(book, discounts={"TEN": Discount("TEN", percent=Decimal(10))})


def sold(number: int, **changes: object) -> Sold:
    """Asked five days before the pickup; each ninth asked on the very day, with a code."""
    request = replace(sold_request(number, LAST), **changes)
    asked = at_new_york(request.pickup_date, time(6)) - timedelta(days=5 * (number % 9 > 0))
    if not number % 9:
        request = replace(request, discount_code=request.discount_code or " ten ")
    return Sold(number, f"Booking {number}", request, asked, 0)


MANY = [sold(number) for number in range(1, 500)]


def dearer_weekend(book: PriceBook) -> PriceBook:
    rules = [
        replace(rule, percent=Decimal(21)) if rule.name == "Weekend" else rule
        for rule in book.surcharges
    ]
    return replace(book, surcharges=tuple(rules))


CHANGES = {
    "weekend": dearer_weekend,
    "replaces weekend": lambda book: replace(
        book,
        surcharges=tuple(replace(r, replaces_weekend=r.name != "Weekend") for r in book.surcharges),
    ),
    "no rules": lambda book: replace(book, surcharges=()),
    "fees": lambda book: replace(
        book, fees=tuple(replace(fee, amount_cents=fee.amount_cents + 1) for fee in book.fees)
    ),
    "no peak dates": lambda book: replace(book, peak_dates=frozenset()),
    "limits": lambda book: replace(
        book, limits=replace(book.limits, coi_required_from_cents=500_00)
    ),
    "code": lambda book: replace(book, discounts={"TEN": Discount("TEN", flat_cents=5_00)}),
    "zone": lambda book: replace(
        book, zones={**book.zones, "11201": Zone(ZoneKind.OUTER, "Brooklyn")}
    ),
    "nothing": lambda book: book,
}


@pytest.mark.parametrize("change", CHANGES)
def test_figures_are_the_sums_of_what_the_engine_says(book, change):
    after = CHANGES[change](book)
    pairs = [
        (
            price(one.request, book, one.asked_at).total_cents,
            price(one.request, after, one.asked_at).total_cents,
        )
        for one in MANY
    ]
    figures = backtest(iter(MANY), book, after)
    touched = [(old, new) for old, new in pairs if old != new]
    assert (
        figures.total.bookings,
        figures.total.touched,
        figures.total.difference_cents,
        figures.touched_before_cents,
        figures.unpriced,
    ) == (
        len(MANY),
        len(touched),
        sum(new - old for old, new in touched),
        sum(old for old, _new in touched),
        0,
    )
    assert bool(touched) is (change != "nothing")
    by_service = [(count.bookings, count.touched) for count in figures.services.values()]
    by_week = [(count.bookings, count.touched) for count in figures.weeks.values()]
    total = (len(MANY), len(touched))
    assert tuple(map(sum, zip(*by_service, strict=True))) == total
    assert tuple(map(sum, zip(*by_week, strict=True))) == total


def test_the_largest_differences_come_first_and_the_newest_among_equals(book):
    after = dearer_weekend(book)
    every = sorted(
        (
            (
                abs(
                    price(one.request, after, one.asked_at).total_cents
                    - price(one.request, book, one.asked_at).total_cents
                ),
                one.number,
            )
            for one in MANY
        ),
        reverse=True,
    )
    shown = backtest(MANY, book, after).largest
    found = [(abs(each.difference_cents), each.sold.number) for each in shown]
    assert (len(found), found) == (SHOWN, every[:SHOWN])


def refused_at(book: PriceBook, one: Sold) -> set[str]:
    answer = quote(one.request, book, one.asked_at)
    return set(answer.by_key()) if isinstance(answer, Refused) else set()


def without(book: PriceBook, what: str) -> PriceBook:
    """The book with something withdrawn, or made narrower."""
    petite = book.packages["petite"]
    return {
        "package": replace(
            book, packages={**book.packages, "petite": replace(petite, is_active=False)}
        ),
        "items": replace(book, packages={**book.packages, "petite": replace(petite, max_items=9)}),
        "zip": replace(book, zones={code: z for code, z in book.zones.items() if code != "07302"}),
        "service": replace(
            book, hours={code: h for code, h in book.hours.items() if code != "mini_move"}
        ),
        "afternoon": replace(
            book, hours={code: replace(h, last_time=time(10)) for code, h in book.hours.items()}
        ),
        "code": replace(book, discounts={"TEN": Discount("TEN", flat_cents=1, is_active=False)}),
    }[what]


@pytest.mark.parametrize("what", ["package", "items", "zip", "service", "afternoon", "code"])
def test_who_would_have_been_refused_is_counted(book, what):
    after = without(book, what)
    gone = [one for one in MANY if refused_at(after, one) - refused_at(book, one)]
    assert (backtest(MANY, book, after).refused, bool(gone)) == (len(gone), True)


def test_who_could_not_have_paid_online_is_counted(book):
    after = replace(book, limits=replace(book.limits, online_max_cents=1_000_00))
    online = [
        one
        for one in MANY
        if price(one.request, after, one.asked_at).needs_staff
        and not price(one.request, book, one.asked_at).needs_staff
    ]
    figures = backtest(MANY, book, after)
    assert (figures.staff_only, figures.refused, figures.total.touched) == (len(online), 0, 0)
    assert online


@pytest.mark.parametrize(
    "request_", [Request(), Request(service="flight"), Request(service="mini_move")]
)
def test_what_has_no_price_any_more_is_left_out_and_counted(book, request_):
    moment = datetime(2026, 12, 5, 9, tzinfo=NEW_YORK)
    lost = replace(request_, pickup_date=moment.date(), pickup_time=moment.time())
    figures = backtest([Sold(1, "", lost, moment, 5_00), MANY[0]], book, book)
    assert (figures.unpriced, figures.total.bookings, figures.total_cents) == (1, 1, 0)


def test_what_was_agreed_under_other_rules_is_told_apart(book):
    one = MANY[0]
    cents = price(one.request, book, one.asked_at).total_cents
    both = [replace(one, total_cents=cents), replace(one, total_cents=cents - 1)]
    figures = backtest(both, book, book)
    assert (figures.other_rules, figures.total_cents, figures.total.touched) == (
        1,
        2 * cents - 1,
        0,
    )


def test_averages_are_of_the_touched_bookings():
    figures = Backtest(touched_before_cents=2_000_00)
    figures.total.touched, figures.total.difference_cents = 3, 100_00
    assert (figures.average_cents, figures.average_percent) == (33_33, 5.0)
    assert (Backtest().average_cents, Backtest().average_percent) == (0, 0.0)


def test_a_week_begins_on_monday():
    assert [week_of(date(2026, 11, day)) for day in (22, 23)] == [
        date(2026, 11, 16),
        date(2026, 11, 23),
    ]
    with pytest.raises(ValueError, match="has a day"):
        week_of(None)
