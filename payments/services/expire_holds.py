"""Holds that ran out give back their room, once Stripe's page is closed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from booking.lifecycle import EXPIRED
from booking.models import Booking
from booking.services.cancel import cancel_booking
from booking.services.status import lock_booking
from payments.models import Payment
from payments.services.fulfil import plan_closing
from totetaxi.lib.actor import SYSTEM


def expire_holds(now: datetime) -> None:
    """End every pending booking whose hold ran out. Safe at any time, in several processes.

    A booking with a page at Stripe waits until that page is closed (from the queue), so that
    nobody can pay for room that was given away. Makes no call itself.
    """
    for booking_id in Booking.objects.holds_run_out(now).values_list("pk", flat=True):
        _expire_hold(booking_id, now)


def _expire_hold(booking_id: UUID, now: datetime) -> None:
    with transaction.atomic():
        booking = lock_booking(booking_id)
        if not Booking.objects.holds_run_out(now).filter(pk=booking_id).exists():
            return  # paid, or given more time, while we waited for the lock
        payment = booking.payments.open().select_for_update().first()
        if payment is not None and payment.session_id is not None:
            if not payment.session_to_expire:
                plan_closing(payment, now=now)
            return
        if payment is not None:  # nobody was ever sent to a page of it
            payment.status = Payment.Status.EXPIRED
            payment.save(update_fields=["status", "updated_at"])
        cancel_booking(booking, reason=EXPIRED, by=SYSTEM, now=now)
