"""What must hold for every request, whatever it asks."""

import os
import random
import time as clock
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.pricing.engine import quote, quote_days, quote_partial
from booking.pricing.types import Discount, PriceBook, Quote, Refused, Request
from tests.booking.pricing.books import (
    BOOK,
    EARLY,
    HOLIDAY,
    LATE,
    NOW,
    PEAK_DELIVERY,
    PEAK_MINI,
    WEEKEND,
)

FULL_BOOK = replace(
    BOOK,
    surcharges=(WEEKEND, PEAK_MINI, PEAK_DELIVERY, HOLIDAY, EARLY, LATE),
    holidays={date(2026, 11, 26): "Thanksgiving Day"},
    discounts={
        "TENTH": Discount("TENTH", percent=Decimal("12.50"), max_discount_cents=200_00),
        "FREE": Discount("FREE", percent=Decimal(100)),
        "FIFTY": Discount("FIFTY", flat_cents=50_00),
    },
)
QUANTITIES = st.dictionaries(
    st.sampled_from([*BOOK.specialty, "piano"]), st.integers(-1, 20), max_size=4
)
MOMENTS = st.integers(-400 * 24 * 60, 400 * 24 * 60).map(
    lambda minutes: NOW + timedelta(minutes=minutes)
)
ANYTHING = st.builds(
    Request,
    service=st.sampled_from(["mini_move", "standard_delivery", "specialty_item", "x", None]),
    package=st.sampled_from(["petite", "standard", "full", "x", None]),
    items=st.integers(-2, 200),
    specialty=QUANTITIES,
    packing=st.booleans(),
    unpacking=st.booleans(),
    organizing=st.booleans(),
    coi=st.booleans(),
    pickup_date=st.none() | st.dates(date(2026, 11, 1), date(2027, 1, 31)),
    pickup_time=st.none() | st.sampled_from([time(8), time(9, 30), time(12), time(3)]),
    pickup_zip=st.sampled_from([*BOOK.zones, "90210", None]),
    delivery_zip=st.sampled_from([*BOOK.zones, "x", None]),
    discount_code=st.sampled_from([*FULL_BOOK.discounts, "x", None]),
)
DAYS = st.integers(1, 30).map(lambda ahead: NOW.date() + timedelta(days=ahead))
COMMON = {
    "coi": st.booleans(),
    "pickup_date": DAYS,
    "pickup_time": st.sampled_from([time(8), time(10), time(11, 30)]),
    "pickup_zip": st.sampled_from([*BOOK.zones]),
    "delivery_zip": st.sampled_from([*BOOK.zones]),
    "discount_code": st.sampled_from([*FULL_BOOK.discounts, None]),
}
GOOD_SPECIALTY = st.dictionaries(st.sampled_from([*BOOK.specialty]), st.integers(1, 12), min_size=1)
GOOD = st.one_of(
    st.builds(
        Request,
        service=st.just("mini_move"),
        package=st.sampled_from(["petite", "standard", "full"]),
        items=st.integers(1, 15),
        packing=st.booleans(),
        unpacking=st.booleans(),
        **COMMON,
    ),
    st.builds(
        Request,
        service=st.just("standard_delivery"),
        items=st.integers(1, 150),
        specialty=GOOD_SPECIALTY | st.just({}),
        **COMMON,
    ),
    st.builds(Request, service=st.just("specialty_item"), specialty=GOOD_SPECIALTY, **COMMON),
)


def quote_of(asked: Request, book: PriceBook = FULL_BOOK) -> Quote:
    answer = quote(asked, book, NOW)
    assert isinstance(answer, Quote), answer
    return answer


@given(GOOD)
def test_lines_add_up_and_nothing_is_negative_but_the_discount(asked: Request) -> None:
    answer = quote_of(asked)
    assert sum(line.amount_cents for line in answer.lines) == answer.total_cents
    assert answer.total_cents == 0 or answer.total_cents >= 50
    assert all(line.amount_cents >= 0 for line in answer.lines if line.code != "discount")
    goods = {"base", "specialty", "organizing"}
    assert answer.subtotal_cents == sum(
        line.amount_cents for line in answer.lines if line.code in goods
    )


@given(GOOD)
def test_lines_stand_in_the_order_of_the_rules(asked: Request) -> None:
    order = "base specialty organizing surcharge same_day coi distance discount".split()
    places = [order.index(line.code) for line in quote_of(asked).lines]
    assert places == sorted(places)


@given(GOOD, st.randoms(use_true_random=False))
def test_order_of_rules_does_not_matter(asked: Request, chance: random.Random) -> None:
    rules, fees = list(FULL_BOOK.surcharges), list(FULL_BOOK.fees)
    chance.shuffle(rules)
    chance.shuffle(fees)
    shuffled = replace(FULL_BOOK, surcharges=tuple(rules), fees=tuple(fees))
    assert quote_of(asked, shuffled) == quote_of(asked)


@given(GOOD)
def test_quote_is_the_same_every_time(asked: Request) -> None:
    turned = replace(asked, specialty=dict(reversed(asked.specialty.items())))
    assert quote_of(turned) == quote_of(asked)


@given(GOOD)
def test_one_item_more_never_costs_less(asked: Request) -> None:
    plain = replace(asked, discount_code=None)
    if plain.service != "standard_delivery":
        plain = replace(plain, service="standard_delivery", package=None, items=3)
        plain = replace(plain, packing=False, unpacking=False)
    more = replace(plain, items=plain.items + 1)
    assert quote_of(more).total_cents >= quote_of(plain).total_cents


@given(GOOD)
def test_discount_never_costs_and_never_goes_below_zero(asked: Request) -> None:
    without = quote_of(replace(asked, discount_code=None)).total_cents
    assert 0 <= quote_of(asked).total_cents <= without


@given(GOOD)
def test_calendar_total_is_the_single_quote(asked: Request) -> None:
    days = [NOW.date() + timedelta(days=ahead) for ahead in range(31)]
    answers = quote_days(asked, FULL_BOOK, days, NOW)
    singles = [quote(replace(asked, pickup_date=day), FULL_BOOK, NOW) for day in days]
    assert [day.answer for day in answers] == singles


@given(ANYTHING, MOMENTS)
def test_every_request_has_an_answer(asked: Request, now: datetime) -> None:
    answer = quote(asked, FULL_BOOK, now)
    partial = quote_partial(asked, FULL_BOOK, now)
    assert partial.quote.total_cents >= 0
    if isinstance(answer, Refused):
        assert all(str(refused) for _key, refused in answer.refusals)
    else:
        assert partial.quote == answer


@pytest.fixture(params=["UTC", "Asia/Tokyo", "Pacific/Honolulu"])
def server_zone(request: pytest.FixtureRequest) -> Iterator[str]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    clock.tzset()
    yield request.param
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    clock.tzset()


@pytest.mark.parametrize("hour", [1, 5, 13, 23])
def test_server_zone_does_not_matter(server_zone: str, hour: int) -> None:
    # Four instants round the day of 2026-12-04 in UTC; pickup on Saturday, seen from New York.
    now = datetime.fromisoformat(f"2026-12-04T{hour:02}:00:00+00:00")
    asked = Request(
        service="standard_delivery",
        items=3,
        pickup_date=date(2026, 12, 5),
        pickup_time=time(9),
        pickup_zip="10019",
        delivery_zip="11937",
    )
    answer = quote(asked, BOOK, now)
    assert isinstance(answer, Quote)
    assert [line.amount_cents for line in answer.lines] == [285_00, 42_75]
