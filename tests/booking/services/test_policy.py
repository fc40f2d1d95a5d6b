"""The cancellation sentence says the right instant, on any day of the year."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from booking.models import PolicySetting
from booking.pricing.words import spoken_percent
from booking.services.policy import free_until, policy_sentence
from totetaxi.lib.clock import NEW_YORK, at_new_york

SETTING = PolicySetting(full_refund_hours=48, late_refund_percent=Decimal("50.00"))
PICKUP = at_new_york(date(2026, 12, 5), time(9))
EARLY = datetime(2026, 11, 22, 15, tzinfo=UTC)


def test_sentence_before_the_deadline_names_day_and_time():
    assert policy_sentence(PICKUP, EARLY, SETTING) == (
        "Change or cancel without charge until Thursday, December 3, at 9:00 AM. "
        "After that, half of the price is kept."
    )


def test_sentence_at_the_deadline_is_still_free():
    at_deadline = PICKUP - timedelta(hours=48)
    assert policy_sentence(PICKUP, at_deadline, SETTING) == policy_sentence(PICKUP, EARLY, SETTING)


def test_sentence_after_the_deadline_names_the_charge_first():
    late = PICKUP - timedelta(hours=48) + timedelta(microseconds=1)
    assert policy_sentence(PICKUP, late, SETTING) == (
        "Pickup is less than 48 hours away: if you change or cancel, half of the price is kept."
    )


def test_sentence_after_pickup_speaks_of_no_refund():
    assert policy_sentence(PICKUP, PICKUP + timedelta(seconds=1), SETTING) == (
        "Once we have collected, the price is no longer refunded."
    )


@pytest.mark.parametrize(
    ("pickup_day", "deadline"),
    [
        # Clocks go back on November 1: the hour that repeats is an elapsed hour too.
        (date(2026, 11, 2), "Saturday, October 31, at 10:00 AM"),
        # Clocks go forward on March 14.
        (date(2027, 3, 15), "Saturday, March 13, at 8:00 AM"),
    ],
)
def test_sentence_counts_elapsed_hours_over_a_clock_change(pickup_day, deadline):
    pickup = at_new_york(pickup_day, time(9))
    now = pickup - timedelta(days=20)
    assert policy_sentence(pickup, now, SETTING) == (
        f"Change or cancel without charge until {deadline}. After that, half of the price is kept."
    )


def test_free_until_ignores_the_zone_that_the_pickup_is_given_in():
    pickup = datetime(2026, 11, 2, 9, tzinfo=NEW_YORK)
    assert free_until(pickup, SETTING) == free_until(pickup.astimezone(UTC), SETTING)


@pytest.mark.parametrize(
    ("refunded", "end"),
    [
        (Decimal("0.00"), "After that, the whole price is kept."),
        (Decimal("75.00"), "After that, 25% of the price is kept."),
        (Decimal("87.50"), "After that, 12.5% of the price is kept."),
    ],
)
def test_sentence_names_the_share_that_is_kept(refunded, end):
    setting = PolicySetting(full_refund_hours=48, late_refund_percent=refunded)
    assert policy_sentence(PICKUP, EARLY, setting) == (
        f"Change or cancel without charge until Thursday, December 3, at 9:00 AM. {end}"
    )


def test_sentence_with_full_refunds_only_promises_no_charge():
    setting = PolicySetting(full_refund_hours=48, late_refund_percent=Decimal(100))
    assert policy_sentence(PICKUP, EARLY, setting) == (
        "Change or cancel without charge until we collect."
    )


def test_policy_without_a_catalogue_has_the_usual_figures():
    """A new installation, before `load_catalogue`."""
    setting = PolicySetting()
    assert (setting.full_refund_hours, setting.late_refund_percent) == (48, Decimal("50.00"))
    assert spoken_percent(setting.late_refund_percent) == "50"
