"""A booking's page, its calendar file and its private links."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.bookings.content import booking_content
from accounts.bookings.freshness import etag_of, find_etag
from accounts.bookings.own import get_booking, get_whole_booking
from booking.lifecycle import Status
from booking.models import AccessToken, Booking
from booking.notifications.invite import render_calendar
from booking.notifications.links import absolute
from booking.tracking.access import private_page, visible_to
from totetaxi.lib import clock
from totetaxi.lib.htmx import is_fragment_request, render_page
from totetaxi.lib.ratelimit import Limit

NEW_LINKS = Limit("new-links", times=10, seconds=3600)


@require_safe
@private_page
def booking(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """The booking as it stands: first its confirmation, later where the van is.

    The page asks for itself again by a fragment request with the ETag that it has.
    """
    now = clock.now()
    if is_fragment_request(request):
        etag = find_etag(visible_to(request), booking_id, now)
        if etag and request.headers.get("If-None-Match") == etag:
            return HttpResponseNotModified(headers={"ETag": etag})
    found = get_whole_booking(request, booking_id)
    return _show(request, found, fragment="accounts/booking/live.html")


@require_safe
@private_page
def booking_calendar(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """Both appointments as an .ics; of a cancelled booking, their cancellation."""
    found = get_booking(request, booking_id)
    if found.status == Status.PENDING:
        raise Http404
    text = render_calendar(found, now=clock.now())
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.code}.ics"'
    return response


@require_POST
@private_page
def booking_link(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """A new private link, shown once: only its hash is kept."""
    found = get_whole_booking(request, booking_id)
    fragment = "accounts/booking/private_link.html"
    if not NEW_LINKS.take(str(found.pk), now=clock.now()):
        return _show(request, found, fragment=fragment, link="", status=422)
    token = AccessToken.issue(booking=found)
    link = absolute(reverse("booking:open_link", args=[token]))
    return _show(request, found, fragment=fragment, link=link)


def _show(
    request: HttpRequest,
    booking: Booking,
    *,
    fragment: str,
    link: str | None = None,
    status: int = 200,
) -> HttpResponse:
    now = clock.now()
    etag = etag_of(booking, now)
    context: dict[str, Any] = {
        "content": booking_content(booking, now),
        "booking": booking,
        "etag": etag,
        "link": link,
        "offers_account": booking.customer_id is None and not request.user.is_authenticated,
    }
    response = render_page(
        request, "accounts/booking/booking.html", context, fragment=fragment, status=status
    )
    response["ETag"] = etag
    return response
