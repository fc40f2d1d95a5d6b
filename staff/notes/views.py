"""Write a note about a booking, or about a customer."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from booking.models import Booking
from staff.access import StaffRequest, staff_page
from staff.bookings.addresses import booking_address
from staff.bookings.search import LARGEST_NUMBER
from staff.notes.forms import NoteForm
from staff.notes.panel import note_field
from staff.notes.services import add_note as write_note
from totetaxi.lib.htmx import redirect


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("edit_bookings")
def add_note(request: HttpRequest, number: int) -> HttpResponseBase:
    """About a booking."""
    booking = get_object_or_404(Booking, number=min(number, LARGEST_NUMBER))
    return _note_page(request, booking, booking.code, booking_address(booking.number))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("edit_bookings")
def add_customer_note(request: HttpRequest, customer_id: UUID) -> HttpResponseBase:
    """About a customer's account."""
    customer = get_object_or_404(User, pk=customer_id, is_staff=False)
    back = reverse("staff:customer", args=[customer.pk])
    return _note_page(request, customer, customer.get_full_name(), back)


def _note_page(
    request: HttpRequest, about: Booking | User, name: str, back: str
) -> HttpResponseBase:
    """The form on a page of its own: from here an empty note is put right."""
    staff = cast(StaffRequest, request).staff
    form = NoteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        write_note(staff, about=about, body=form.cleaned_data["body"], request=request)
        messages.success(request, _("The note is added."))
        return redirect(request, back)
    context = {"panel": note_field(about, staff, form), "form": form, "name": name, "back": back}
    status = 422 if form.is_bound else 200
    return render(request, "staff/notes/add_note.html", context, status=status)
