"""Holds that ran out give back their room, once Stripe's page is closed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from booking.lifecycle import EXPIRED
from booking.models import AlertKind, Booking, raise_alert
from booking.services.cancel import cancel_booking
from booking.services.status import lock_booking
from payments.models import Payment
from payments.services.every import every
from payments.services.withdraw import plan_closing
from totetaxi.lib.actor import SYSTEM


def expire_holds(now: datetime) -> None:
    """End every pending booking whose hold ran out. Safe at any time, in several processes.

    A booking with a page at Stripe waits until that page is closed (from the queue), so that
    nobody can pay for room that was given away. A request to staff stays pending, without its
    room. Makes no call itself.
    """
    found = Booking.objects.holds_run_out(now).values_list("pk", flat=True)
    if error := every(lambda booking_id: _expire_hold(booking_id, now), found):
        raise error


def _expire_hold(booking_id: UUID, now: datetime) -> None:
    with transaction.atomic():
        booking = lock_booking(booking_id)
        if not Booking.objects.holds_run_out(now).filter(pk=booking_id).exists():
            return  # paid, or given more time, while we waited for the lock
        if booking.needs_staff:
            _give_back_room(booking)
            return
        payment = booking.payments.open().select_for_update().first()
        if payment is not None and payment.session_id is not None:
            if not payment.session_to_expire:
                plan_closing(payment, now=now)
            return
        if payment is not None:  # nobody was ever sent to a page of it
            payment.status = Payment.Status.EXPIRED
            payment.save(update_fields=["status", "updated_at"])
        cancel_booking(booking, reason=EXPIRED, by=SYSTEM, now=now)


def _give_back_room(booking: Booking) -> None:
    """Nobody took up a locked request in time: staff still can, if there is room then."""
    booking.room_held = False
    booking.hold_expires_at = None
    booking.save(update_fields=["room_held", "hold_expires_at", "updated_at"])
    raise_alert(
        AlertKind.REQUEST,
        about=f"booking:{booking.pk}",
        summary=_("%(code)s waits for staff; its place in the van was given back.")
        % {"code": booking.code},
        booking=booking,
    )
