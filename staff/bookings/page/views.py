"""A booking's page, and its status."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
)
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking.lifecycle import Status, TransitionError
from booking.models import Booking
from booking.services.certificate import CertificateNotNeededError
from payments.money import money_state
from payments.services.start import StartRefusedError, disputed_among
from staff.access import StaffRequest, staff_page
from staff.bookings.addresses import booking_address
from staff.bookings.page import services
from staff.bookings.page.content import content_of, get_booking, get_whole
from staff.bookings.page.forms import StartForm
from staff.bookings.page.freshness import find_etag
from staff.bookings.page.moves import moves_of
from staff.bookings.page.stale import BookingChangedError, changes_since, read_seen, seen_now
from staff.bookings.page.stream import ALL
from staff.models import StaffProfile
from staff.notes.panel import note_field
from totetaxi.lib import clock
from totetaxi.lib.htmx import is_fragment_request, redirect

STREAM = "booking-stream"


@require_safe
@staff_page("view_operations")
def booking(request: HttpRequest, number: int) -> HttpResponse:
    """Everything about one booking. The page asks for what changes on it by its ETag; the tabs of
    its stream swap the stream alone.
    """
    staff, now = cast(StaffRequest, request).staff, clock.now()
    kind, before = request.GET.get("kind", ALL), request.GET.get("before", "")
    is_piece = is_fragment_request(request)
    htmx = request.htmx  # type: ignore[attr-defined]  # set by HtmxMiddleware
    is_tab = is_piece and htmx.target == STREAM
    etag = find_etag(get_booking(number), staff, kind=kind, now=now)
    if is_piece and not is_tab and request.headers.get("If-None-Match") == etag:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        found = get_whole(number)
        content = content_of(found, staff, kind=kind, before=before, now=now)
        context = {"content": content, "booking": found, "etag": etag, "is_piece": is_piece}
        if not is_piece:
            context["panel"] = note_field(found, staff)
        name = "stream" if is_tab else "live" if is_piece else "booking"
        answer = render(request, f"staff/bookings/page/{name}.html", context)
    answer["ETag"] = etag
    patch_vary_headers(answer, ["HX-Request", "HX-Target"])
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("change_status")
def booking_status(request: HttpRequest, number: int) -> HttpResponseBase:
    """Where the booking may go, and why not (GET); start or complete it (POST)."""
    found = get_booking(number)
    staff = cast(StaffRequest, request).staff
    if request.method != "POST":
        return _show_moves(request, found, staff)
    if request.POST.get("to") == Status.COMPLETED:
        return _complete(request, found, staff)
    return _start(request, found, staff)


@require_POST
@staff_page("handle_documents")
def booking_certificate(request: HttpRequest, number: int) -> HttpResponseBase:
    """The building's certificate was issued, and is on file."""
    found = get_booking(number)
    staff = cast(StaffRequest, request).staff
    try:
        services.file_certificate(staff, found.pk, now=clock.now(), request=request)
    except CertificateNotNeededError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The certificate is on file."))
    return redirect(request, booking_address(found.number))


def _start(request: HttpRequest, found: Booking, staff: StaffProfile) -> HttpResponseBase:
    form = StartForm(request.POST)
    asks_reason = money_state(found).to_pay_cents > 0 and staff.may("override_payment")
    is_disputed = found.pk in disputed_among([found])
    form.ask(unpaid=asks_reason, disputed=is_disputed)
    if not form.is_valid():
        return _show_moves(request, found, staff, form=form, status=422)
    try:
        services.start(
            staff,
            found.pk,
            revision=read_seen(request.POST).revision,
            unpaid_reason=form.cleaned_data["reason"] if asks_reason else "",
            disputed_reason=form.cleaned_data["disputed_reason"] if is_disputed else "",
            now=clock.now(),
            request=request,
        )
    except (StartRefusedError, BookingChangedError) as refusal:
        return _refused(request, found, staff, refusal, form=form)
    messages.success(request, _("%(code)s is under way.") % {"code": found.code})
    return redirect(request, booking_address(found.number))


def _complete(request: HttpRequest, found: Booking, staff: StaffProfile) -> HttpResponseBase:
    revision = read_seen(request.POST).revision
    try:
        services.complete(staff, found.pk, revision=revision, now=clock.now(), request=request)
    except (TransitionError, BookingChangedError) as refusal:
        return _refused(request, found, staff, refusal)
    messages.success(request, _("%(code)s is completed.") % {"code": found.code})
    return redirect(request, booking_address(found.number))


def _refused(
    request: HttpRequest,
    found: Booking,
    staff: StaffProfile,
    refusal: Exception,
    *,
    form: StartForm | None = None,
) -> HttpResponse:
    """Nothing was saved: why, what others did meanwhile, and where the booking may go now."""
    found.refresh_from_db()
    changes = changes_since(found, read_seen(request.POST))
    more = {"refusal": str(refusal), "changes": changes}
    return _show_moves(request, found, staff, form=form, status=409, **more)


def _show_moves(
    request: HttpRequest,
    found: Booking,
    staff: StaffProfile,
    *,
    form: StartForm | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    money = money_state(found)
    is_disputed = found.pk in disputed_among([found])
    context = {
        "booking": found,
        "money": money,
        "moves": moves_of(found, money, staff, is_disputed=is_disputed),
        "form": form or StartForm(),
        "seen": seen_now(found),
        "is_early": clock.today(clock.now()) < found.pickup_date,
    }
    name = "staff/bookings/page/booking_status.html"
    return render(request, name, context | more, status=status)
