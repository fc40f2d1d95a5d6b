"""The receipt of a booking: a page to print, and a numbered file that is kept."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.bookings.money import has_receipt
from accounts.bookings.own import get_booking, get_paid_booking
from accounts.bookings.receipt import issue
from accounts.bookings.receipt.facts import read_receipt
from booking.models import Booking, Document
from booking.services.documents import DocumentStorageError, read_document
from booking.tracking.access import private_page
from totetaxi.lib import clock
from totetaxi.lib.actor import actor_of
from totetaxi.lib.htmx import redirect


@require_safe
@private_page
def receipt(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """What was paid for what, on a sheet of paper."""
    booking = get_paid_booking(request, booking_id)
    if not has_receipt(booking):
        raise Http404
    context = {"booking": booking, "receipt": read_receipt(booking, clock.now())}
    return render(request, "accounts/booking/receipt.html", context)


@require_POST
@private_page
def issue_receipt(request: HttpRequest, booking_id: UUID) -> HttpResponseBase:
    """The same as a numbered file: made once for what it says, then the one that is kept."""
    booking = get_booking(request, booking_id)
    by = actor_of(request.user)
    try:
        found = issue.issue_receipt(booking.pk, by=by, now=clock.now())
    except issue.NoReceiptError as error:
        raise Http404 from error
    except DocumentStorageError:
        return _not_now(request, booking)
    return redirect(request, reverse("accounts:document", args=[booking.pk, found.pk]))


@require_safe
@private_page
def document(request: HttpRequest, booking_id: UUID, document_id: UUID) -> HttpResponse:
    """A receipt or an invoice of the booking, as it was stored."""
    booking = get_booking(request, booking_id)
    found: Document = get_object_or_404(booking.documents.stored(), pk=document_id)
    try:
        return pdf_response(found)
    except DocumentStorageError:
        return _not_now(request, booking)


def pdf_response(document: Document) -> HttpResponse:
    """The stored file, to be read in the browser. Raises DocumentStorageError."""
    response = HttpResponse(read_document(document), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{document.file_name}"'
    return response


def _not_now(request: HttpRequest, booking: Booking) -> HttpResponse:
    return render(request, "accounts/booking/file_trouble.html", {"booking": booking}, status=503)
