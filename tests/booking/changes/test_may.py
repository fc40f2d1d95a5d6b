"""What a customer may do to their own booking, status by status. No database."""

from datetime import UTC, datetime, timedelta

import pytest

from booking.changes import CustomerMay, customer_may
from booking.models import Booking, ChangeRequest

PICKUP = datetime(2026, 12, 5, 14, tzinfo=UTC)
BEFORE, AFTER = PICKUP - timedelta(days=1), PICKUP + timedelta(minutes=1)


def may(status: str, *, at: datetime = BEFORE, asked: bool = False, due: int = 0, **facts):
    booking = Booking(status=status, pickup_at=PICKUP, **facts)
    return customer_may(booking, ChangeRequest() if asked else None, at, due_cents=due)


def test_pending_booking_is_changed_cancelled_and_paid_freely():
    assert may("pending") == CustomerMay(reschedule="apply", cancel="apply", pay=True)


def test_request_to_staff_is_changed_freely_and_not_paid_online():
    assert may("pending", needs_staff=True) == CustomerMay(reschedule="apply", cancel="apply")


def test_paid_booking_is_asked_about_and_what_is_due_is_paid():
    assert may("paid") == CustomerMay(reschedule="ask", cancel="ask")
    assert may("paid", due=100) == CustomerMay(reschedule="ask", cancel="ask", pay=True)


def test_open_request_comes_first():
    why = "We have your request and answer within a working day. Withdraw it to ask anew."
    assert may("paid", asked=True, due=100) == CustomerMay(pay=True, why_not=why)


@pytest.mark.parametrize(
    ("status", "at", "why"),
    [
        ("pending", AFTER, "Your pickup is due. To change anything now, call"),
        ("paid", AFTER, "Your pickup is due. To change anything now, call"),
        ("in_progress", BEFORE, "Your things are on the road. To change anything now, call"),
        ("completed", AFTER, "Everything is delivered. If something is not right, call"),
        ("cancelled", BEFORE, "This booking is cancelled. You can book again at any time."),
    ],
)
def test_afterwards_nothing_can_be_changed_and_it_says_why(status: str, at: datetime, why: str):
    found = may(status, at=at, due=100)
    assert found == CustomerMay(why_not=found.why_not)
    assert found.why_not.startswith(why)
