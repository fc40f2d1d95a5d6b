"""Holds that ran out give back their room, once Stripe's page is closed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from booking.models import Booking
from booking.services.status import lock_booking
from payments.models import Payment
from payments.services.end_hold import end_hold
from payments.services.every import every
from payments.services.withdraw import plan_closing


def expire_holds(now: datetime) -> None:
    """End every pending booking whose hold ran out. Safe at any time, in several processes.

    A booking with a page at Stripe waits until that page is closed (from the queue), so that
    nobody can pay for room that was given away. Makes no call itself.
    """
    found = Booking.objects.holds_run_out(now).values_list("pk", flat=True)
    if error := every(lambda booking_id: _expire_hold(booking_id, now), found):
        raise error


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
        end_hold(booking, now=now)
