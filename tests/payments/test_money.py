"""What is due, what may still come and what came too much agree, whatever was given back."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.changes.types import kept_cents
from booking.lifecycle import Status
from booking.models import Booking
from payments.models import COURTESIES, Payment, Refund
from payments.money import MoneyState, money_state, sums_of
from payments.services.covered import follow_money
from staff.bookings.queries import with_money
from tests.factories import make_booking, make_catalogue, make_payment, make_refund
from totetaxi.lib import clock
from totetaxi.lib.actor import SYSTEM

pytestmark = pytest.mark.breaks_money("sums as rows: no service moved them")


@pytest.fixture
def booking(db: None) -> Booking:
    make_catalogue()
    return make_booking()


def paid(booking: Booking, cents: int = 99500) -> Payment:
    return make_payment(booking, cents=cents)


def sums(booking: Booking) -> tuple[int, int, int]:
    """To pay, the most that may come, too much."""
    state = money_state(booking)
    return state.to_pay_cents, state.most_cents, state.surplus_cents


@pytest.mark.parametrize("reason", ["goodwill", "our_fault"])
def test_second_payment_after_a_courtesy_came_too_much_whole(booking: Booking, reason: str):
    make_refund(paid(booking), 10000, reason=reason)
    assert sums(booking) == (0, 0, 0)
    paid(booking)
    assert sums(booking) == (0, 0, 99500)


def test_what_the_dashboard_returned_may_come_again_and_need_not(booking: Booking):
    make_refund(paid(booking), 99500, reason="outside")
    assert sums(booking) == (0, 99500, 0)
    paid(booking)
    assert sums(booking) == (0, 0, 0)


def test_what_comes_twice_after_the_dashboard_returned_it_is_too_much_once(booking: Booking):
    make_refund(paid(booking), 99500, reason="outside")
    paid(booking)
    paid(booking)
    assert sums(booking) == (0, 0, 99500)


def test_more_given_than_it_costs_now_is_not_too_much(booking: Booking):
    make_refund(paid(booking), 99500, reason="our_fault", status=Refund.Status.REQUESTED)
    booking.total_cents = 50000
    assert sums(booking) == (0, 0, 0)


def test_what_the_dashboard_returned_of_a_second_payment_is_no_courtesy(booking: Booking):
    """Else the next change would return it once more."""
    make_refund(paid(booking), 99500, reason="outside")
    paid(booking)
    Booking.objects.update(total_cents=90000)
    booking.refresh_from_db()
    assert sums(booking) == (0, 0, 9500)
    assert kept_cents(money_state(booking)) == 99500


@pytest.mark.parametrize("reason", Refund.Reason.values)
def test_lists_and_pages_agree_on_what_is_due(booking: Booking, reason: str):
    make_refund(paid(booking), 10000, reason=reason)
    row = with_money(Booking.objects.all()).get()
    due = max(0, row.total_cents - (row.paid - row.returned))
    assert due == money_state(booking).to_pay_cents == (0 if reason in COURTESIES else 10000)


cents = st.integers(0, 2_000_00)


@given(total=cents, came=cents, back=cents, way=cents, gift=cents, outside=cents)
def test_nothing_is_both_due_and_too_much(**given_cents: Any):
    state = state_of(**given_cents)
    assert not (state.to_pay_cents and state.surplus_cents)
    assert state.to_pay_cents <= state.most_cents
    assert not (state.most_cents and state.surplus_cents)


@given(total=cents, came=cents, back=cents, way=cents, gift=cents, outside=cents, more=cents)
def test_what_comes_beyond_the_most_is_what_is_too_much(more: int, **given_cents: Any):
    before = state_of(**given_cents)
    after = state_of(**(given_cents | {"came": given_cents["came"] + more}))
    over = max(0, more - before.most_cents)
    assert after.surplus_cents - before.surplus_cents == over


def state_of(*, total: int, came: int, back: int, way: int, gift: int, outside: int) -> MoneyState:
    """Gifts and what the dashboard returned are among what went back, and all of that had come."""
    paid = came + back + way + gift + outside
    refunds = {
        ("succeeded", "change", "staff"): back,
        ("pending", "change", "staff"): way,
        ("succeeded", "goodwill", "staff"): gift,
        ("succeeded", "outside", "system"): outside,
    }
    return sums_of(Booking(total_cents=total), {Payment.Status.SUCCEEDED: paid}, refunds)


def test_pending_booking_with_nothing_left_to_pay_is_confirmed(booking: Booking):
    make_refund(paid(booking, 40000), 10000, reason="goodwill")
    paid(booking, 59500)
    follow_money(booking, money_state(booking), by=SYSTEM, now=clock.now())
    booking.refresh_from_db()
    assert booking.status == Status.PAID
