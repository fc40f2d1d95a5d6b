"""A booking's own pages: in by a private link, then at a clean address."""

from email.utils import parseaddr
from uuid import UUID

from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
)
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from booking.lifecycle import Status
from booking.models import AccessToken, Booking
from booking.notifications.invite import render_calendar
from booking.notifications.links import absolute
from booking.tracking.access import grant, private_page, visible_to
from booking.tracking.freshness import etag_of, find_etag, with_last_event
from booking.tracking.page import booking_page
from totetaxi.lib import clock
from totetaxi.lib.htmx import is_fragment_request, redirect, render_page
from totetaxi.lib.ratelimit import Limit, client_ip

WRONG_TOKENS = Limit("wrong-tokens", times=20, seconds=600)
NEW_LINKS = Limit("new-links", times=10, seconds=3600)


@require_safe
@private_page
def open_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """A private link: this browser may see its booking from now on, at an address without token."""
    now = clock.now()
    sender = client_ip(request)
    if WRONG_TOKENS.is_reached(sender, now=now):
        return render(request, "booking/tracking/too_many.html", status=429)
    found = AccessToken.find(token)
    if found is None or found.booking is None or found.booking.deleted_at:
        WRONG_TOKENS.count(sender, now=now)
        return render(request, "booking/tracking/wrong_link.html", status=404)
    found.mark_used(now)
    grant(request, found.booking)
    return redirect(request, reverse("booking:confirmation", args=[found.booking.pk]))


@require_safe
@private_page
def confirmation(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """The booking as it stands: first its confirmation, later where the van is.

    The page asks for itself again by a fragment request with the ETag that it has.
    """
    now = clock.now()
    if is_fragment_request(request):
        etag = find_etag(visible_to(request), booking_id, now)
        if etag and request.headers.get("If-None-Match") == etag:
            return HttpResponseNotModified(headers={"ETag": etag})
    booking = _get_booking(request, booking_id)
    return _show(request, booking, fragment="booking/tracking/live.html")


@require_safe
@private_page
def calendar_file(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """Both appointments as an .ics; of a cancelled booking, their cancellation."""
    booking = _get_booking(request, booking_id)
    if booking.status == Status.PENDING:
        raise Http404
    text = render_calendar(booking, now=clock.now())
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{booking.code}.ics"'
    return response


@require_POST
@private_page
def private_link(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """A new private link, shown once: only its hash is kept."""
    booking = _get_booking(request, booking_id)
    if not NEW_LINKS.take(str(booking.pk), now=clock.now()):
        return _show(
            request, booking, fragment="booking/tracking/private_link.html", link="", status=422
        )
    token = AccessToken.issue(booking=booking)
    link = absolute(reverse("booking:open_link", args=[token]))
    return _show(request, booking, fragment="booking/tracking/private_link.html", link=link)


def _get_booking(request: HttpRequest, booking_id: UUID) -> Booking:
    """A booking that this browser may see, with all that its page shows. Raises Http404."""
    booking = (
        with_last_event(visible_to(request))
        .select_related("customer__customer_profile")
        .prefetch_related("addresses", "lines", "events")
        .filter(pk=booking_id)
        .first()
    )
    if booking is None:
        raise Http404
    return booking


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
    context = {
        "page": booking_page(booking, now),
        "booking": booking,
        "etag": etag,
        "pay_url": _pay_url(booking),
        "mail_to": _mail_to(booking),
        "link": link,
    }
    response = render_page(
        request, "booking/confirmation.html", context, fragment=fragment, status=status
    )
    response["ETag"] = etag
    return response


def _mail_to(booking: Booking) -> str:
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return f"mailto:{address}?subject={booking.code}"


def _pay_url(booking: Booking) -> str:
    """Where the payment goes on, a name of the layer above; empty where nothing is to be paid."""
    if booking.status != Status.PENDING or booking.needs_staff:
        return ""
    return reverse("payments:retry", args=[booking.pk])
