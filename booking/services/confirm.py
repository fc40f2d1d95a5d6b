"""A booking that is covered becomes paid, once."""

from datetime import datetime

from booking.lifecycle import EXPIRED, LATE_PAYMENT, Status
from booking.models import Booking, MessageKind, plan_message
from booking.services.discounts import restore_redemption
from booking.services.room import NoRoomError, take_room_for
from booking.services.status import change_status
from totetaxi.lib.actor import Actor


def confirm_booking(booking: Booking, *, by: Actor, now: datetime) -> None:
    """Make a locked pending booking paid and plan its confirmation.

    The money is the caller's matter. Raises TransitionError unless it is pending.
    """
    change_status(booking, Status.PAID, by=by, now=now)
    _plan_confirmation(booking)


def revive_booking(booking: Booking, *, by: Actor, now: datetime) -> bool:
    """Take back a locked booking that expired before its money came, if the van still has room.

    False, and nothing changed, where it was cancelled for another reason, its room is gone, or
    the person has booked the same time again (DECISIONS.md, 4).
    """
    if booking.status != Status.CANCELLED or booking.cancel_reason != EXPIRED:
        return False
    if booking.pickup_at <= now or _booked_again(booking):
        return False
    try:
        booking.van = take_room_for(booking, now=now)
    except NoRoomError:
        return False
    change_status(booking, Status.PAID, by=by, now=now, reason=LATE_PAYMENT)
    booking.room_held = True
    booking.save(update_fields=["van", "room_held", "updated_at"])
    restore_redemption(booking)
    _plan_confirmation(booking)
    return True


def _booked_again(booking: Booking) -> bool:
    return (
        Booking.objects.active()
        .filter(person_key=booking.person_key, pickup_at=booking.pickup_at)
        .exclude(pk=booking.pk)
        .exists()
    )


def _plan_confirmation(booking: Booking) -> None:
    plan_message(
        MessageKind.CONFIRMED,
        key=f"booking:{booking.pk}:confirmed",
        recipient=booking.contact.email,
        booking=booking,
    )
