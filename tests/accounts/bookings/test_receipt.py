"""What was paid for what: a page and a PDF that say the same."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.bookings.receipt.facts import Receipt, read_receipt, sheet_of
from accounts.bookings.receipt.issue import NoReceiptError, issue_receipt
from accounts.bookings.receipt.pdf import render_pdf
from booking.models import Booking, Document
from booking.services.documents import read_document
from payments.models import Payment, Refund
from tests.factories import make_customer, make_payment, make_refund, make_staff
from totetaxi.lib.actor import SYSTEM

PLACES = ("receipt", "issue_receipt")
FIRST = Document(kind=Document.Kind.RECEIPT, number=1)


def read(booking: Booking, now) -> Receipt:
    return read_receipt(Booking.objects.get(pk=booking.pk), now)


def render(booking: Booking, now) -> bytes:
    return render_pdf(sheet_of(read(booking, now), FIRST))


def place_of(document: Document) -> str:
    return reverse("accounts:document", args=[document.booking_id, document.pk])


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
    make_refund(payment, 4300, status=Refund.Status.PENDING, succeeded_at=None)
    make_refund(payment, 700, status=Refund.Status.FAILED, succeeded_at=None)
    receipt = read(booking, now)
    assert rows(receipt.money) == [
        ("Paid by Visa ending 4242", "$1,289.25"),
        ("Refunded to Visa ending 4242", "refunded $95.00"),
        ("Refund to Visa ending 4242, under way", "$43.00 to come"),
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


@pytest.mark.parametrize("status", ["none", "expired", "cancelled", "mismatch"])
def test_no_receipt_before_something_was_paid(book, visitor, status, now):
    booking = book("pending")
    if status != "none":
        make_payment(booking, status=status)
    page, file = (reverse(f"accounts:{name}", args=[booking.pk]) for name in PLACES)
    assert visitor(booking).get(page).status_code == 404
    assert visitor(booking).post(file).status_code == 404
    shown = visitor(booking).get(reverse("accounts:booking", args=[booking.pk])).content.decode()
    assert (shown.count(page), shown.count(file)) == (0, 0)
    with pytest.raises(NoReceiptError):
        issue_receipt(booking.pk, by=SYSTEM, now=now)
    assert Document.objects.count() == 0


def test_page_shows_the_receipt(book, visitor):
    booking = book("paid")
    make_refund(make_payment(booking), 9500)
    answer = visitor(booking).get(reverse("accounts:receipt", args=[booking.pk]))
    page = answer.content.decode()
    for words in ("Paid by Visa ending 4242", "refunded $95.00", "Claire Ellery", "$1,144.25"):
        assert page.count(words) >= 1, words
    assert page.count(reverse("accounts:issue_receipt", args=[booking.pk])) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_receipt_needs_the_same_queries_however_long(
    book, visitor, django_assert_num_queries, count
):
    booking = book("paid")
    for _payment in range(count):
        make_refund(make_payment(booking, cents=1000), 100)
    client = visitor(booking)
    url = reverse("accounts:receipt", args=[booking.pk])
    client.get(url)
    # session; booking, addresses, lines, payments, refunds; two sums of money
    with django_assert_num_queries(8):
        client.get(url)


class TestFile:
    """The PDF, from the values of the page."""

    def test_is_the_same_as_long_as_nothing_changed(self, book, now):
        booking = book("paid")
        payment = make_payment(booking)
        first, facts = render(booking, now), read(booking, now).facts_hash
        later = now + timedelta(days=40)
        with time_machine.travel(later, tick=False):
            assert render(booking, later) == first
            assert read(booking, later).facts_hash == facts
        make_refund(payment, 9500)
        assert render(booking, now) != first
        assert read(booking, now).facts_hash != facts

    @pytest.mark.parametrize(
        "name", ["Zoë Ångström-Núñez", "Łukasz Őry", "山田 太郎", "🧳", "\u202eabc"]
    )
    def test_any_name_can_be_written(self, book, now, name):
        booking = book("paid", contact_name=name)
        make_payment(booking)
        assert render(booking, now)[:5] == b"%PDF-"

    def test_unknown_letters_become_plain_or_a_question_mark(self, book, now):
        booking = book("paid")
        make_payment(booking)
        sheet = sheet_of(read(booking, now), FIRST)
        plain, unknown = (
            render_pdf(replace(sheet, to_lines=[name])) for name in ("Ory ?", "Őry 山")
        )
        assert plain == unknown
        assert plain != render_pdf(replace(sheet, to_lines=["Ory"]))

    def test_long_lists_go_on_on_further_pages(self, book, now):
        booking = book("paid")
        for _payment in range(60):
            make_payment(booking, cents=100)
        assert render(booking, now).count(b"/Type /Page\n") > 1

    def test_second_revision_says_what_it_replaces(self, book, now):
        booking = book("paid")
        make_payment(booking)
        sheets = [
            sheet_of(read(booking, now), Document(kind="receipt", number=12, revision=revision))
            for revision in (1, 2, 3)
        ]
        assert [(sheet.code, sheet.lead[1:]) for sheet in sheets] == [
            ("R-000012", []),
            ("R-000012-2", ["Replaces R-000012, which is no longer right."]),
            ("R-000012-3", ["Replaces R-000012-2, which is no longer right."]),
        ]


class TestNumber:
    """What is asked for is numbered, stored, and given again."""

    def test_receipt_is_stored_as_it_was_issued(self, book, now):
        booking = book("paid")
        make_payment(booking)
        document = issue_receipt(booking.pk, by=SYSTEM, now=now)
        content = read_document(document)
        assert (document.code, document.issued_at, document.size) == ("R-000001", now, len(content))
        assert content == render_pdf(sheet_of(read(booking, now), document))

    def test_same_money_is_the_same_file(self, book, now):
        booking = book("paid")
        make_payment(booking)
        first = issue_receipt(booking.pk, by=SYSTEM, now=now)
        again = issue_receipt(booking.pk, by=SYSTEM, now=now + timedelta(days=9))
        assert (again.pk, again.file.name) == (first.pk, first.file.name)
        assert Document.objects.count() == 1

    def test_refund_makes_a_revision_of_the_same_number(self, book, now):
        booking, other = book("paid"), book("paid", contact_email="rosa@example.com")
        payment = make_payment(booking)
        make_payment(other)
        first = issue_receipt(booking.pk, by=SYSTEM, now=now)
        assert issue_receipt(other.pk, by=SYSTEM, now=now).code == "R-000002"
        make_refund(payment, 9500)
        second = issue_receipt(booking.pk, by=SYSTEM, now=now)
        assert (second.code, second.pk != first.pk) == ("R-000001-2", True)
        assert read_document(first) != read_document(second)

    def test_payments_and_refunds_name_their_references(self, book, now):
        booking = book("paid")
        payment = make_payment(booking, intent_id="pi_3Q8xKd")
        make_refund(payment, 9500, stripe_id="re_77")
        make_payment(booking, cents=9500, method="offline", session_id=None, intent_id=None)
        assert [row.note for row in read(booking, now).money] == [
            "November 22, 2026 · Reference pi_3Q8xKd",
            "November 22, 2026 · Reference Receipt 12",
            "November 22, 2026 · Reference re_77",
        ]


class TestDownload:
    """By whoever may see the booking."""

    def test_pressing_the_button_leads_to_the_stored_file(self, book, visitor):
        booking = book("paid")
        make_payment(booking)
        client = visitor(booking)
        answer = client.post(reverse("accounts:issue_receipt", args=[booking.pk]))
        document = Document.objects.get()
        assert (answer.status_code, answer["Location"]) == (303, place_of(document))
        file = client.get(place_of(document))
        assert file.content == read_document(document)
        assert file["Content-Type"] == "application/pdf"
        assert file["Content-Disposition"] == 'inline; filename="R-000001.pdf"'
        assert file["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
        assert document.issued_by is None

    def test_account_stands_on_the_row(self, book, client):
        user = make_customer("ann@example.com")
        booking = book("paid", customer_id=user.pk, contact_email=user.email)
        make_payment(booking)
        client.force_login(user)
        client.post(reverse("accounts:issue_receipt", args=[booking.pk]))
        assert Document.objects.get().issued_by_id == user.pk

    def test_page_lists_the_newest_of_each_kind(self, book, visitor, now):
        booking = book("paid")
        payment = make_payment(booking)
        client, page = visitor(booking), reverse("accounts:booking", args=[booking.pk])
        etag = client.get(page)["ETag"]
        first = issue_receipt(booking.pk, by=SYSTEM, now=now + timedelta(minutes=1))
        make_refund(payment, 9500)
        second = issue_receipt(booking.pk, by=SYSTEM, now=now + timedelta(minutes=2))
        answer = client.get(page)
        shown = answer.content.decode()
        assert (shown.count(place_of(first)), shown.count(place_of(second))) == (0, 1)
        assert shown.count("Receipt R-000001-2") == 1
        assert answer["ETag"] != etag

    def test_nobody_else_finds_it(self, book, visitor, client, now):
        booking, other = book("paid"), book("paid", contact_email="rosa@example.com")
        make_payment(booking)
        document = issue_receipt(booking.pk, by=SYSTEM, now=now)
        mixed = reverse("accounts:document", args=[other.pk, document.pk])
        assert visitor(booking).get(place_of(document)).status_code == 200
        assert visitor(other).get(place_of(document)).status_code == 404
        assert visitor(other).get(mixed).status_code == 404
        assert client.get(place_of(document)).status_code == 404
        client.force_login(make_staff())
        assert client.get(place_of(document)).status_code == 404

    @pytest.mark.parametrize("backend", ["Deaf", "Forgetful"])
    def test_storage_that_fails_is_told_and_loses_nothing(self, book, visitor, settings, backend):
        booking = book("paid")
        make_payment(booking)
        client, ask = visitor(booking), reverse("accounts:issue_receipt", args=[booking.pk])
        failing = {"BACKEND": f"tests.booking.services.storages.{backend}"}
        settings.STORAGES = {**settings.STORAGES, "documents": failing}
        answer = client.post(ask, follow=True)
        assert answer.status_code == 503
        assert answer.content.decode().count("Nothing is lost.") == 1
        memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
        settings.STORAGES = {**settings.STORAGES, "documents": memory}
        assert Document.objects.get().code == "R-000001"
        if backend == "Deaf":  # nothing was stored, so the next try writes it
            assert client.post(ask, follow=True)["Content-Type"] == "application/pdf"
            assert Document.objects.get().code == "R-000001"
