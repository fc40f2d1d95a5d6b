"""Another van for a booking, on its day."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from booking.availability.misfits import Kept, Misfit, why_not_in
from booking.availability.types import DayLoad
from booking.catalogue.calendar import load_calendar
from booking.lifecycle import ACTIVE, Status
from booking.models import Booking
from booking.services.create import REQUEST_HOLD
from booking.services.fit import refit
from booking.services.room import lock_day
from booking.services.status import lock_booking


class VanRefusedError(Exception):
    """The booking cannot go into that van; `why` is None when it is over, or in another van now."""

    def __init__(self, booking: Booking, why: Misfit | None) -> None:
        self.booking = booking
        self.why = why
        super().__init__(f"no room: {why}" if why else "the booking is not as it was shown")


def why_not_into(load: DayLoad, booking: Booking, van_id: UUID) -> Misfit | None:
    """Why a booking cannot go into a van of its day, or None. `load` is the day without it.

    A cap stops only what holds no room yet: from van to van, the day holds no more than before.
    """
    need = Kept(
        booking.number,
        van_id,
        booking.room_pieces,
        booking.room_needs_rack,
        booking.room_whole_van,
    )
    if load.is_closed:
        return Misfit.CLOSED
    van = next((each for each in load.vans if each.id == van_id), None)
    if van is None:
        return Misfit.NO_SERVICE
    if (why := why_not_in(van, need)) is not None:
        return why
    if booking.room_held or load.cap_pieces is None:
        return None
    return Misfit.OVER_CAP if load.used_pieces + need.pieces > load.cap_pieces else None


def assign_van(booking_id: UUID, van_id: UUID, *, seen: UUID | None, now: datetime) -> Booking:
    """Put a booking into a van of its day that has room for it. A booking without room gets some.

    `seen` is the van in which the person saw it; None: in none. Room that a pending booking gets is
    held for 72 hours, as where any other change of it finds room. Raises VanRefusedError.
    """
    with transaction.atomic():
        booking = lock_booking(booking_id)
        if booking.van_id != seen or booking.status not in ACTIVE:
            raise VanRefusedError(booking, None)
        lock_day(booking.pickup_date)
        load = load_calendar([booking.pickup_date], without=booking.pk)[booking.pickup_date]
        if (why := why_not_into(load, booking, van_id)) is not None:
            raise VanRefusedError(booking, why)
        if not booking.room_held and booking.status == Status.PENDING:
            booking.hold_expires_at = max(booking.hold_expires_at or now, now + REQUEST_HOLD)
        booking.van_id, booking.room_held = van_id, True
        booking.save(update_fields=["van", "room_held", "hold_expires_at", "updated_at"])
        refit(booking.pickup_date, now=now)
    return booking
