"""Issue a receipt or an invoice, and open the stored file."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.bookings.receipt.issue import NoReceiptError
from accounts.bookings.receipt.views import pdf_response
from booking.models import Booking, Document
from booking.services.documents import DocumentStorageError
from payments.money import money_state
from staff.access import StaffRequest, staff_page
from staff.audit import record_opening
from staff.bookings.addresses import booking_address
from staff.bookings.page.content import get_booking
from staff.bookings.search import LARGEST_NUMBER
from staff.documents import services
from staff.documents.forms import InvoiceForm
from staff.documents.invoice import read_invoice, why_not_invoice
from totetaxi.lib import clock
from totetaxi.lib.htmx import redirect


@require_safe
@staff_page("view_operations")
def document(request: HttpRequest, document_id: UUID) -> HttpResponseBase:
    """The file as it was stored; that somebody opened it is written down."""
    rows = Document.objects.stored().select_related("booking")
    found = get_object_or_404(rows, pk=document_id, booking__deleted_at=None)
    try:
        answer = pdf_response(found)
    except DocumentStorageError as error:
        messages.error(request, error.sentence)
        return redirect(request, booking_address(found.booking.number))
    record_opening(cast(StaffRequest, request).staff, found, request=request)
    return answer


@require_POST
@staff_page("edit_bookings")
def issue_receipt(request: HttpRequest, number: int) -> HttpResponseBase:
    """The receipt as the money stands now: the one there is, or a new revision."""
    booking = get_booking(number)
    staff = cast(StaffRequest, request).staff
    try:
        found = services.issue_receipt(staff, booking, now=clock.now(), request=request)
    except NoReceiptError:
        messages.error(request, _("Nothing was paid yet: there is no receipt."))
    except DocumentStorageError as error:
        messages.error(request, error.sentence)
    else:
        text = _("Receipt %(code)s is as the money stands now.")
        messages.success(request, text % {"code": found.code})
    return redirect(request, booking_address(booking.number))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("edit_bookings")
def issue_invoice(request: HttpRequest, number: int) -> HttpResponseBase:
    """What the invoice would say (GET); issue it (POST)."""
    booking = _get(number)
    form = InvoiceForm(
        request.POST if request.method == "POST" else None,
        booking=booking,
        today=clock.today(clock.now()),
    )
    if not form.is_valid():
        return _show(request, booking, form, status=422 if form.is_bound else 200)
    staff = cast(StaffRequest, request).staff
    due_on = form.cleaned_data["due_on"]
    try:
        found = services.issue_invoice(
            staff, booking, due_on=due_on, now=clock.now(), request=request
        )
    except services.InvoiceRefusedError as refused:
        messages.error(request, str(refused))
    except DocumentStorageError as error:
        form.add_error(None, error.sentence)
        return _show(request, booking, form, status=503)
    else:
        text = _("Invoice %(code)s is issued. It stands below: download it and send it.")
        messages.success(request, text % {"code": found.code})
    return redirect(request, reverse("staff:booking", args=[booking.number]))


def _get(number: int) -> Booking:
    try:
        return services.get_invoiced(min(number, LARGEST_NUMBER))
    except Booking.DoesNotExist as error:
        raise Http404 from error


def _show(
    request: HttpRequest, booking: Booking, form: InvoiceForm, *, status: int
) -> HttpResponse:
    money = money_state(booking)
    now = clock.now()
    due_on = form.cleaned_data.get("due_on") if form.is_bound else None
    context = {
        "booking": booking,
        "contact": booking.contact,
        "form": form,
        "why_not": why_not_invoice(booking, money),
        "to_pay_cents": money.to_pay_cents,
        "invoice": read_invoice(booking, money, due_on=due_on or form.initial["due_on"], now=now),
    }
    return render(request, "staff/documents/issue_invoice.html", context, status=status)
