"""The list of payments, and its file."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST, require_safe

from staff.access import StaffRequest, staff_page
from staff.payments.export import export_payments as export
from staff.payments.filters import read_filters
from staff.payments.listing import listing
from totetaxi.lib import clock

LIST = "payments"


@require_safe
@staff_page("view_money")
def payments(request: HttpRequest) -> HttpResponse:
    """Every payment, newest first, fifty to a page. Its own links and form swap the list alone."""
    htmx = request.htmx  # type: ignore[attr-defined]  # set by HtmxMiddleware
    is_swap = htmx.target == LIST and not htmx.history_restore_request
    name = "staff/payments/list.html" if is_swap else "staff/payments/payments.html"
    response = render(request, name, listing(request.GET))
    patch_vary_headers(response, ["HX-Target"])
    return response


@require_POST
@staff_page("export_data")
def export_payments(request: HttpRequest) -> StreamingHttpResponse:
    """What the list shows, all of its pages, as a CSV file."""
    staff, filters = cast(StaffRequest, request).staff, read_filters(request.GET)
    return export(staff, filters, now=clock.now(), request=request)
