"""A pending booking whose room was given back takes it again when money is asked for, or came."""

from __future__ import annotations

from datetime import datetime

from booking.catalogue.snapshot import get_snapshot
from booking.models import Booking
from booking.services.room import take_room_for


def take_room_again(booking: Booking, *, now: datetime) -> None:
    """Set the van and `room_held` of a locked booking that has no room; the caller saves it.

    What is too much for any van is arranged by hand (DECISIONS.md, 17). Raises NoRoomError.
    """
    fits = booking.room_pieces <= get_snapshot().book.limits.online_max_pieces
    if booking.room_held or not fits:
        return
    booking.van = take_room_for(booking, now=now)
    booking.room_held = True
