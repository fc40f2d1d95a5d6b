"""What a booking's page says of its money."""

from datetime import timedelta

import pytest

from accounts.bookings.money import MoneyWords, card_words, money_words
from booking.models import Booking
from payments.models import Payment, Refund
from tests.factories import make_payment, make_refund


def read(booking: Booking, now) -> MoneyWords:
    return money_words(Booking.objects.get(pk=booking.pk), now)


def rows(words: MoneyWords) -> list[tuple[str, str]]:
    return [(row.title, row.amount) for row in words.rows]


def story(words: MoneyWords) -> list[tuple[str, str]]:
    return [(entry.title, entry.detail) for entry in words.story.entries]


def test_nothing_came_yet(book, now):
    words = read(book("pending"), now)
    assert (words.title, words.total_label, words.due, words.has_receipt) == (
        "What it costs",
        "Total",
        "",
        False,
    )
    assert (rows(words), story(words)) == ([], [])


def test_paid_booking_names_the_card(book, now):
    booking = book("paid")
    make_payment(booking)
    words = read(booking, now)
    assert (words.title, words.total_label) == ("What you paid", "Total, paid")
    assert rows(words) == [("Visa ending 4242", "paid $1,144.25")]
    assert words.story.paid_with == "$1,144.25, Visa ending 4242"
    assert story(words) == []


def test_dearer_change_is_still_to_pay(book, now):
    booking = book("paid")
    make_payment(booking, cents=99500)
    words = read(booking, now)
    assert (words.title, words.total_label, words.due) == ("What it costs", "Total", "$149.25")
    make_payment(booking, cents=14925, at=now + timedelta(hours=1))
    words = read(booking, now)
    assert (words.due, words.total_label) == ("", "Total, paid")
    assert story(words) == [("Paid $149.25", "Visa ending 4242")]


@pytest.mark.parametrize(
    ("status", "row", "told"),
    [
        ("requested", None, []),
        ("approved", ("Refund under way", "$95.00 to come"), []),
        ("pending", ("Refund under way", "$95.00 to come"), []),
        (
            "succeeded",
            ("Back to Visa ending 4242", "refunded $95.00"),
            [("Refunded $95.00", "Visa ending 4242")],
        ),
        ("failed", ("Refund held up", "$95.00 to come"), []),
        ("refused", None, []),
    ],
)
def test_refund_is_told_as_far_as_it_is(book, now, status, row, told):
    booking = book("paid")
    payment = make_payment(booking, cents=booking.total_cents + 9500)
    arrived = now if status == "succeeded" else None
    make_refund(payment, 9500, status=status, succeeded_at=arrived)
    words = read(booking, now)
    assert rows(words)[1:] == ([row] if row else [])
    assert story(words) == told


def test_payment_of_a_wrong_sum_is_being_looked_at(book, now):
    booking = book("pending")
    make_payment(booking, cents=5, status="mismatch")
    words = read(booking, now)
    assert words.rows[0].detail == "We are looking at this payment and write to you."
    assert words.has_receipt is False


def test_cancelled_booking_owes_nothing(book, now):
    booking = book("customer")
    make_payment(booking, cents=99500)
    words = read(booking, now)
    assert (words.title, words.due, words.total_label) == ("The price", "", "Total")


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"card_brand": "visa", "card_last4": "4242"}, "Visa ending 4242"),
        ({"card_brand": "amex", "card_last4": "0005"}, "American Express ending 0005"),
        ({"card_brand": "eftpos_au", "card_last4": "1"}, "Eftpos Au ending 1"),
        ({"card_brand": "", "card_last4": "4242"}, "Card ending 4242"),
        ({"card_brand": "", "card_last4": ""}, "Card"),
        ({"method": Payment.Method.OFFLINE}, "Paid to us directly"),
        ({"method": Payment.Method.FREE}, "Nothing to pay"),
    ],
)
def test_method_in_words(facts, words):
    assert card_words(Payment(**({"method": Payment.Method.STRIPE} | facts))) == words


def test_refunds_of_several_payments_stand_with_theirs(book, now):
    booking = book("paid")
    first = make_payment(booking, cents=99500, at=now)
    second = make_payment(booking, cents=14925, at=now + timedelta(hours=1), card_last4="0005")
    make_refund(second, 100)
    make_refund(first, 200, status=Refund.Status.APPROVED, succeeded_at=None)
    assert rows(read(booking, now)) == [
        ("Visa ending 4242", "paid $995.00"),
        ("Refund under way", "$2.00 to come"),
        ("Visa ending 0005", "paid $149.25"),
        ("Back to Visa ending 0005", "refunded $1.00"),
    ]


def test_refund_that_failed_is_told_of_until_it_is_tried_again(book, now):
    booking = book("paid")
    payment = make_payment(booking, cents=booking.total_cents + 9500)
    failed = make_refund(payment, 9500, status=Refund.Status.FAILED, succeeded_at=None)
    (_paid, row) = read(booking, now).rows
    assert row.detail == "It did not go through. We are looking at it."
    make_refund(payment, 9500, status=Refund.Status.PENDING, succeeded_at=None, retry_of=failed)
    assert rows(read(booking, now))[1:] == [("Refund under way", "$95.00 to come")]


@pytest.mark.parametrize(
    ("status", "title", "detail"),
    [
        ("approved", "Refund under way", "We return it to you directly."),
        ("succeeded", "Returned to you", ""),
    ],
)
def test_refund_by_hand_names_no_card(book, now, status, title, detail):
    booking = book("paid")
    payment = make_payment(booking, method=Payment.Method.OFFLINE)
    make_refund(payment, 9500, status=status, succeeded_at=now if status == "succeeded" else None)
    (_paid, row) = read(booking, now).rows
    assert (row.title, row.detail) == (title, detail)
