"""A person's own booking: the lookup and the permission are one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from accounts.bookings.freshness import with_freshness
from booking.models import Booking, ChangeRequest, Document, Message, MessageKind
from booking.models.booking import BookingQuerySet
from booking.tracking.access import visible_to
from totetaxi.lib.htmx import redirect
from totetaxi.lib.ratelimit import Limit

# Changes asked for, withdrawn and asked for again: each sends a mail.
CHANGES = Limit("booking-changes", times=20, seconds=3600)


def get_booking(request: HttpRequest, booking_id: UUID) -> Booking:
    """A booking that this browser may see, with its addresses, lines and contact.

    Raises Http404 for any other.
    """
    return _get(visible_to(request).prefetch_related("addresses", "lines"), booking_id)


def get_paid_booking(request: HttpRequest, booking_id: UUID) -> Booking:
    """A booking with its payments and their refunds."""
    rows = visible_to(request).prefetch_related("addresses", "lines", "payments__refunds")
    return _get(rows, booking_id)


def get_whole_booking(request: HttpRequest, booking_id: UUID) -> Booking:
    """A booking with everything that its page shows, and what `freshness.etag_of` needs."""
    rows = with_freshness(visible_to(request)).prefetch_related(
        "addresses",
        "lines",
        "events",
        "payments__refunds",
        "change_requests",
        Prefetch("messages", _letters()),
        Prefetch("documents", Document.objects.stored().order_by("-issued_at", "-revision")),
    )
    return _get(rows, booking_id)


def open_request(booking: Booking) -> ChangeRequest | None:
    """What is asked for and not decided. One query, unless `change_requests` are prefetched."""
    opened = ChangeRequest.State.OPEN
    return next((row for row in booking.change_requests.all() if row.state == opened), None)


def to_booking(request: HttpRequest, booking: Booking) -> HttpResponseBase:
    """Back to the booking's page."""
    return redirect(request, reverse("accounts:booking", args=[booking.pk]))


def too_often(request: HttpRequest, booking: Booking, now: datetime) -> HttpResponse | None:
    """The answer to somebody who changes a booking all the time; None for everybody else."""
    if CHANGES.take(str(booking.pk), now=now):
        return None
    return render(request, "accounts/booking/too_often.html", {"booking": booking}, status=429)


def _get(rows: BookingQuerySet, booking_id: UUID) -> Booking:
    booking = rows.select_related("customer__customer_profile").filter(pk=booking_id).first()
    if booking is None:
        raise Http404
    return booking


def _letters() -> QuerySet[Message]:
    """What was sent to the person about the booking, newest first, without its bodies."""
    return (
        Message.objects.filter(state=Message.Progress.SENT)
        .exclude(kind=MessageKind.STAFF_ALERT)
        .only("booking_id", "subject", "recipient", "sent_at")
        .order_by("-sent_at", "-created_at")
    )
