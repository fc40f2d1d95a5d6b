"""Today: the first page of the back office."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from staff.access import StaffRequest, staff_page
from staff.live import find_unchanged, read_standing
from staff.today.page import Asked, today_context
from totetaxi.lib import clock
from totetaxi.lib.htmx import is_fragment_request, render_page

EVERY_MINUTES = 1


@require_safe
@staff_page("view_operations")
def today(request: HttpRequest) -> HttpResponse:
    """What waits for a person. An open page asks with its ETag whether anything is new."""
    staff = cast(StaffRequest, request).staff
    standing = read_standing(clock.now())
    etag = standing.etag(request, staff, minutes=EVERY_MINUTES)
    unchanged = find_unchanged(request, etag)
    if unchanged is not None:
        return unchanged
    context = today_context(Asked.read(request.GET), staff, standing)
    response = render_page(
        request,
        "staff/today/today.html",
        context
        | {"etag": etag, "here": request.get_full_path(), "is_newer": is_fragment_request(request)},
        fragment="staff/today/piece.html",
    )
    response["ETag"] = etag
    patch_vary_headers(response, ["HX-Request"])
    return response
