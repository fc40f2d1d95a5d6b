"""A booking ends before it is done."""

from datetime import datetime

from booking.lifecycle import Status
from booking.models import Booking
from booking.services.discounts import release_redemption
from booking.services.status import change_status
from totetaxi.lib.actor import Actor


def cancel_booking(booking: Booking, *, reason: str, by: Actor, now: datetime) -> None:
    """Cancel a locked booking: its room and its discount code are given back.

    `reason` is `expired`, `superseded`, `customer`, `staff` or `late_payment`. Open payments are
    the caller's matter. Raises TransitionError when the booking is final.
    """
    change_status(booking, Status.CANCELLED, by=by, now=now, reason=reason)
    release_redemption(booking, now=now)
