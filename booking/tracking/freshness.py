"""Whether a booking's page has changed since it was last fetched, asked with one small query."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, OuterRef, Subquery

from booking.models import Booking, BookingEvent, ChangeRequest, Message
from booking.models.booking import BookingQuerySet
from totetaxi.lib.clock import today

# What the page shows beside the booking's own row. A layer above may add what it knows more of.
_SEEN = {
    "last_event": Subquery(
        BookingEvent.objects.filter(booking=OuterRef("pk")).order_by("-id").values("id")[:1]
    ),
    "last_request": Subquery(
        ChangeRequest.objects.filter(booking=OuterRef("pk"))
        .order_by()
        .values("booking")
        .annotate(last=Max("updated_at"))
        .values("last")
    ),
    "messages_sent": Subquery(
        Message.objects.filter(booking=OuterRef("pk"), state=Message.Progress.SENT)
        .order_by()
        .values("booking")
        .annotate(sent=Count("pk"))
        .values("sent")
    ),
}


def with_freshness(rows: BookingQuerySet, **more: Subquery) -> BookingQuerySet:
    """Each booking with what `etag_of` needs. `more` are further facts, by name."""
    return rows.annotate(**_SEEN, **more)


def etag_of(booking: Booking, now: datetime, *more: str) -> str:
    """The ETag of a booking from `with_freshness`: new with everything shown, and each day.

    `more` are the names of the further facts.
    """
    names = ("pk", "updated_at", *_SEEN, *more)
    return _etag((*(getattr(booking, name) for name in names), today(now)))


def find_etag(
    rows: BookingQuerySet, booking_id: UUID, now: datetime, **more: Subquery
) -> str | None:
    """The same, straight from the database; None for a booking that is not among `rows`."""
    facts = (
        with_freshness(rows.filter(pk=booking_id), **more)
        .values_list("pk", "updated_at", *_SEEN, *more)
        .first()
    )
    return _etag((*facts, today(now))) if facts else None


def _etag(facts: tuple[Any, ...]) -> str:
    return '"' + hashlib.sha256(repr(facts).encode()).hexdigest()[:24] + '"'
