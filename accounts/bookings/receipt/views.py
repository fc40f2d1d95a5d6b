"""The receipt of a booking: a page to print, and a PDF."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.bookings.money import has_receipt
from accounts.bookings.own import get_paid_booking
from accounts.bookings.receipt.facts import Receipt, read_receipt
from accounts.bookings.receipt.pdf import render_pdf
from booking.models import Booking
from booking.tracking.access import private_page
from totetaxi.lib import clock


@require_safe
@private_page
def receipt(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """What was paid for what, on a sheet of paper."""
    booking = get_paid_booking(request, booking_id)
    context = {"booking": booking, "receipt": _read(booking, clock.now())}
    return render(request, "accounts/booking/receipt.html", context)


@require_safe
@private_page
def receipt_file(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """The same as a PDF; the same bytes as long as nothing changed."""
    found = _read(get_paid_booking(request, booking_id), clock.now())
    response = HttpResponse(render_pdf(found), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.file_name}"'
    return response


def _read(booking: Booking, now: datetime) -> Receipt:
    """Raises Http404 as long as nothing was paid."""
    if not has_receipt(booking):
        raise Http404
    return read_receipt(booking, now)
