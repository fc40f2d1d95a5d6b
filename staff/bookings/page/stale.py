"""Two people at one booking: whoever saves second is told what the first one changed."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from booking.models import Booking, BookingEvent
from staff.bookings.page.entries import Entry, event_entry


class BookingChangedError(Exception):
    """The booking is another than when its page was opened; nothing was saved."""

    def __init__(self, booking: Booking) -> None:
        self.booking = booking
        super().__init__(_("Somebody changed this booking since you opened it."))


@dataclass(frozen=True)
class Seen:
    """What of a booking somebody had before their eyes: its revision, and the newest event."""

    revision: int
    event: int


def seen_now(booking: Booking) -> Seen:
    """What a form carries. One query."""
    newest = booking.events.order_by("-id").values_list("id", flat=True).first()
    return Seen(booking.revision, newest or 0)


def read_seen(posted: dict[str, str]) -> Seen:
    """What came back with a form; nothing that can be read is taken for nothing seen."""
    return Seen(_number(posted.get("revision", "")), _number(posted.get("seen", "")))


def check_revision(booking: Booking, revision: int) -> None:
    """Raise BookingChangedError unless a locked booking is the one that was seen."""
    if booking.revision != revision:
        raise BookingChangedError(booking)


def changes_since(booking: Booking, seen: Seen) -> list[Entry]:
    """Who did what to a booking since it was seen, newest first. One query."""
    rows = BookingEvent.objects.filter(booking=booking, pk__gt=seen.event).select_related("actor")
    return [event_entry(event, {}) for event in rows.order_by("-id")[:5]]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
