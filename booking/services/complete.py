"""A trip is done: everything is set down."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from booking.lifecycle import Status
from booking.models import Booking
from booking.services.status import change_status, lock_booking
from totetaxi.lib.actor import Actor
from totetaxi.lib.contention import retried


@retried
def complete_booking(booking_id: UUID, *, by: Actor, now: datetime) -> Booking:
    """Complete a booking that is in progress, once: its room is given back. Answers it.

    Raises TransitionError for any other.
    """
    with transaction.atomic():
        booking = lock_booking(booking_id)
        change_status(booking, Status.COMPLETED, by=by, now=now)
    return booking
