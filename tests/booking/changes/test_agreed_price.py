"""A price that staff agreed on stays agreed: from then on only differences move."""

from dataclasses import replace
from datetime import date, time

from hypothesis import assume, given
from hypothesis import strategies as st

from booking.changes.price import Priced, price_change
from booking.pricing.discounts import SMALLEST_CHARGE_CENTS
from booking.pricing.engine import price
from booking.pricing.types import Request
from tests.booking.pricing.books import BOOK, NOW, request

DAYS = st.sampled_from([date(2026, 12, day) for day in range(1, 20)])
ASKED = st.builds(
    request,
    package=st.sampled_from(["petite", "standard", "full"]),
    items=st.integers(1, 15),
    coi=st.booleans(),
    packing=st.booleans(),
    pickup_date=DAYS,
    pickup_time=st.just(time(9)),
)
TOTALS = st.integers(0, 20_000_00)


def agreed(asked: Request, total_cents: int) -> Priced:
    return Priced(request=asked, asked_at=NOW, total_cents=total_cents, is_frozen=True)


def changed(old: Priced, new: Request) -> int:
    return price_change(old, new, BOOK, NOW).new_total_cents


@given(asked=ASKED, total=TOTALS)
def test_a_change_of_nothing_keeps_the_agreed_price(asked: Request, total: int):
    assume(not 0 < total < SMALLEST_CHARGE_CENTS)
    assert changed(agreed(asked, total), asked) == total


@given(asked=ASKED, wanted=ASKED, total=TOTALS)
def test_a_change_moves_the_agreed_price_by_the_difference_of_the_list(
    asked: Request, wanted: Request, total: int
):
    difference = price(wanted, BOOK, NOW).total_cents - price(asked, BOOK, NOW).total_cents
    expected = max(total + difference, 0)
    assume(not 0 < expected < SMALLEST_CHARGE_CENTS)
    assert changed(agreed(asked, total), wanted) == expected


@given(asked=ASKED, wanted=ASKED, total=TOTALS)
def test_there_and_back_is_the_agreed_price_again(asked: Request, wanted: Request, total: int):
    there = changed(agreed(asked, total), wanted)
    assume(there >= SMALLEST_CHARGE_CENTS and not 0 < total < SMALLEST_CHARGE_CENTS)
    assert changed(agreed(wanted, there), asked) == total


@given(asked=ASKED, wanted=ASKED, total=TOTALS)
def test_a_price_is_never_below_nothing_nor_too_small_for_a_card(
    asked: Request, wanted: Request, total: int
):
    found = changed(agreed(asked, total), wanted)
    assert found == 0 or found >= SMALLEST_CHARGE_CENTS


def test_a_price_that_is_not_agreed_is_quoted_anew():
    asked = request(package="petite")
    wanted = replace(asked, package="standard", items=20)
    old = Priced(request=asked, asked_at=NOW, total_cents=1, is_frozen=False)
    assert changed(old, wanted) == price(wanted, BOOK, NOW).total_cents
