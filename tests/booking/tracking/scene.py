"""Bookings in each state at a known time, and browsers that may see them."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from booking.lifecycle import Status
from booking.models import AccessToken, Booking
from booking.services.cancel import cancel_booking
from booking.services.confirm import confirm_booking
from booking.services.status import change_status, lock_booking
from tests.factories import make_booking, make_catalogue
from totetaxi.lib.actor import SYSTEM

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def frozen(db) -> Iterator[None]:
    """Sunday, November 22, at 10 in the morning; no limit used up."""
    cache.clear()
    make_catalogue()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def book() -> Callable[..., Booking]:
    """A booking on Saturday, December 5, moved through the services to a status."""

    def book(status: str = "paid", **changes) -> Booking:
        facts = {"pickup_date": date(2026, 12, 5), "contact_email": "claire@example.com"}
        booking = make_booking(now=NOW, **(facts | changes))
        with transaction.atomic():
            locked = lock_booking(booking.pk)
            if status in {"paid", "in_progress", "completed"}:
                confirm_booking(locked, by=SYSTEM, now=NOW)
            if status in {"in_progress", "completed"}:
                change_status(locked, Status.IN_PROGRESS, by=SYSTEM, now=NOW)
            if status == "completed":
                change_status(locked, Status.COMPLETED, by=SYSTEM, now=NOW)
            if status in {"expired", "superseded", "customer", "staff"}:
                cancel_booking(locked, reason=status, by=SYSTEM, now=NOW)
        return locked

    return book


@pytest.fixture
def visitor() -> Callable[[Booking], Client]:
    """A browser that came by a booking's private link."""

    def visitor(booking: Booking) -> Client:
        client = Client()
        answer = client.get(f"/b/{AccessToken.issue(booking=booking)}/")
        assert answer.status_code == 303
        return client

    return visitor
