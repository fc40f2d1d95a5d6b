"""The first page, and the palette."""

from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from staff.access import StaffRequest, staff_page
from staff.shell.menu import menu_of
from staff.shell.palette import find_hits
from totetaxi.lib.htmx import redirect, render_page


@require_safe
@staff_page(None)
def home(request: HttpRequest) -> HttpResponseBase:
    """The first page of the menu that this person may see."""
    menu = menu_of(cast(StaffRequest, request).staff)
    return redirect(request, menu[0].url if menu else reverse("staff:account"))


@require_safe
@staff_page(None)
def palette(request: HttpRequest) -> HttpResponse:
    """Pages, bookings and customers for `q`: a page of its own, or the palette's results."""
    asked = request.GET.get("q", "")
    groups = find_hits(asked, cast(StaffRequest, request).staff)
    return render_page(
        request,
        "staff/shell/palette.html",
        {"q": asked, "groups": groups},
        fragment="staff/shell/hits.html",
    )
