"""The ETag of a booking's page, its money included."""

from datetime import datetime
from uuid import UUID

from django.db.models import Max, OuterRef, Subquery

from booking.models import Booking
from booking.models.booking import BookingQuerySet
from booking.tracking import freshness
from payments.models import Payment, Refund

_MONEY = {
    "last_payment": Subquery(
        Payment.objects.filter(booking=OuterRef("pk"))
        .order_by()
        .values("booking")
        .annotate(last=Max("updated_at"))
        .values("last")
    ),
    "last_refund": Subquery(
        Refund.objects.filter(payment__booking=OuterRef("pk"))
        .order_by()
        .values("payment__booking")
        .annotate(last=Max("updated_at"))
        .values("last")
    ),
}


def with_freshness(rows: BookingQuerySet) -> BookingQuerySet:
    """Each booking with what `etag_of` needs."""
    return freshness.with_freshness(rows, **_MONEY)


def etag_of(booking: Booking, now: datetime) -> str:
    """The ETag of a booking from `with_freshness`."""
    return freshness.etag_of(booking, now, *_MONEY)


def find_etag(rows: BookingQuerySet, booking_id: UUID, now: datetime) -> str | None:
    """The same with one query; None for a booking that is not among `rows`."""
    return freshness.find_etag(rows, booking_id, now, **_MONEY)
