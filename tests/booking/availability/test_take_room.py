"""Room is taken under the day's lock; a refusal names days that have some."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from booking.models import Booking, CatalogueVersion, Day, Van, VanDay
from booking.services.room import NoRoomError, lock_day, take_room
from tests.factories import make_booking, make_catalogue
from totetaxi.lib.clock import NEW_YORK

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 10, tzinfo=NEW_YORK)
TUESDAY = date(2026, 12, 1)
PETITE = {"pieces": 15, "whole_van": False, "needs_rack": False}
FULL = {"pieces": 60, "whole_van": True, "needs_rack": False}
CRIB = {"pieces": 5, "whole_van": False, "needs_rack": True}


@pytest.fixture(autouse=True)
def catalogue() -> None:
    make_catalogue()


def take(need: dict[str, object], **changes: object) -> int:
    with transaction.atomic():
        return take_room(TUESDAY, **(need | {"now": NOW} | changes)).number


def full_move() -> Booking:
    """A booking that takes a whole van on that Tuesday."""
    return make_booking(now=NOW, package="full", pickup_date=TUESDAY)


def test_van_1_is_filled_first() -> None:
    for _number in range(4):
        make_booking(now=NOW, pickup_date=TUESDAY)
    assert Booking.objects.filter(van__number=1, room_held=True).count() == 4
    assert take(PETITE) == 2


def test_room_that_is_given_back_is_taken_again() -> None:
    first = full_move()
    assert take(FULL) == 2
    Booking.objects.filter(pk=first.pk).update(room_held=False)
    assert take(FULL) == 1


def test_room_of_the_booking_that_moves_does_not_count() -> None:
    full_move()
    second = full_move()
    assert take(FULL, without=second.pk) == 2


def test_deleted_booking_holds_no_room() -> None:
    booking = full_move()
    Booking.objects.filter(pk=booking.pk).update(deleted_at=NOW)
    assert take(FULL) == 1


def test_no_room_names_the_nearest_days_of_the_service() -> None:
    full_move()
    full_move()
    Day.objects.filter(date=TUESDAY + timedelta(days=1)).delete()
    Day.objects.create(date=TUESDAY + timedelta(days=1), is_closed=True)
    with pytest.raises(NoRoomError) as refused:
        take(PETITE, service="mini_move")
    assert str(refused.value) == (
        "The last room on Tuesday, December 1, 2026 was just taken. Choose another day."
    )
    assert refused.value.nearest == (date(2026, 11, 29), date(2026, 11, 30), date(2026, 12, 3))


def test_closed_day_has_no_room() -> None:
    Day.objects.create(date=TUESDAY, is_closed=True)
    with pytest.raises(NoRoomError) as refused:
        take(PETITE)
    assert refused.value.refusal.code == "closed"


def test_only_a_van_with_a_rack_takes_specialty_items() -> None:
    full_move()
    with pytest.raises(NoRoomError):
        take(CRIB)
    VanDay.objects.create(van=Van.objects.get(number=2), date=TUESDAY, has_rack=True)
    assert take(CRIB) == 2


def test_lock_makes_the_day_once_and_changes_no_snapshot() -> None:
    stamp = CatalogueVersion.current_stamp()
    with transaction.atomic():
        first = lock_day(TUESDAY)
        assert lock_day(TUESDAY) == first
    assert (Day.objects.count(), CatalogueVersion.current_stamp()) == (1, stamp)


@pytest.mark.django_db(transaction=True)
def test_lock_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError):
        lock_day(TUESDAY)


def test_taking_room_costs_few_queries() -> None:
    take(PETITE)  # makes the day, and loads the snapshot
    with (
        transaction.atomic(),
        CaptureQueriesContext(
            connection,
        ) as queries,
    ):
        take_room(TUESDAY, **PETITE, now=NOW)
    # The day's lock, the stamp, what is held, the van.
    assert len(queries) == 4
