"""Bookings that their customers have paid, without Stripe's sandbox."""

from typing import Any

from django.db import transaction

from booking.models import Booking
from booking.services.confirm import confirm_booking
from tests.factories.bookings import make_booking
from tests.factories.money import make_payment
from totetaxi.lib import clock
from totetaxi.lib.actor import SYSTEM


def make_paid_booking(**order: Any) -> Booking:
    """A booking of the total that its order comes to, paid by card and confirmed."""
    booking = make_booking(**order)
    if booking.total_cents:
        make_payment(booking)
    with transaction.atomic():
        confirm_booking(booking, by=SYSTEM, now=clock.now())
    return booking
