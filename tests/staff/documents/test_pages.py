"""Receipts and invoices from the back office: issued, opened, replaced when the booking changes."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.bookings.receipt.issue import issue_receipt
from booking.models import Booking, Document
from booking.services.documents import read_document
from payments.money import money_state
from payments.services.start import start_booking
from staff.documents.invoice import read_invoice, sheet_of
from staff.documents.panel import panel_of
from staff.models import AuditLog, StaffProfile
from staff.permissions import Role
from tests.factories import (
    make_booking,
    make_catalogue,
    make_colleague,
    make_paid_booking,
    make_payment,
    make_refund,
    sign_in_staff,
)
from totetaxi.lib import clock
from totetaxi.lib.actor import SYSTEM

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
THURSDAY = date(2026, 12, 3)
XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


@pytest.fixture(autouse=True)
def _shop(db: None):
    make_catalogue()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def cora() -> StaffProfile:
    return make_colleague(Role.SUPPORT, "Cora Lindqvist")


@pytest.fixture
def office(client: Client, cora: StaffProfile) -> Client:
    sign_in_staff(client, cora)
    return client


@pytest.fixture
def owing() -> Booking:
    """Not paid yet, for Thursday next week."""
    return make_booking(now=NOW, pickup_date=THURSDAY, contact_name="Claire Ellery")


def invoice_page(booking: Booking) -> str:
    return reverse("staff:issue_invoice", args=[booking.number])


def receipt_page(booking: Booking) -> str:
    return reverse("staff:issue_receipt", args=[booking.number])


def send(client: Client, booking: Booking, due_on: object = THURSDAY) -> HttpResponse:
    return client.post(invoice_page(booking), {"due_on": due_on})


def codes() -> list[str]:
    return [one.code for one in Document.objects.order_by("kind", "number", "revision")]


def said(answer: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def texts(booking: Booking, due_on: date = THURSDAY) -> list[tuple[str, list[str], list[tuple]]]:
    """What the invoice says, section by section."""
    fresh = Booking.objects.get(pk=booking.pk)
    invoice = read_invoice(fresh, money_state(fresh), due_on=due_on, now=NOW)
    sheet = sheet_of(invoice, Document(kind="invoice", number=7, issued_at=NOW))
    assert (sheet.title, sheet.code) == ("Invoice", "I-000007")
    assert sheet.lead == [f"Booking {booking.code}, November 22, 2026"]
    return [
        (one.title, one.texts, [(row.label, row.amount) for row in one.sums])
        for one in sheet.sections
    ]


# -------------------------------------------------------------------------------------- invoices


def test_invoice_says_what_is_to_be_paid_by_when_and_how(owing: Booking):
    _carried, price, so_far, how = texts(owing)
    assert price == ("Price", [], [("Mini Move Petite", "$995.00"), ("Total", "$995.00")])
    assert so_far[2] == [("None yet", ""), ("To be paid by December 3, 2026", "$995.00")]
    assert how[1] == [
        "Please pay $995.00 by December 3, 2026 by bank transfer, quoting I-000007.",
        "Call (212) 555-0148 for the details of our account.",
    ]


def test_invoice_counts_what_came_and_what_went_back():
    booking = make_paid_booking(pickup_date=THURSDAY)
    make_refund(booking.payments.get(), 10000)
    assert texts(booking)[2][2] == [
        ("Paid by Visa ending 4242", "$995.00"),
        ("Refunded to Visa ending 4242", "refunded $100.00"),
        ("To be paid by December 3, 2026", "$100.00"),
    ]


def test_invoice_is_numbered_stored_and_recorded(
    office: Client, owing: Booking, cora: StaffProfile
):
    answer = send(office, owing)
    assert (answer.status_code, answer["Location"]) == (303, f"/staff/bookings/{owing.number}/")
    assert said(answer) == ["Invoice I-000001 is issued. It stands below: download it and send it."]
    document = Document.objects.get()
    assert (document.issued_by, read_document(document)[:5]) == (cora.user, b"%PDF-")
    row = AuditLog.objects.get()
    assert (row.action, row.object_id) == ("issued_invoice", str(owing.pk))
    assert row.after == {"document": "I-000001", "amount_cents": 99500, "due_on": "2026-12-03"}


def test_same_invoice_again_is_the_one_there_is(office: Client, owing: Booking):
    send(office, owing)
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        send(office, owing)
    assert codes() == ["I-000001"]


def test_changed_booking_gets_a_revision(office: Client, owing: Booking):
    send(office, owing)
    Booking.objects.filter(pk=owing.pk).update(total_cents=109500)
    send(office, owing)
    send(office, owing, due_on="2026-12-01")
    make_payment(owing, cents=50000)
    send(office, owing, due_on="2026-12-01")
    assert codes() == ["I-000001", "I-000001-2", "I-000001-3", "I-000001-4"]


def test_form_offers_two_weeks_and_never_later_than_the_pickup(office: Client, owing: Booking):
    assert office.get(invoice_page(owing)).context["form"].initial == {"due_on": THURSDAY}
    later = make_booking(now=NOW, pickup_date=date(2026, 12, 15))
    form = office.get(invoice_page(later)).context["form"]
    assert form.initial == {"due_on": date(2026, 12, 6)}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter a day, such as 2026-12-23"),
        ("soon", "Enter a day, such as 2026-12-23"),
        ("2026-11-21", "Choose a day from today on, within a year"),
        ("2027-11-23", "Choose a day from today on, within a year"),
    ],
)
def test_wrong_day_is_told_at_its_field(office: Client, owing: Booking, typed: str, words: str):
    answer = send(office, owing, due_on=typed)
    assert (answer.status_code, codes()) == (422, [])
    assert answer.context["form"].errors == {"due_on": [words]}


@pytest.mark.parametrize("state", ["paid", "cancelled", "mismatch"])
def test_no_invoice_where_nothing_is_to_be_paid(office: Client, state: str):
    booking = make_paid_booking()
    if state == "cancelled":
        Booking.objects.filter(pk=booking.pk).update(
            status="cancelled", cancel_reason="staff", room_held=False
        )
    if state == "mismatch":
        booking.payments.update(status="mismatch")
    words = {
        "paid": "Nothing is to be paid: there is no invoice to issue.",
        "cancelled": "It is cancelled: nothing is to be paid for it.",
        "mismatch": "A payment does not match what was asked. Settle that first.",
    }[state]
    page = office.get(invoice_page(booking)).content.decode()
    assert (page.count(words), page.count("Issue the invoice for")) == (1, 0)
    assert said(send(office, booking)) == [words]
    assert (codes(), AuditLog.objects.count()) == ([], 0)


def test_unknown_number_is_not_found(office: Client):
    assert office.get("/staff/bookings/99999999999999999999/invoice/").status_code == 404


def test_what_the_customer_typed_stays_text(office: Client):
    booking = make_booking(contact_name=XSS[:60])
    text = office.get(invoice_page(booking)).content.decode()
    assert (text.count("<script>alert"), text.count("&lt;script&gt;alert") > 0) == (0, True)
    assert send(office, booking, due_on="2026-11-30").status_code == 303


def test_invoice_page_needs_the_same_queries_however_much_came(office: Client, owing: Booking):
    def cost() -> int:
        office.get(invoice_page(owing))
        with CaptureQueriesContext(connection) as queries:
            office.get(invoice_page(owing))
        return len(queries)

    make_refund(make_payment(owing, cents=100), 50)
    few = cost()
    for _number in range(20):
        make_refund(make_payment(owing, cents=100), 50)
    # sign-in 3; booking, addresses, lines, payments, refunds; two sums of money
    assert (few, cost()) == (10, 10)


# -------------------------------------------------------------------------------------- receipts


def test_receipt_is_issued_for_the_money_as_it_stands(office: Client, cora: StaffProfile):
    booking = make_paid_booking()
    answer = office.post(receipt_page(booking))
    assert said(answer) == ["Receipt R-000001 is as the money stands now."]
    assert Document.objects.get().issued_by == cora.user
    assert AuditLog.objects.get().action == "issued_receipt"
    make_refund(booking.payments.get(), 10000)
    office.post(receipt_page(booking))
    assert codes() == ["R-000001", "R-000001-2"]


def test_no_receipt_before_anything_was_paid(office: Client, owing: Booking):
    answer = office.post(receipt_page(owing))
    assert said(answer) == ["Nothing was paid yet: there is no receipt."]
    assert (codes(), AuditLog.objects.count()) == ([], 0)


def test_staff_and_customer_get_the_same_receipt(office: Client):
    booking = make_paid_booking()
    first = issue_receipt(booking.pk, by=SYSTEM, now=NOW)
    office.post(receipt_page(booking))
    assert Document.objects.get() == first


# --------------------------------------------------------------------------- opening, and listing


def file_page(document: Document) -> str:
    return reverse("staff:document", args=[document.pk])


def test_opening_a_document_is_written_down(client: Client):
    sign_in_staff(client, make_colleague(Role.VIEWER))
    document = issue_receipt(make_paid_booking().pk, by=SYSTEM, now=NOW)
    answer = client.get(file_page(document))
    assert answer.content == read_document(document)
    assert answer["Content-Disposition"] == 'inline; filename="R-000001.pdf"'
    row = AuditLog.objects.get()
    assert (row.action, row.object_type, row.object_id, row.object_label) == (
        "opened",
        "booking.document",
        str(document.pk),
        "R-000001",
    )


def test_document_that_was_not_stored_yet_is_not_found(office: Client, owing: Booking):
    document = Document.objects.create(
        booking=owing, kind="receipt", number=1, facts_hash="x", issued_at=NOW
    )
    assert office.get(file_page(document)).status_code == 404


def test_document_of_a_deleted_booking_is_not_found(office: Client):
    booking = make_paid_booking()
    document = issue_receipt(booking.pk, by=SYSTEM, now=NOW)
    Booking.objects.filter(pk=booking.pk).update(deleted_at=NOW)
    assert office.get(file_page(document)).status_code == 404


@pytest.mark.parametrize("backend", ["Deaf", "Forgetful", "Forging"])
def test_storage_that_fails_is_told_and_loses_nothing(office: Client, settings, backend: str):
    paid, owing = make_paid_booking(), make_booking()
    document = issue_receipt(paid.pk, by=SYSTEM, now=NOW)
    well = settings.STORAGES
    failing = {"BACKEND": f"tests.booking.services.storages.{backend}"}
    settings.STORAGES = {**well, "documents": failing}
    sentence = "The file cannot be had right now. Please try again in a few minutes."
    answer = office.get(file_page(document))
    assert (answer["Location"], said(answer)) == (f"/staff/bookings/{paid.number}/", [sentence])
    if backend == "Deaf":
        office.get(invoice_page(owing))  # says what was said, once
        answer = send(office, owing, due_on="2026-11-30")
        assert (answer.status_code, answer.content.decode().count(sentence)) == (503, 1)
        settings.STORAGES = well
        send(office, owing, due_on="2026-11-30")
        assert codes() == ["I-000001", "R-000001"]


def panel(booking: Booking, role: Role = Role.SUPPORT) -> tuple[list[tuple[str, bool]], bool, bool]:
    fresh = Booking.objects.get(pk=booking.pk)
    found = panel_of(fresh, money_state(fresh), make_colleague(role))
    rows = [(row.document.code, row.is_replaced) for row in found.rows]
    return rows, found.may_receipt, found.may_invoice


def test_bookings_page_lists_them_newest_first(owing: Booking, office: Client):
    assert panel(owing) == ([], False, True)
    send(office, owing)
    make_payment(owing, cents=50000)
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        issue_receipt(owing.pk, by=SYSTEM, now=clock.now())
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        send(office, owing)
    assert panel(owing) == (
        [("I-000001-2", False), ("R-000001", False), ("I-000001", True)],
        True,
        True,
    )
    assert panel(owing, Role.VIEWER)[1:] == (False, False)
    page = office.get(reverse("staff:booking", args=[owing.number])).content.decode()
    for document in Document.objects.all():
        assert page.count(file_page(document)) == 1


def test_trip_that_is_paid_and_under_way_has_receipts_and_no_invoice():
    booking = make_paid_booking()
    start_booking(booking.pk, by=SYSTEM, now=NOW)
    assert panel(booking) == ([], True, False)


@pytest.mark.parametrize("name", ["issue_receipt", "issue_invoice"])
def test_viewers_issue_nothing(client: Client, owing: Booking, name: str):
    sign_in_staff(client, make_colleague(Role.VIEWER))
    url = reverse(f"staff:{name}", args=[owing.number])
    assert client.post(url, {"due_on": THURSDAY}).status_code == 403
    assert codes() == []
