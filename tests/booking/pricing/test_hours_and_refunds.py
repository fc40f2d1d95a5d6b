"""Times that can be chosen, and what a cancellation returns, also when the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from booking.pricing.hours import open_times, pickup_times
from booking.pricing.refunds import CancellationPolicy, cancellation_refund
from booking.pricing.types import Hours
from tests.booking.pricing.books import BOOK
from totetaxi.lib.clock import NEW_YORK, at_new_york

DELIVERY = BOOK.hours["standard_delivery"]
POLICY = CancellationPolicy()
PICKUP = at_new_york(date(2026, 12, 5), time(9))


def test_pickup_times_are_half_hours_with_both_ends() -> None:
    assert [f"{wall:%H:%M}" for wall in pickup_times(DELIVERY)] == (
        "08:00 08:30 09:00 09:30 10:00 10:30 11:00 11:30 12:00".split()
    )


def test_open_times_leave_two_hours() -> None:
    now = datetime(2026, 11, 24, 9, 1, tzinfo=NEW_YORK)
    assert open_times(DELIVERY, date(2026, 11, 24), now) == (time(11, 30), time(12))
    assert open_times(BOOK.hours["mini_move"], date(2026, 11, 24), now) == ()


def test_lead_is_elapsed_time_over_the_change_of_clocks() -> None:
    # On 2027-03-14 the clocks jump from 2:00 to 3:00: from 1:59 to 8:00 are 5 hours and a minute.
    day = date(2027, 3, 14)
    at_0159 = datetime(2027, 3, 14, 1, 59, tzinfo=NEW_YORK)
    for lead, first in ((5 * 60 + 1, time(8)), (5 * 60 + 2, time(8, 30))):
        hours = Hours("Night", time(8), time(9), lead_minutes=lead)
        assert open_times(hours, day, at_0159)[0] == first
        assert open_times(hours, day, at_0159.astimezone(UTC))[0] == first


@pytest.mark.parametrize(
    ("before", "captured", "refunded", "back"),
    [
        (timedelta(hours=48), 1194_25, 0, 1194_25),
        (timedelta(hours=48) - timedelta(seconds=1), 1194_25, 0, 597_13),
        (timedelta(hours=72), 1000_00, 250_00, 750_00),
        (timedelta(hours=1), 1000_01, 250_00, 375_01),
        (timedelta(hours=-1), 100, 0, 50),
        (timedelta(hours=1), 100, 100, 0),
        (timedelta(hours=72), 0, 0, 0),
    ],
)
def test_cancellation_returns_all_or_half(
    before: timedelta, captured: int, refunded: int, back: int
) -> None:
    share = cancellation_refund(
        captured_cents=captured,
        refunded_cents=refunded,
        pickup_at=PICKUP,
        now=PICKUP - before,
        policy=POLICY,
    )
    assert share.amount_cents == back


def test_cancellation_counts_elapsed_hours_over_the_change_of_clocks() -> None:
    # 9:00 on Saturday to 9:00 on Monday are 47 hours when the clocks jump ahead between them.
    pickup_at = datetime(2027, 3, 15, 9, tzinfo=NEW_YORK)
    share = cancellation_refund(
        captured_cents=100_00,
        refunded_cents=0,
        pickup_at=pickup_at,
        now=datetime(2027, 3, 13, 9, tzinfo=NEW_YORK),
        policy=POLICY,
    )
    assert (share.amount_cents, str(share.reason)) == (
        50_00,
        "50%, less than 48 hours before pickup",
    )


@pytest.mark.parametrize(("our_fault", "back"), [(False, 0), (True, 90_00)])
def test_cancellation_once_started_returns_nothing_unless_the_fault_is_ours(
    our_fault: bool, back: int
) -> None:
    share = cancellation_refund(
        captured_cents=100_00,
        refunded_cents=10_00,
        pickup_at=PICKUP,
        now=PICKUP,
        is_started=True,
        our_fault=our_fault,
        policy=CancellationPolicy(full_hours=24, late_percent=Decimal("33.30")),
    )
    assert share.amount_cents == back
