"""An order was changed after Pay: its pending booking makes way for the next (DECISIONS.md, 6)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from booking.lifecycle import Status
from booking.models import Booking
from booking.services.cancel import cancel_booking
from booking.services.status import lock_booking
from payments.services.fit_links import end_links
from payments.services.open_payment import settled_payment
from payments.services.withdraw import withdraw_payment
from totetaxi.lib.actor import Actor

SUPERSEDED = "superseded"


def supersede_booking(booking_id: UUID, *, by: Actor, now: datetime) -> bool:
    """Cancel a pending booking and have its page closed; False when there is nothing to cancel.

    Money that comes all the same is refunded in full, as after any deliberate cancellation. A
    price that staff agreed on is not lost by an edit in the wizard: such a booking stays, and Pay
    says so.
    """
    with transaction.atomic():
        return supersede_locked(lock_booking(booking_id), by=by, now=now)


def supersede_locked(booking: Booking, *, by: Actor, now: datetime) -> bool:
    """The same for a booking that the caller has locked."""
    if booking.status != Status.PENDING or booking.price_overridden:
        return False
    if settled_payment(booking) is not None:
        return False
    withdraw_payment(booking, now=now)
    end_links(booking, now=now)
    cancel_booking(booking, reason=SUPERSEDED, by=by, now=now)
    return True
