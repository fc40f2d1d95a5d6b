"""A signed-in customer on Sunday, November 22, 2026, at 10:00 in New York, and their bookings."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from accounts.models import User
from booking.lifecycle import Status
from booking.models import Booking
from booking.services.confirm import confirm_booking
from booking.services.status import change_status, lock_booking
from payments.models import Payment
from tests.factories import make_booking, make_catalogue, make_customer
from totetaxi.lib.actor import SYSTEM

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def frozen(db: None) -> Iterator[time_machine.Traveller]:
    cache.clear()
    make_catalogue()
    with time_machine.travel(NOW, tick=False) as stopped:
        yield stopped


@pytest.fixture
def customer() -> User:
    return make_customer("claire@example.com")


@pytest.fixture
def signed_in(client: Client, customer: User) -> Client:
    client.force_login(customer)
    return client


@pytest.fixture
def book(customer: User) -> Callable[..., Booking]:
    """A booking of the customer's on Saturday, December 5, moved to a status and paid for."""

    def book(status: str = "paid", **changes: Any) -> Booking:
        facts = {"pickup_date": date(2026, 12, 5), "customer_id": customer.pk}
        booking = make_booking(now=NOW, **(facts | changes))
        with transaction.atomic():
            locked = lock_booking(booking.pk)
            if status != "pending":
                pay(locked)
                confirm_booking(locked, by=SYSTEM, now=NOW)
            for step in (Status.IN_PROGRESS, Status.COMPLETED):
                if status in {step, Status.COMPLETED}:
                    change_status(locked, step, by=SYSTEM, now=NOW)
        return locked

    return book


@pytest.fixture
def past(book: Callable[..., Booking]) -> Callable[..., Booking]:
    """A delivered booking of an earlier day, as if it had been booked then."""

    def past(day: date, **changes: Any) -> Booking:
        booking = book("completed", **changes)
        moved = {
            "pickup_date": day,
            "pickup_at": datetime(day.year, day.month, day.day, 14, tzinfo=UTC),
        }
        Booking.objects.filter(pk=booking.pk).update(**moved, updated_at=moved["pickup_at"])
        booking.refresh_from_db()
        return booking

    return past


def pay(booking: Booking, cents: int | None = None) -> Payment:
    """Money for a booking, as it would have come from Stripe."""
    return Payment.objects.create(
        booking=booking,
        method=Payment.Method.OFFLINE,
        offline_way=Payment.OfflineWay.TRANSFER,
        proof="Transfer 12",
        purpose=Payment.Purpose.BOOKING,
        status=Payment.Status.SUCCEEDED,
        amount_cents=booking.total_cents if cents is None else cents,
        captured_cents=booking.total_cents if cents is None else cents,
        actor_kind=SYSTEM.kind,
        succeeded_at=NOW,
    )
