"""Changes and money stand in the timeline where they happened."""

from datetime import timedelta

import pytest

from booking.models import Booking, BookingEvent
from booking.services.status import record_event
from booking.tracking.happened import happened
from booking.tracking.page import booking_page
from booking.tracking.timeline import MoneyStory, happened_entry
from totetaxi.lib.actor import GUEST

MOVE = {
    "from_date": "2026-12-05",
    "from_time": "09:00:00",
    "to_date": "2026-12-08",
    "to_time": "10:00:00",
    "difference_cents": -14925,
}
ASK = {"to_date": "2026-12-08", "to_time": "10:00:00", "shown_cents": 14925}


@pytest.mark.parametrize(
    ("reason", "detail", "title", "words"),
    [
        (
            "rescheduled",
            MOVE,
            "Moved to Tuesday, December 8, from 10:00 AM",
            "Before: Saturday, December 5, from 9:00 AM; $149.25 less",
        ),
        ("reordered", {"difference_cents": 5000}, "The order was changed", "$50.00 more"),
        ("reordered", {"difference_cents": 0}, "The order was changed", ""),
        (
            "asked_reschedule",
            ASK,
            "Another day asked for",
            "Tuesday, December 8, from 10:00 AM; $149.25 more",
        ),
        ("asked_cancel", {"shown_cents": 99500}, "Cancellation asked for", ""),
        ("request_withdrawn", ASK, "Request withdrawn", "Everything stays as booked"),
        ("request_refused", ASK, "Request not possible", "Everything stays as booked"),
        ("of_a_later_version", {}, "The booking was changed", ""),
    ],
)
def test_change_in_words(reason, detail, title, words):
    event = BookingEvent(kind="change", reason=reason, detail=detail)
    assert tuple(part.replace("\u00a0", " ") for part in happened(event)) == (title, words)


def steps(booking: Booking, now, *entries) -> list[tuple[str, str]]:
    page = booking_page(Booking.objects.get(pk=booking.pk), now, MoneyStory("By card", entries))
    return [(entry.title, entry.state) for entry in page.entries]


def test_what_happened_stands_before_what_comes(book, now):
    booking = book("paid")
    later = now + timedelta(hours=1)
    record_event(booking, kind="change", reason="asked_cancel", by=GUEST, now=later)
    refunded = happened_entry("Refunded $95.00", later + timedelta(hours=1), later)
    assert steps(booking, later, refunded) == [
        ("Booked and paid", "done"),
        ("Cancellation asked for", "done"),
        ("Refunded $95.00", "done"),
        ("Pickup at 118 East 93rd Street, 6B", "now"),
        ("Set down at 27 Pondview Lane", "next"),
    ]


def test_refund_after_the_delivery_stands_last(book, now):
    booking = book("completed")
    refunded = happened_entry("Refunded $95.00", now + timedelta(days=2), now)
    assert steps(booking, now, refunded)[-1] == ("Refunded $95.00", "done")


def test_refund_of_a_cancelled_booking_stands_after_its_end(book, now):
    booking = book("customer")
    refunded = happened_entry("Refunded $95.00", now + timedelta(days=2), now)
    assert steps(booking, now, refunded) == [
        ("Booked", "done"),
        ("Cancelled", "failed"),
        ("Refunded $95.00", "done"),
    ]


def test_change_before_the_payment_leaves_the_payment_next(book, now):
    booking = book("pending")
    record_event(booking, kind="change", reason="reordered", by=GUEST, now=now)
    assert steps(booking, now)[:2] == [("The order was changed", "done"), ("Payment", "now")]


def test_payment_is_named_where_it_is_told(book, now):
    booking = book("paid")
    page = booking_page(Booking.objects.get(pk=booking.pk), now, MoneyStory("$1.00, Visa"))
    assert page.entries[0].detail == "$1.00, Visa"
