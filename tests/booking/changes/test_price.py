"""What a change does to the price, on frozen values alone."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from booking.changes.price import PriceChange, Priced, price_change, refusals_of
from booking.changes.words import difference_words, price_reason
from booking.pricing.types import Discount, PriceBook, Request
from tests.booking.pricing.books import (
    BOOK,
    EARLY,
    NOW,
    SATURDAY,
    TUESDAY,
    WEEKEND,
    delivery,
    quoted,
    request,
    with_rules,
)
from totetaxi.lib.clock import NEW_YORK

THURSDAY = date(2026, 12, 10)
STANDARD = request(package="standard", packing=True, pickup_date=SATURDAY)


def priced(asked: Request, *, kept: int | None = None, book: PriceBook = BOOK) -> Priced:
    """A booking as it was made on November 22; `kept`: the money that we have of it."""
    total = quoted(asked, book).total_cents
    return Priced(
        request=asked,
        asked_at=NOW,
        total_cents=total,
        is_frozen=kept is not None,
        kept_cents=kept or 0,
    )


def paid(asked: Request, book: PriceBook = BOOK) -> Priced:
    """The same, paid in full."""
    return priced(asked, kept=quoted(asked, book).total_cents, book=book)


def change(old: Priced, book: PriceBook = BOOK, now: datetime = NOW, **wanted: object):
    return price_change(old, replace(old.request, **wanted), book, now)


def petite_at(cents: int) -> PriceBook:
    """The book in which the package has another price."""
    petite = replace(BOOK.packages["petite"], price_cents=cents)
    return replace(BOOK, packages={**BOOK.packages, "petite": petite})


def totals(found: PriceChange) -> tuple[int, int, int]:
    return found.old_total_cents, found.new_total_cents, found.difference_cents


def refused(old: Priced, book: PriceBook = BOOK, now: datetime = NOW, **wanted: object):
    """Key and code of each refusal."""
    new = replace(old.request, **wanted)
    return [(key, why.code) for key, why in refusals_of(old, new, book, now)]


# ----------------------------------------------------------------------------------- the totals


def test_move_from_the_weekend_costs_less_by_the_surcharge():
    found = change(paid(STANDARD), pickup_date=THURSDAY)
    assert totals(found) == (4899_00, 4260_00, -639_00)
    assert price_reason(found) == "Weekend 15 % no longer applies"
    assert difference_words(found.difference_cents) == "$639.00 less"


def test_unpaid_booking_is_quoted_anew_at_todays_prices():
    found = change(priced(request()), petite_at(2000_00), pickup_date=THURSDAY)
    assert totals(found) == (995_00, 2050_00, 1055_00)  # and its certificate is required now


def test_paid_booking_moves_by_the_difference_of_todays_prices_alone():
    """The package has become dearer since: nobody who only moves pays for that."""
    dearer, old = petite_at(2000_00), paid(request())
    assert totals(change(old, dearer, pickup_date=THURSDAY)) == (995_00, 995_00, 0)
    weekend = change(old, dearer, pickup_date=SATURDAY)
    assert totals(weekend) == (995_00, 1295_00, 300_00)  # 15 % of today's price


def test_paid_total_never_falls_below_zero():
    old = replace(paid(request(pickup_date=SATURDAY)), total_cents=100_00)
    assert totals(change(old, pickup_date=TUESDAY)) == (100_00, 0, -100_00)


def test_difference_too_small_for_a_card_payment_is_waived():
    rule = replace(EARLY, flat_cents=49)
    old = paid(request(), with_rules(rule))
    assert totals(change(old, with_rules(rule), pickup_time=time(8))) == (995_00, 995_00, 0)
    rule = replace(EARLY, flat_cents=50)
    assert totals(change(old, with_rules(rule), pickup_time=time(8))) == (995_00, 995_50, 50)


# ---------------------------------------------------------------------------------- the same day


def test_move_away_from_a_pickup_that_is_today_by_now_gives_no_same_day_fee_back():
    """It was booked days before and never paid that fee."""
    morning = datetime(2026, 12, 1, 6, 30, tzinfo=NEW_YORK)
    found = change(paid(delivery(pickup_time=time(11))), now=morning, pickup_date=THURSDAY)
    assert totals(found) == (285_00, 285_00, 0)


def test_move_to_today_costs_the_same_day_fee_and_moving_on_gives_it_back():
    morning = datetime(2026, 12, 1, 6, 30, tzinfo=NEW_YORK)
    old = paid(delivery(pickup_date=THURSDAY, pickup_time=time(11)))
    to_today = change(old, now=morning, pickup_date=TUESDAY)
    assert (totals(to_today), price_reason(to_today)) == (
        (285_00, 645_00, 360_00),
        "Same-day pickup applies",
    )
    moved = Priced(
        request=replace(old.request, pickup_date=TUESDAY),
        asked_at=to_today.asked_at,
        total_cents=645_00,
        is_frozen=True,
        kept_cents=645_00,
    )
    again = change(moved, now=morning + timedelta(minutes=5), pickup_date=THURSDAY)
    assert totals(again) == (645_00, 285_00, -360_00)


def test_other_time_of_a_same_day_pickup_keeps_its_fee():
    morning = datetime(2026, 12, 1, 6, 30, tzinfo=NEW_YORK)
    old = paid(delivery(pickup_time=time(11)))
    assert totals(change(old, now=morning, pickup_time=time(12))) == (285_00, 285_00, 0)


# ------------------------------------------------------------------------------------- the code


def with_code(**terms: object) -> PriceBook:
    code = Discount("SPRING", percent=Decimal(10), **terms)
    return replace(BOOK, discounts={"SPRING": code})


def test_code_that_expired_or_was_withdrawn_since_keeps_counting():
    asked = request(pickup_date=SATURDAY, discount_code="spring")
    old = paid(asked, with_code())
    gone = with_code(last_date=date(2026, 11, 20), is_active=False)
    assert refused(old, gone, pickup_date=TUESDAY) == []
    assert totals(change(old, gone, pickup_date=TUESDAY)) == (1029_82, 895_50, -134_32)


def test_code_that_the_booking_never_had_is_judged():
    gone = with_code(last_date=date(2026, 11, 20))
    for old in (priced(request()), paid(request())):
        assert refused(old, gone, discount_code="SPRING") == [("discount_code", "expired")]


def test_codes_minimum_is_judged_where_less_is_ordered():
    book = with_code(min_subtotal_cents=1500_00)
    old = paid(request(package="standard", discount_code="SPRING"), book)
    found = refused(old, book, package="petite")
    assert found == [("discount_code", "below_minimum")]


# --------------------------------------------------------------------------------- the refusals


def test_days_that_the_engine_refuses_are_refused_at_their_field():
    old = paid(request())
    assert refused(old, pickup_date=date(2026, 12, 31)) == [("pickup_date", "too_far")]
    assert refused(old, pickup_date=date(2026, 11, 21)) == [("pickup_date", "past")]
    assert refused(old, pickup_date=NOW.date()) == [("pickup_date", "not_same_day")]
    assert refused(old, pickup_time=time(12, 30)) == [("pickup_time", "off_hours")]


def test_past_day_is_refused_also_when_the_old_one_has_passed():
    late = datetime(2026, 12, 8, 10, tzinfo=NEW_YORK)
    assert refused(paid(request()), now=late, pickup_date=date(2026, 12, 2)) == [
        ("pickup_date", "past")
    ]


def test_pickup_that_stays_is_not_judged_again():
    """Its day is today, too soon and no day for a Mini Move any more: the items may change."""
    morning = datetime(2026, 12, 1, 8, 30, tzinfo=NEW_YORK)
    assert refused(paid(request()), now=morning, items=12) == []
    assert refused(paid(request()), now=morning, pickup_time=time(9, 30)) == [
        ("pickup_date", "not_same_day")
    ]


def test_what_was_sold_and_withdrawn_since_may_still_move():
    petite = replace(BOOK.packages["petite"], is_active=False)
    book = replace(BOOK, packages={**BOOK.packages, "petite": petite})
    assert refused(paid(request()), book, pickup_date=THURSDAY) == []
    assert refused(priced(request()), book, pickup_date=THURSDAY) == [("package", "unknown")]


def test_items_over_another_packages_limit_are_refused_though_they_stay():
    old = paid(request(package="standard", items=24))
    assert refused(old, package="petite") == [("items", "over_package")]


# ------------------------------------------------------------------------------------ the words


def test_reason_names_what_came_what_left_and_what_costs_more():
    old = paid(delivery(items=4, pickup_date=SATURDAY))
    found = change(old, pickup_date=TUESDAY, items=6, delivery_zip="11954")
    assert price_reason(found) == (
        "Weekend 15 % no longer applies, Standard Delivery costs $570.00, Distance applies"
    )
    found = change(paid(request()), package="standard", packing=True)
    assert price_reason(found) == (
        "without Mini Move Petite, with Mini Move Standard, with Packing"
    )


def test_reason_of_many_changes_names_three():
    old = paid(request(coi=True, packing=True, pickup_zip="07302"))
    new = change(old, package="standard", pickup_date=SATURDAY, pickup_zip="10019", packing=False)
    assert price_reason(new).endswith(", 3 more changes")


def test_difference_is_said_in_words():
    assert [difference_words(cents) for cents in (0, 175_00, -5)] == [
        "unchanged",
        "$175.00 more",
        "$0.05 less",
    ]


DAYS = st.integers(1, 30).map(lambda ahead: NOW.date() + timedelta(days=ahead))


@given(st.lists(DAYS, min_size=1, max_size=6), st.integers(0, 2000_00))
def test_moving_about_and_back_costs_nothing(days: list[date], package_cents: int):
    """Whatever the package costs by now, the way round ends at the total that it began with."""
    package = replace(BOOK.packages["petite"], price_cents=package_cents + 500_00)
    book = replace(with_rules(WEEKEND), packages={"petite": package})
    at = paid(request())
    for day in [*days, TUESDAY]:
        found = change(at, book, pickup_date=day)
        at = Priced(
            request=replace(at.request, pickup_date=day),
            asked_at=found.asked_at,
            total_cents=found.new_total_cents,
            is_frozen=True,
            kept_cents=found.new_total_cents,
        )
    assert at.total_cents == 995_00
