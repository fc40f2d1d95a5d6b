"""What a booking's page says in each status."""

from datetime import timedelta

import pytest

from booking.models import Booking, BookingEvent, CoiState
from booking.services.status import record_event
from booking.tracking.page import BookingPage, booking_page
from totetaxi.lib.actor import SYSTEM


@pytest.fixture
def read(now):
    """The page of a booking, read as the view does."""

    def read(booking: Booking, at=now) -> BookingPage:
        return booking_page(Booking.objects.get(pk=booking.pk), at)

    return read


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def steps(page: BookingPage) -> list[tuple[str, str, str]]:
    return [(entry.title, plain(entry.when), entry.state) for entry in page.entries]


@pytest.mark.parametrize(
    ("status", "label", "title"),
    [
        ("pending", "Waiting for payment", "One step is left: the payment."),
        ("paid", "Paid and confirmed", "We collect on Saturday, December 5, from 9:00 AM."),
        ("in_progress", "On its way", "Your things are on the road."),
        ("completed", "Delivered", "Everything is in East Hampton."),
        ("expired", "Cancelled", "The time to pay ran out."),
        ("superseded", "Cancelled", "You changed this booking."),
        ("customer", "Cancelled", "This booking is cancelled."),
        ("staff", "Cancelled", "This booking is cancelled."),
    ],
)
def test_headline_of_each_status(book, read, status, label, title):
    headline = read(book(status)).headline
    assert (headline.label, plain(headline.title)) == (label, title)


def test_headline_of_a_request_names_the_person(book, read):
    booking = book("pending", package="full", packing=True, unpacking=True, items=80)
    page = read(booking)
    assert page.headline.title == "We have your request, Claire."
    assert steps(page)[0][0] == "We call you"


def test_headline_on_the_day_says_today(book, read):
    booking = book("paid")
    headline = read(booking, booking.pickup_at - timedelta(hours=1)).headline
    assert plain(headline.title) == "We collect today, from 9:00 AM."


def test_headline_says_for_a_day_that_it_is_booked_and_where_the_mail_goes(book, read, now):
    booking = book("paid")
    assert plain(read(booking).headline.lead) == (
        "It is booked, Claire. The confirmation goes to claire@example.com. "
        "We set everything down in East Hampton the same day, by 6:00 PM."
    )
    assert plain(read(booking, now + timedelta(days=1, seconds=1)).headline.lead) == (
        "We set everything down in East Hampton the same day, by 6:00 PM."
    )


def test_steps_of_a_paid_booking_with_a_certificate(book, read):
    assert steps(read(book("paid", coi=True))) == [
        ("Booked and paid", "Today, 10:00 AM", "done"),
        ("Certificate of insurance for your building", "By Friday, December 4", "now"),
        ("Pickup at 118 East 93rd Street, 6B", "Saturday, December 5", "next"),
        ("Set down at 27 Pondview Lane", "By 6:00 PM", "next"),
    ]


def test_steps_with_the_certificate_on_file(book, read):
    booking = book("paid", coi=True)
    booking.coi_state = CoiState.APPROVED
    booking.save()
    assert [entry[2] for entry in steps(read(booking))] == ["done", "done", "now", "next"]


def test_steps_on_the_road(book, read):
    assert steps(read(book("in_progress"))) == [
        ("Booked and paid", "Today, 10:00 AM", "done"),
        ("Collected", "Today, 10:00 AM", "done"),
        ("On the road to East Hampton", "", "now"),
        ("Set down at 27 Pondview Lane", "By 6:00 PM", "next"),
    ]


def test_steps_of_a_delivered_booking_are_all_done(book, read, now):
    booking = book("completed")
    assert [entry[2] for entry in steps(read(booking))] == ["done"] * 3
    later = steps(read(booking, now + timedelta(days=3)))
    assert [entry[1] for entry in later] == ["Sunday, November 22"] * 3


def test_steps_of_an_expired_booking_end_in_why(book, read):
    last = read(book("expired")).entries[-1]
    assert (last.title, last.detail, last.state) == (
        "Cancelled",
        "The time to pay ran out.",
        "failed",
    )


def test_expired_booking_with_late_money_speaks_of_the_refund(book, read, now):
    booking = book("expired")
    assert read(booking).headline.lead == (
        "Your place in the van went back, and nothing was charged."
    )
    record_event(booking, kind=BookingEvent.Kind.MONEY, reason="late", by=SYSTEM, now=now)
    assert read(booking).headline.lead == (
        "Your place in the van went back. A payment that came too late is refunded in full."
    )


def test_booking_started_unpaid_is_not_called_paid(book, read):
    booking = book("in_progress")
    Booking.objects.filter(pk=booking.pk).update(unpaid_reason="Pays by cheque")
    page = read(booking)
    assert (page.entries[0].title, page.entries[0].detail) == ("Booked", "$1,144.25, to be paid")


def test_free_booking_has_nothing_to_pay(book, read):
    booking = book("paid")
    Booking.objects.filter(pk=booking.pk).update(total_cents=0)
    page = read(booking)
    assert (page.headline.label, page.entries[0].detail) == ("Confirmed", "Nothing to pay")


@pytest.mark.parametrize(
    ("status", "shown"),
    [("pending", True), ("paid", True), ("in_progress", False), ("completed", False)],
)
def test_policy_is_told_while_there_is_something_to_change(book, read, status, shown):
    assert bool(read(book(status)).policy) is shown


def test_hold_is_told_as_a_time_while_it_lasts(book, read, now):
    booking = book("pending")
    assert plain(read(booking).headline.figure) == "10:40 AM"
    assert read(booking, now + timedelta(minutes=41)).headline.figure == ""
