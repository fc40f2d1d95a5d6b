"""Whether a booking's page has changed since it was last fetched, asked with one small query."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery

from booking.models import Booking, BookingEvent
from booking.models.booking import BookingQuerySet
from totetaxi.lib.clock import today


def with_last_event(rows: BookingQuerySet) -> BookingQuerySet:
    """Each booking with `last_event`, the key of its newest event."""
    newest = BookingEvent.objects.filter(booking=OuterRef("pk")).order_by("-id").values("id")[:1]
    return rows.annotate(last_event=Subquery(newest))


def etag_of(booking: Booking, now: datetime) -> str:
    """The ETag of a booking from `with_last_event`: new with each event, change, and day."""
    facts = (booking.pk, booking.updated_at, booking.last_event, today(now))  # type: ignore[attr-defined]  # annotated
    return _etag(facts)


def find_etag(rows: BookingQuerySet, booking_id: UUID, now: datetime) -> str | None:
    """The same, straight from the database; None for a booking that is not among `rows`."""
    facts = (
        with_last_event(rows.filter(pk=booking_id))
        .values_list("pk", "updated_at", "last_event")  # type: ignore[misc]  # annotated
        .first()
    )
    return _etag((*facts, today(now))) if facts else None


def _etag(facts: tuple[Any, ...]) -> str:
    return '"' + hashlib.sha256(repr(facts).encode()).hexdigest()[:24] + '"'
