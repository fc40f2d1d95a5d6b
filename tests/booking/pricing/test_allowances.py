"""What staff may book beyond the rules for customers: a value that is passed in."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.pricing.engine import quote, quote_partial
from booking.pricing.hours import hours_for
from booking.pricing.types import CUSTOMER, Allowances, Quote, Refused, Request
from tests.booking.pricing.books import BOOK, NOW, delivery, request
from totetaxi.lib.clock import at_new_york, today

TODAY = Allowances(is_staff=True, same_day=True)
LARGE = Allowances(is_staff=True, over_limit=True)
SEVEN = at_new_york(today(NOW), time(7))
KINDS = ("mini_move", "standard_delivery")


def refused(asked: Request, now: datetime, allowances: Allowances) -> dict[str, list[str]]:
    answer = quote(asked, BOOK, now, allowances=allowances)
    if isinstance(answer, Quote):
        return {}
    return {key: [each.code for each in found] for key, found in answer.by_key().items()}


def test_a_mini_move_today_is_for_who_may_book_the_same_day():
    asked = request(pickup_date=today(SEVEN), pickup_time=time(11))
    assert refused(asked, SEVEN, CUSTOMER) == {"pickup_date": ["not_same_day"]}
    assert refused(asked, SEVEN, LARGE) == {"pickup_date": ["not_same_day"]}
    assert refused(asked, SEVEN, TODAY) == {}


def test_the_lead_time_does_not_bind_who_may_book_the_same_day():
    asked = delivery(pickup_date=today(SEVEN), pickup_time=time(8))
    assert refused(asked, SEVEN, CUSTOMER) == {"pickup_time": ["too_soon"]}
    assert refused(asked, SEVEN, TODAY) == {}


def test_a_time_that_is_over_is_nobodys():
    asked = delivery(pickup_date=today(SEVEN), pickup_time=time(8))
    assert refused(asked, SEVEN + timedelta(hours=2), TODAY) == {"pickup_time": ["too_soon"]}


@pytest.mark.parametrize("days", [-1, 31])
def test_past_and_far_days_are_nobodys(days: int):
    asked = request(pickup_date=today(SEVEN) + timedelta(days=days))
    assert list(refused(asked, SEVEN, TODAY)) == ["pickup_date"]


def test_the_same_day_fee_stays():
    asked = delivery(pickup_date=today(SEVEN), pickup_time=time(8))
    answer = quote(asked, BOOK, SEVEN, allowances=TODAY)
    assert isinstance(answer, Quote)
    assert [line.amount_cents for line in answer.lines if line.code == "same_day"] == [36_000]


def test_the_preview_judges_like_the_whole():
    asked = request(pickup_date=today(SEVEN), pickup_time=time(11))
    assert quote_partial(asked, BOOK, SEVEN, allowances=TODAY).refused == Refused(())


@pytest.mark.parametrize("service", KINDS)
def test_without_the_allowance_the_hours_are_the_services(service: str):
    hours = BOOK.hours[service]
    assert hours_for(hours, CUSTOMER) == hours_for(hours, LARGE) == hours
    assert hours_for(None, TODAY) is None


@given(
    ahead=st.integers(0, 40),
    minutes=st.integers(0, 24 * 60 - 1),
    wall=st.sampled_from([time(8), time(9, 30), time(12)]),
    service=st.sampled_from(KINDS),
)
def test_an_allowance_only_ever_allows_more(ahead: int, minutes: int, wall: time, service: str):
    make = request if service == "mini_move" else delivery
    now = at_new_york(today(NOW), time(0)) + timedelta(minutes=minutes)
    asked = make(pickup_date=today(now) + timedelta(days=ahead), pickup_time=wall)
    usual = quote(asked, BOOK, now)
    allowed = quote(asked, BOOK, now, allowances=TODAY)
    if isinstance(usual, Quote):
        assert allowed == usual
    elif isinstance(allowed, Quote):
        assert asked.pickup_date == today(now)
