"""The list of payments, and its file."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_POST, require_safe

from staff.access import StaffRequest, staff_page
from staff.payments.export import export_payments as export
from staff.payments.filters import read_filters
from staff.payments.listing import listing
from totetaxi.lib import clock
from totetaxi.lib.htmx import render_list

LIST = "payments"


@require_safe
@staff_page("view_money")
def payments(request: HttpRequest) -> HttpResponse:
    """Every payment, newest first, fifty to a page. Its own links and form swap the list alone."""
    return render_list(
        request,
        "staff/payments/payments.html",
        listing(request.GET),
        part="staff/payments/list.html",
        target=LIST,
    )


@require_POST
@staff_page("export_data")
def export_payments(request: HttpRequest) -> StreamingHttpResponse:
    """What the list shows, all of its pages, as a CSV file."""
    staff, filters = cast(StaffRequest, request).staff, read_filters(request.GET)
    return export(staff, filters, now=clock.now(), request=request)
