"""The calendar's totals and the wizard's half-filled requests go through the same engine."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from booking.pricing.engine import price, quote, quote_days, quote_partial
from booking.pricing.types import Quote, Request
from tests.booking.pricing.books import (
    BOOK,
    LATE,
    NOW,
    SATURDAY,
    TUESDAY,
    amounts,
    delivery,
    request,
    with_rules,
)
from totetaxi.lib.clock import NEW_YORK

TODAY = date(2026, 11, 22)
MONTH = [TODAY + timedelta(days=ahead) for ahead in range(-1, 33)]


@pytest.mark.parametrize("asked", [request(), delivery(pickup_time=time(12)), request(items=99)])
def test_calendar_equals_single_quotes(asked: Request) -> None:
    closed = {TUESDAY: "inventory"}
    days = quote_days(asked, BOOK, MONTH, NOW, closed=closed)
    singles = [quote(replace(asked, pickup_date=day), BOOK, NOW, closed=closed) for day in MONTH]
    assert [day.answer for day in days] == singles
    assert [day.date for day in days] == MONTH


def test_calendar_without_a_time_leaves_out_what_depends_on_it() -> None:
    (day,) = quote_days(request(pickup_time=None), with_rules(LATE), [TUESDAY], NOW)
    assert isinstance(day.answer, Quote)
    assert day.answer.total_cents == 995_00


@pytest.mark.parametrize(("minute", "opens"), [(0, True), (1, False)])
def test_calendar_without_a_time_refuses_today_once_no_time_is_left(
    minute: int, opens: bool
) -> None:
    now = datetime(2026, 11, 22, 10, minute, tzinfo=NEW_YORK)
    (day,) = quote_days(delivery(pickup_time=None), BOOK, [TODAY], now)
    assert isinstance(day.answer, Quote) is opens


def test_calendar_needs_the_zips_first() -> None:
    (day,) = quote_days(request(delivery_zip=None), BOOK, [TUESDAY], NOW)
    assert [key for key, _refused in day.answer.refusals] == ["delivery_zip"]


def test_partial_quote_of_nothing_is_an_empty_estimate() -> None:
    partial = quote_partial(Request(), BOOK, NOW)
    assert (partial.quote.lines, partial.quote.total_cents, partial.is_estimate) == ((), 0, True)
    assert partial.refused.refusals == ()
    assert partial.missing == {
        "service",
        "pickup_zip",
        "delivery_zip",
        "pickup_date",
        "pickup_time",
    }


def test_partial_quote_knows_what_is_known() -> None:
    asked = request(pickup_date=None, pickup_time=None, pickup_zip="07302", coi=True)
    partial = quote_partial(asked, BOOK, NOW)
    assert amounts(partial.quote) == [("base", 995_00), ("coi", 50_00), ("distance", 175_00)]
    assert (partial.missing, partial.is_estimate) == ({"pickup_date", "pickup_time"}, True)


def test_partial_quote_without_a_time_is_final_unless_a_rule_asks_for_it() -> None:
    asked = request(pickup_time=None)
    assert quote_partial(asked, BOOK, NOW).is_estimate is False
    assert quote_partial(asked, with_rules(LATE), NOW).is_estimate is True


def test_partial_quote_leaves_out_what_is_refused() -> None:
    asked = request(
        organizing=True,
        pickup_date=SATURDAY + timedelta(days=90),
        delivery_zip="90210",
        discount_code="NO",
    )
    partial = quote_partial(asked, BOOK, NOW)
    assert amounts(partial.quote) == [("base", 995_00)]
    assert sorted(partial.refused.by_key()) == [
        "delivery_zip",
        "discount_code",
        "organizing",
        "pickup_date",
    ]


def test_partial_quote_of_a_whole_request_is_its_quote() -> None:
    partial = quote_partial(request(pickup_date=SATURDAY), BOOK, NOW)
    assert partial.quote == quote(request(pickup_date=SATURDAY), BOOK, NOW)
    assert (partial.missing, partial.is_estimate) == (frozenset(), False)


def test_partial_quote_with_a_bad_code_is_still_no_estimate() -> None:
    partial = quote_partial(request(discount_code="NO"), BOOK, NOW)
    assert (partial.is_estimate, partial.quote.total_cents) == (False, 995_00)


def test_price_of_an_old_request_ignores_the_calendar() -> None:
    long_ago = request(pickup_date=date(2025, 1, 4))
    assert price(long_ago, BOOK, NOW).total_cents == 995_00 + 149_25
