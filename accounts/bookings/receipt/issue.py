"""A booking's receipt is numbered and kept: the same money, the same file, for ever."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.bookings.money import has_receipt
from accounts.bookings.receipt.facts import Receipt, read_receipt, sheet_of
from accounts.bookings.receipt.sheet import Sheet
from booking.models import Booking, Document
from booking.services.documents import claim_document, store_document
from booking.services.status import lock_booking
from totetaxi.lib.actor import Actor
from totetaxi.lib.contention import retried


class NoReceiptError(Exception):
    """Nothing was paid yet."""


def issue_receipt(booking_id: UUID, *, by: Actor, now: datetime) -> Document:
    """The receipt of a booking as its money stands now.

    Two who ask at once get one. Raises NoReceiptError, DocumentStorageError.
    """
    document, receipt = claim_receipt(booking_id, by=by, now=now)
    return store_receipt(document, receipt, now=now)


@retried
def claim_receipt(booking_id: UUID, *, by: Actor, now: datetime) -> tuple[Document, Receipt]:
    """Number the receipt and read what it says. Raises NoReceiptError."""
    with transaction.atomic():
        lock_booking(booking_id)
        booking = _read(booking_id)
        if not has_receipt(booking):
            raise NoReceiptError
        receipt = read_receipt(booking, now)
        document = claim_document(
            booking, Document.Kind.RECEIPT, facts_hash=receipt.facts_hash, by=by, now=now
        )
    return document, receipt


def store_receipt(document: Document, receipt: Receipt, *, now: datetime) -> Document:
    """Write the file of a claimed receipt, unless it is there. Raises DocumentStorageError."""
    return store_sheet(document, sheet_of(receipt, document), now=now)


def store_sheet(document: Document, sheet: Sheet, *, now: datetime) -> Document:
    """Write the file of a claimed document, unless it is there. Raises DocumentStorageError."""
    if document.size:
        return document
    # It brings 40 MB of libraries: into the process that writes a paper, and no other.
    from accounts.bookings.receipt.pdf import render_pdf

    return store_document(document, render_pdf(sheet), now=now)


def _read(booking_id: UUID) -> Booking:
    rows = Booking.objects.select_related("customer__customer_profile")
    return rows.prefetch_related("addresses", "lines", "payments__refunds").get(pk=booking_id)
