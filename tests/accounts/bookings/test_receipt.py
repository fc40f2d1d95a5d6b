"""What was paid for what: a page and a PDF that say the same."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.bookings.receipt.facts import Receipt, read_receipt
from accounts.bookings.receipt.pdf import render_pdf
from booking.models import Booking
from payments.models import Payment, Refund
from tests.factories import make_payment, make_refund


def read(booking: Booking, now) -> Receipt:
    return read_receipt(Booking.objects.get(pk=booking.pk), now)


def rows(sums) -> list[tuple[str, str]]:
    return [(row.label, row.amount) for row in sums]


def test_receipt_says_what_was_paid_for_what(book, now):
    booking = book("paid", coi=True)
    make_payment(booking)
    receipt = read(booking, now)
    assert (receipt.code, receipt.issued_on) == (booking.code, "November 22, 2026")
    assert receipt.from_lines == [
        "ToteTaxi",
        "1 Totes Yard, New York, NY 10014",
        "(212) 555-0148",
        "hello@totetaxi.example",
    ]
    assert receipt.to_lines == ["Claire Ellery", "claire@example.com"]
    assert [line.replace("\u00a0", " ") for line in receipt.carried] == [
        "Mini Move Petite, 10 items",
        "From 118 East 93rd Street, 6B, New York, NY 10128",
        "To 27 Pondview Lane, East Hampton, NY 11937",
        "Saturday, December 5, 2026, from 9:00 AM",
    ]
    assert rows(receipt.lines) == [
        (line.label, f"${line.amount_cents / 100:,.2f}") for line in booking.lines.all()
    ]
    assert rows([receipt.total]) == [("Total", "$1,194.25")]
    assert rows(receipt.money) == [("Paid by Visa ending 4242", "$1,194.25")]
    assert rows(receipt.sums) == [("Paid", "$1,194.25")]


def test_receipt_tells_refunds_in_words(book, now):
    booking = book("paid")
    payment = make_payment(booking, cents=booking.total_cents + 14500)
    make_refund(payment, 9500)
    make_refund(payment, 5000, status=Refund.Status.PENDING, succeeded_at=None)
    make_refund(payment, 700, status=Refund.Status.FAILED, succeeded_at=None)
    receipt = read(booking, now)
    assert rows(receipt.money) == [
        ("Paid by Visa ending 4242", "$1,289.25"),
        ("Refunded to Visa ending 4242", "refunded $95.00"),
        ("Refund to Visa ending 4242, under way", "$50.00 to come"),
    ]
    assert rows(receipt.sums) == [
        ("Paid", "$1,289.25"),
        ("Refunded", "$95.00"),
        ("Paid after refunds", "$1,194.25"),
    ]


def test_receipt_tells_what_is_still_to_pay(book, now):
    booking = book("paid")
    make_payment(booking, cents=booking.total_cents - 14775)
    assert rows(read(booking, now).sums)[-1] == ("Still to pay", "$147.75")


def test_receipt_knows_money_that_came_otherwise(book, now):
    booking = book("paid")
    make_payment(booking, method=Payment.Method.OFFLINE, session_id=None, intent_id=None)
    assert rows(read(booking, now).money) == [("Paid to us directly", "$1,144.25")]


def test_free_booking_has_a_receipt_of_nothing(book, visitor, now):
    booking = book("paid")
    Booking.objects.filter(pk=booking.pk).update(total_cents=0)
    make_payment(booking, method=Payment.Method.FREE, cents=0, session_id=None, intent_id=None)
    receipt = read(booking, now)
    assert rows(receipt.money) == [("Nothing to pay", "$0.00")]
    assert rows(receipt.sums) == [("Paid", "$0.00")]
    assert visitor(booking).get(reverse("accounts:receipt", args=[booking.pk])).status_code == 200


@pytest.mark.parametrize("name", ["receipt", "receipt_file"])
@pytest.mark.parametrize("status", ["none", "expired", "cancelled", "mismatch"])
def test_no_receipt_before_something_was_paid(book, visitor, name, status):
    booking = book("pending")
    if status != "none":
        make_payment(booking, status=status)
    url = reverse(f"accounts:{name}", args=[booking.pk])
    assert visitor(booking).get(url).status_code == 404
    page = visitor(booking).get(reverse("accounts:booking", args=[booking.pk])).content.decode()
    assert page.count(url) == 0


def test_page_shows_the_receipt(book, visitor):
    booking = book("paid")
    make_refund(make_payment(booking), 9500)
    answer = visitor(booking).get(reverse("accounts:receipt", args=[booking.pk]))
    page = answer.content.decode()
    for words in ("Paid by Visa ending 4242", "refunded $95.00", "Claire Ellery", "$1,144.25"):
        assert page.count(words) >= 1, words
    assert page.count(reverse("accounts:receipt_file", args=[booking.pk])) == 1


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", ["receipt", "receipt_file"])
def test_receipt_needs_the_same_queries_however_long(
    book, visitor, django_assert_num_queries, name, count
):
    booking = book("paid")
    for _payment in range(count):
        make_refund(make_payment(booking, cents=1000), 100)
    client = visitor(booking)
    url = reverse(f"accounts:{name}", args=[booking.pk])
    client.get(url)
    # session; booking, addresses, lines, payments, refunds; two sums of money
    with django_assert_num_queries(8):
        client.get(url)


class TestFile:
    """The PDF."""

    def test_is_a_pdf_of_the_booking(self, book, visitor):
        booking = book("paid")
        make_payment(booking)
        answer = visitor(booking).get(reverse("accounts:receipt_file", args=[booking.pk]))
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"] == f'inline; filename="{booking.code}.pdf"'
        assert (answer.content[:5], answer.content.rstrip()[-5:]) == (b"%PDF-", b"%%EOF")

    def test_is_the_same_as_long_as_nothing_changed(self, book, now):
        booking = book("paid")
        payment = make_payment(booking)
        first = render_pdf(read(booking, now))
        with time_machine.travel(now + timedelta(days=40), tick=False):
            assert render_pdf(read(booking, now + timedelta(days=40))) == first
        make_refund(payment, 9500)
        assert render_pdf(read(booking, now)) != first

    @pytest.mark.parametrize(
        "name", ["Zoë Ångström-Núñez", "Łukasz Őry", "山田 太郎", "🧳", "\u202eabc"]
    )
    def test_any_name_can_be_written(self, book, now, name):
        booking = book("paid", contact_name=name)
        make_payment(booking)
        assert render_pdf(read(booking, now))[:5] == b"%PDF-"

    def test_unknown_letters_become_plain_or_a_question_mark(self, book, now):
        booking = book("paid")
        make_payment(booking)
        receipt = read(booking, now)
        plain, unknown = (
            render_pdf(replace(receipt, to_lines=[name])) for name in ("Ory ?", "Őry 山")
        )
        assert plain == unknown
        assert plain != render_pdf(replace(receipt, to_lines=["Ory"]))

    def test_long_lists_go_on_on_further_pages(self, book, now):
        booking = book("paid")
        for _payment in range(60):
            make_payment(booking, cents=100)
        assert render_pdf(read(booking, now)).count(b"/Type /Page\n") > 1
