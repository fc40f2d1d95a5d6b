"""Staff close a day while customers book it; two of the staff set one van. On PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from unittest import mock

import pytest
from django.db import connections, transaction

from booking.models import Booking, Day, VanDay
from booking.services import create, days, room
from booking.services.days import ChangedMeanwhileError, UnfitError, VanRules
from booking.services.order import NewBooking
from booking.services.room import NoRoomError
from tests.booking.services.fleet import CLOSED, NOW, TUESDAY, seen_day, seen_van, set_day, set_van
from tests.factories import make_catalogue, make_order
from totetaxi.lib.actor import GUEST

BUYERS = 8
ROUNDS = 5

pytestmark = [
    pytest.mark.race,
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
]


def at_once(*acts: Callable[[], str]) -> list[str]:
    """Run all of them at the same moment; what each came to."""
    start = Barrier(len(acts))

    def run(act: Callable[[], str]) -> str:
        start.wait()
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def buy(order: NewBooking) -> str:
    try:
        with transaction.atomic():
            create.create_booking(
                order, expected_total_cents=None, hold_until=NOW, by=GUEST, now=NOW
            )
    except (NoRoomError, create.OrderRefusedError):
        return "refused"
    return "booked"


def close(token: str) -> str:
    try:
        set_day(CLOSED, seen=token)
    except UnfitError:
        return "shown first"
    return "closed"


def race_for_the_day() -> list[str]:
    """One who closes, and many who book."""
    make_catalogue()
    token = seen_day()
    orders = [make_order(now=NOW, pickup_date=TUESDAY) for _buyer in range(BUYERS)]
    return at_once(lambda: close(token), *[lambda order=order: buy(order) for order in orders])


def test_day_is_never_closed_over_a_booking_that_nobody_was_shown() -> None:
    for _round in range(ROUNDS):
        closing, *buying = race_for_the_day()
        is_closed = Day.objects.filter(date=TUESDAY, is_closed=True).exists()
        assert is_closed == (closing == "closed")
        assert Booking.objects.filter(room_held=True).count() == buying.count("booked")
        if is_closed:
            assert buying == ["refused"] * BUYERS
        Booking.objects.all().delete()
        Day.objects.all().delete()


def test_without_the_lock_the_same_race_closes_over_bookings() -> None:
    """The control: were this to hold as well, the test above would prove nothing."""

    def is_closed_over_bookings() -> bool:
        closing, *buying = race_for_the_day()
        Booking.objects.all().delete()
        Day.objects.all().delete()
        return closing == "closed" and "booked" in buying

    with (
        mock.patch.object(room, "lock_day", return_value=None),
        mock.patch.object(
            days, "lock_day", side_effect=lambda day: Day.objects.get_or_create(date=day)[0]
        ),
    ):
        assert any(is_closed_over_bookings() for _round in range(4 * ROUNDS))


def test_second_of_two_changes_of_one_van_is_told() -> None:
    make_catalogue()

    def change(pieces: int, token: str) -> str:
        try:
            set_van(2, VanRules(in_service=True, pieces=pieces), seen=token)
        except ChangedMeanwhileError:
            return "told"
        return f"saved {pieces}"

    for _round in range(ROUNDS):
        token = seen_van(2)
        ends = at_once(partial(change, 40, token), partial(change, 50, token))
        assert sorted(ends)[1] == "told"
        assert f"saved {VanDay.objects.get().pieces}" in ends
        VanDay.objects.all().delete()
