"""Fifty buyers race for the last room of a day, with real threads on PostgreSQL."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from unittest import mock

import pytest
from django.db import connections, transaction
from django.db.models import Sum

from booking.models import Booking
from booking.services import create, room
from booking.services.order import NewBooking
from booking.services.room import NoRoomError
from tests.factories import make_catalogue, make_order
from totetaxi.lib.actor import GUEST
from totetaxi.lib.clock import now as clock_now

BUYERS = 50
# Two vans of 60 pieces, 30 a Mini Move Standard.
ROOM = 4

pytestmark = [
    pytest.mark.race,
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
]


def buy(order: NewBooking, start: Barrier) -> str:
    start.wait()
    now = clock_now()
    try:
        with transaction.atomic():
            create.create_booking(
                order, expected_total_cents=None, hold_until=now, by=GUEST, now=now
            )
    except NoRoomError as full:
        return "full" if full.nearest else "full, no way forward"
    else:
        return "booked"
    finally:
        connections.close_all()


def race() -> list[str]:
    make_catalogue()
    now = clock_now()
    start = Barrier(BUYERS)
    orders = [make_order(now=now, package="standard", items=20) for _ in range(BUYERS)]
    with ThreadPoolExecutor(BUYERS) as pool:
        return list(pool.map(lambda order: buy(order, start), orders))


@contextmanager
def no_lock() -> Iterator[None]:
    with mock.patch.object(room, "lock_day", return_value=None):
        yield


def test_last_room_goes_to_exactly_as_many_as_fit() -> None:
    outcomes = race()
    assert outcomes.count("booked") == ROOM
    assert outcomes.count("full") == BUYERS - ROOM
    held = Booking.objects.filter(room_held=True).values_list("van__number")
    assert sorted(held.annotate(Sum("room_pieces"))) == [(1, 60), (2, 60)]
    numbers = sorted(Booking.objects.values_list("number", flat=True))
    assert numbers == list(range(1, ROOM + 1))


def test_without_the_lock_the_same_race_sells_too_much() -> None:
    """The control: were this to pass with room for all, the test above would prove nothing."""
    with no_lock():
        outcomes = race()
    assert outcomes.count("booked") > ROOM
