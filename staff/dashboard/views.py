"""The dashboard: today and the next days, what waits, and what the weeks come to."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from staff.access import StaffRequest, staff_page
from staff.dashboard.page import dashboard_context
from staff.live import find_unchanged, read_standing
from totetaxi.lib import clock
from totetaxi.lib.htmx import render_page

EVERY_MINUTES = 5


@require_safe
@staff_page("view_operations")
def dashboard(request: HttpRequest) -> HttpResponse:
    """Sums of money only for who may see them. An open page asks whether anything is new."""
    staff = cast(StaffRequest, request).staff
    standing = read_standing(clock.now())
    etag = standing.etag(request, staff, minutes=EVERY_MINUTES)
    unchanged = find_unchanged(request, etag)
    if unchanged is not None:
        return unchanged
    response = render_page(
        request,
        "staff/dashboard/dashboard.html",
        dashboard_context(staff, standing) | {"etag": etag},
        fragment="staff/dashboard/piece.html",
    )
    response["ETag"] = etag
    patch_vary_headers(response, ["HX-Request"])
    return response
