"""Whose row is locked first: the booking, then its payment."""

from __future__ import annotations

from uuid import UUID

from booking.models import Booking
from payments.models import Payment


def lock_payment(payment_id: UUID) -> tuple[Booking, Payment]:
    """A payment and its booking, both locked until the caller's transaction ends.

    A deleted booking is found too: money may still come for it.
    """
    booking_id = Payment.objects.values_list("booking_id", flat=True).get(pk=payment_id)
    booking = Booking.all_objects.select_for_update().get(pk=booking_id)
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    payment.booking = booking
    return booking, payment
