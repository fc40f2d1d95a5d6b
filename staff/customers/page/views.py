"""The page of one customer, and that of one guest."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from staff.access import StaffRequest, staff_page
from staff.customers.find import get_customer, get_guest_booking
from staff.customers.page.content import customer_content
from staff.customers.page.guests import guest_content
from staff.customers.search import customer_address
from totetaxi.lib import clock
from totetaxi.lib.htmx import redirect


@require_safe
@staff_page("view_operations")
def customer(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """An account: contact, bookings, addresses, messages, notes, and what can be done."""
    staff = cast(StaffRequest, request).staff
    content = customer_content(get_customer(customer_id), staff, request.GET, clock.now())
    return render(request, "staff/customers/customer.html", content)


@require_safe
@staff_page("view_operations")
def guest(request: HttpRequest, number: int) -> HttpResponseBase:
    """Somebody without an account, known by the number of one of their bookings.

    Once that booking belongs to an account, its page is shown instead.
    """
    booking = get_guest_booking(number)
    if booking.customer_id is not None:
        return redirect(request, customer_address(booking.customer_id))
    staff = cast(StaffRequest, request).staff
    content = guest_content(booking, staff, request.GET, clock.now())
    return render(request, "staff/customers/guest.html", content)
