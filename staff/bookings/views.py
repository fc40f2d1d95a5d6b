"""The list of bookings, its filters, and the views that are saved of it."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from staff.access import StaffRequest, staff_page
from staff.bookings import saved
from staff.bookings.export import export_bookings as export
from staff.bookings.filters import read_filters
from staff.bookings.forms import FilterForm, SaveFilterForm
from staff.bookings.listing import Listing
from staff.models import SavedFilter
from totetaxi.lib import clock
from totetaxi.lib.htmx import redirect, render_list

LIST = "bookings"


@require_safe
@staff_page("view_operations")
def bookings(request: HttpRequest) -> HttpResponse:
    """The list. Its own links and forms swap the list alone."""
    staff = cast(StaffRequest, request).staff
    context = Listing(request.GET, staff, clock.today(clock.now())).context()
    return render_list(
        request,
        "staff/bookings/bookings.html",
        context,
        part="staff/bookings/list.html",
        target=LIST,
    )


@require_POST
@staff_page("export_data")
def export_bookings(request: HttpRequest) -> StreamingHttpResponse:
    """What the list shows, all of its pages, as a CSV file."""
    staff, now = cast(StaffRequest, request).staff, clock.now()
    filters = read_filters(request.GET)
    return export(staff, filters, now=now, today=clock.today(now), request=request)


@require_safe
@staff_page("view_operations")
def filter_bookings(request: HttpRequest) -> HttpResponse:
    """All filters and columns in one form, which leads back to the list."""
    filters = read_filters(request.GET)
    context = {"form": FilterForm(filters), "filters": filters, "query": filters.query()}
    return render(request, "staff/bookings/filter_bookings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("view_operations")
def saved_filters(request: HttpRequest) -> HttpResponseBase:
    """Save what the list shows as a view of one's own; those that one has."""
    staff = cast(StaffRequest, request).staff
    query = read_filters(request.GET).query()
    form = SaveFilterForm(staff, request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        saved.save_filter(
            staff, name=given["name"], query=query, is_shared=given["is_shared"], request=request
        )
        messages.success(request, _("Saved as %(name)s.") % {"name": given["name"]})
        return redirect(request, f"{reverse('staff:bookings')}?{query}")
    context = {
        "form": form,
        "query": query,
        "filters": read_filters(request.GET),
        "own": SavedFilter.objects.filter(owner=staff),
    }
    status = 422 if form.is_bound else 200
    return render(request, "staff/bookings/saved_filters.html", context, status=status)


@require_POST
@staff_page("view_operations")
def delete_filter(request: HttpRequest, filter_id: UUID) -> HttpResponseBase:
    """Forget a view; somebody else's is not found."""
    staff = cast(StaffRequest, request).staff
    view = get_object_or_404(SavedFilter, pk=filter_id, owner=staff)
    saved.delete_filter(staff, view, request=request)
    messages.success(request, _("%(name)s is deleted.") % {"name": view.name})
    return redirect(request, reverse("staff:saved_filters"))
