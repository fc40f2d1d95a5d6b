"""A paid booking at a known time, and its planned confirmation."""

from datetime import UTC, date, datetime

import pytest
from django.db import transaction

from booking.models import Booking, Message, MessageKind
from booking.services.cancel import cancel_booking
from booking.services.confirm import confirm_booking
from booking.services.status import lock_booking
from tests.factories import make_booking, make_catalogue
from totetaxi.lib.actor import SYSTEM

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


@pytest.fixture
def catalogue(db):
    make_catalogue()


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def confirmed_booking(catalogue):
    """A Petite with a certificate on Saturday, December 5, paid."""

    def make(**changes) -> Booking:
        facts = {"coi": True, "pickup_date": date(2026, 12, 5)} | changes
        booking = make_booking(now=NOW, **facts)
        with transaction.atomic():
            locked = lock_booking(booking.pk)
            confirm_booking(locked, by=SYSTEM, now=NOW)
        return locked

    return make


@pytest.fixture
def confirmation(confirmed_booking) -> Message:
    """The planned message of a booking that was just confirmed."""
    booking = confirmed_booking()
    return Message.objects.get(booking=booking, kind=MessageKind.CONFIRMED)


@pytest.fixture
def cancel():
    """Cancel a booking through its service."""

    def cancel(booking: Booking, reason: str = "staff") -> None:
        with transaction.atomic():
            cancel_booking(lock_booking(booking.pk), reason=reason, by=SYSTEM, now=NOW)

    return cancel
