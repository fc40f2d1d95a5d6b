"""One alert: take it, give it back, close it."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.models import Alert
from staff.access import StaffRequest, forbidden, safe_next, staff_page
from staff.alerts import services
from staff.alerts.forms import CloseForm
from staff.alerts.queries import place_of, view_of
from staff.models import StaffProfile
from totetaxi.lib import clock
from totetaxi.lib.htmx import redirect


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("view_operations")
def alert(request: HttpRequest, alert_id: UUID) -> HttpResponseBase:
    """What it is about and who has it (GET); `act` is take, give_back or close (POST).

    A POST leads back to the page of the back office that `next` names. Who closes an alert about
    money says `why`.
    """
    rows = Alert.objects.select_related("booking", "taken_by", "closed_by")
    found = get_object_or_404(rows, pk=alert_id)
    staff = cast(StaffRequest, request).staff
    if request.method != "POST":
        return _show(request, found, staff)
    if not staff.may("edit_bookings"):
        return forbidden(request)
    form = CloseForm(request.POST)
    asks = request.POST.get("act") == "close" and services.wants_reason(found.kind, found.about)
    if asks and staff.may("override_payment") and not form.is_valid():
        return _show(request, found, staff, form)
    try:
        messages.success(request, _act(request, found, staff, form))
    except services.AlertRefusedError as refusal:
        messages.error(request, str(refusal))
    back = safe_next(request) if request.POST.get("next") else request.path
    return redirect(request, back)


def _act(request: HttpRequest, found: Alert, staff: StaffProfile, form: CloseForm) -> str:
    """Do what was asked for. Raises AlertRefusedError."""
    by: dict[str, Any] = {"now": clock.now(), "request": request}
    match request.POST.get("act"):
        case "take":
            services.take_alert(staff, found.pk, seen=request.POST.get("seen", ""), **by)
            return _("It is with you.")
        case "give_back":
            services.give_back_alert(staff, found.pk, **by)
            return _("It is open to everybody again.")
        case "close":
            why = form.cleaned_data["why"] if form.is_valid() else ""
            services.close_alert(staff, found.pk, why=why, **by)
            return _("It is closed.")
    raise services.AlertRefusedError(_("Choose what to do with it."))


def _show(
    request: HttpRequest, found: Alert, staff: StaffProfile, form: CloseForm | None = None
) -> HttpResponse:
    """`form` is one that was not filled in."""
    place, label = place_of(found, staff)
    view = view_of(found, staff, place, label)
    context = {"view": view, "alert": found, "form": form or CloseForm()}
    return render(request, "staff/alerts/alert.html", context, status=422 if form else 200)
