"""The fleet: every van, as it is on any day for which nothing else is said."""

from dataclasses import asdict
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking.models import Van
from booking.services.fleet import van_usual
from staff.access import StaffRequest, staff_page
from staff.calendar import services
from staff.calendar.changing import Editing, change_page
from staff.calendar.day_views import LARGEST_NUMBER
from staff.calendar.forms import VanForm
from totetaxi.lib import clock
from totetaxi.lib.htmx import redirect


@require_safe
@staff_page("edit_catalogue")
def vans(request: HttpRequest) -> HttpResponse:
    """Every van."""
    return render(request, "staff/calendar/vans.html", {"vans": Van.objects.order_by("number")})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("edit_catalogue")
def add_van(request: HttpRequest) -> HttpResponseBase:
    """One more van."""
    form = VanForm(request.POST if request.method == "POST" else None)
    back = reverse("staff:vans")
    if form.is_valid():
        staff = cast(StaffRequest, request).staff
        van = services.new_van(staff, form.usual, request=request, now=clock.now())
        messages.success(request, _("Van %(number)d is added.") % {"number": van.number})
        return redirect(request, back)
    context = {"form": form, "back": back}
    status = 422 if form.is_bound else 200
    return render(request, "staff/calendar/edit_van.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("edit_catalogue")
def edit_van(request: HttpRequest, van_number: int) -> HttpResponseBase:
    """A van of the fleet: its name, its room, and whether it is in service every day."""
    now, staff = clock.now(), cast(StaffRequest, request).staff
    van = get_object_or_404(Van, number=min(van_number, LARGEST_NUMBER))
    form = VanForm(
        request.POST if request.method == "POST" else None, initial=asdict(van_usual(van))
    )
    editing = Editing(
        form=form,
        rules=van_usual(van),
        act=lambda seen, confirmed: services.set_van(
            staff, van, form.usual, seen=seen, confirmed=confirmed, request=request, now=now
        ),
        about=van,
        template="staff/calendar/edit_van.html",
        context={"van": van},
        words=lambda _change: _("Van %(number)d is changed.") % {"number": van.number},
        back=reverse("staff:vans"),
    )
    return change_page(request, editing)
