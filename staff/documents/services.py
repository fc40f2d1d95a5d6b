"""Receipts and invoices by staff: numbered together with the audit row, then stored."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.http import HttpRequest

from accounts.bookings.receipt.facts import Receipt
from accounts.bookings.receipt.issue import claim_receipt, store_receipt, store_sheet
from booking.models import Booking, Document
from booking.services.documents import claim_document
from booking.services.status import lock_booking
from payments.money import money_state
from staff.audit import record
from staff.documents.invoice import Invoice, read_invoice, sheet_of, why_not_invoice
from staff.models import Action, StaffProfile
from totetaxi.lib.actor import actor_of
from totetaxi.lib.contention import retried


class InvoiceRefusedError(Exception):
    """There is nothing to send an invoice for; the text is a sentence."""


def issue_receipt(
    staff: StaffProfile, booking: Booking, *, now: datetime, request: HttpRequest
) -> Document:
    """The receipt as the money stands now. Raises NoReceiptError, DocumentStorageError."""
    document, receipt = _claim_receipt(staff, booking, now, request)
    return store_receipt(document, receipt, now=now)


@retried
def _claim_receipt(
    staff: StaffProfile, booking: Booking, now: datetime, request: HttpRequest
) -> tuple[Document, Receipt]:
    with transaction.atomic():
        document, receipt = claim_receipt(booking.pk, by=actor_of(staff.user), now=now)
        after = {"document": document.code}
        record(staff, Action.ISSUED_RECEIPT, booking, after=after, request=request, now=now)
    return document, receipt


def issue_invoice(
    staff: StaffProfile, booking: Booking, *, due_on: date, now: datetime, request: HttpRequest
) -> Document:
    """An invoice for what is due, to be paid by a New York day.

    One that says the same is the one there is; another price, day or payment makes a revision.
    Raises InvoiceRefusedError, DocumentStorageError.
    """
    document, invoice = _claim_invoice(staff, booking, due_on, now, request)
    return store_sheet(document, sheet_of(invoice, document), now=now)


@retried
def _claim_invoice(
    staff: StaffProfile, booking: Booking, due_on: date, now: datetime, request: HttpRequest
) -> tuple[Document, Invoice]:
    with transaction.atomic():
        lock_booking(booking.pk)
        found = get_invoiced(booking.number)
        money = money_state(found)
        if why := why_not_invoice(found, money):
            raise InvoiceRefusedError(why)
        invoice = read_invoice(found, money, due_on=due_on, now=now)
        document = claim_document(
            found,
            Document.Kind.INVOICE,
            facts_hash=invoice.facts_hash,
            by=actor_of(staff.user),
            now=now,
        )
        after = {
            "document": document.code,
            "amount_cents": invoice.to_pay_cents,
            "due_on": due_on,
        }
        record(staff, Action.ISSUED_INVOICE, found, after=after, request=request, now=now)
    return document, invoice


def get_invoiced(number: int) -> Booking:
    """A booking with everything that an invoice reads. Raises Booking.DoesNotExist."""
    rows = Booking.objects.select_related("customer__customer_profile")
    return rows.prefetch_related("addresses", "lines", "payments__refunds").get(number=number)
