"""The fleet, and another van for a booking."""

from datetime import timedelta
from uuid import uuid4

import pytest

from booking.availability import Misfit
from booking.catalogue.snapshot import get_snapshot
from booking.models import Alert, Booking, Van, VanDay
from booking.services.assign import VanRefusedError, assign_van
from booking.services.days import (
    Change,
    ChangedMeanwhileError,
    DayRules,
    UnfitError,
    VanRules,
    VanUsual,
    token_of,
)
from booking.services.fleet import add_van, change_van, van_usual
from tests.booking.services.fleet import (
    CLOSED,
    NOW,
    OUT,
    TUESDAY,
    numbers,
    set_day,
    set_van,
    van,
)
from tests.factories import make_booking, make_catalogue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def catalogue() -> None:
    make_catalogue()


def booked(**changes: object) -> Booking:
    return make_booking(now=NOW, **({"pickup_date": TUESDAY} | changes))


def change(number: int, *, seen: str = "", confirmed: str = "", **values: object) -> Change:
    row = van(number)
    usual = VanUsual(
        **(
            {
                "name": row.name,
                "pieces": row.pieces,
                "has_rack": row.has_rack,
                "is_active": row.is_active,
            }
            | values
        )
    )
    _van, done = change_van(
        row, usual, seen=seen or token_of(van_usual(row)), confirmed=confirmed, now=NOW
    )
    return done


def test_new_van_has_the_next_number_and_takes_bookings() -> None:
    assert add_van(VanUsual("Sprinter", 60, has_rack=False, is_active=True)).number == 3
    assert [each.number for each in get_snapshot().fleet.usual] == [1, 2, 3]


def test_smaller_van_names_what_does_not_fit_on_every_day_ahead() -> None:
    first, second = booked(), booked()
    later = booked(pickup_date=TUESDAY + timedelta(days=1))
    with pytest.raises(UnfitError) as asked:
        change(1, pieces=20)
    assert {
        day: [one.kept.number for one in found] for day, found in asked.value.change.unfit.items()
    } == {TUESDAY: [second.number]}
    with pytest.raises(UnfitError) as asked:
        change(1, pieces=0)
    assert numbers(asked.value.change) == [first.number, second.number, later.number]
    change(1, pieces=0, confirmed=asked.value.change.fingerprint)
    assert Van.objects.get(number=1).pieces == 0
    assert sorted(Alert.objects.values_list("about", flat=True)) == [
        "day:2026-12-01",
        "day:2026-12-02",
    ]


def test_day_with_room_of_its_own_is_not_touched_by_the_fleet() -> None:
    booked()
    VanDay.objects.create(van=van(1), date=TUESDAY, pieces=60, has_rack=True)
    assert change(1, pieces=10).unfit == {}


def test_past_bookings_do_not_hold_a_van_back() -> None:
    booking = booked()
    Booking.objects.filter(pk=booking.pk).update(pickup_date=NOW.date() - timedelta(days=1))
    assert change(1, is_active=False).unfit == {}


def test_second_change_of_a_van_is_told() -> None:
    seen = token_of(van_usual(van(2)))
    change(2, name="Blue")
    with pytest.raises(ChangedMeanwhileError):
        change(2, seen=seen, pieces=10)
    assert van(2).pieces == 60


def test_booking_goes_into_another_van_that_has_room() -> None:
    booking = booked()
    assign_van(booking.pk, van(2).pk, seen=van(1).pk, now=NOW)
    booking.refresh_from_db()
    assert (booking.van, booking.room_held, booking.revision) == (van(2), True, 0)


def refused(booking: Booking, number: int, **seen: object) -> Misfit | None:
    with pytest.raises(VanRefusedError) as why:
        assign_van(booking.pk, van(number).pk, **({"seen": booking.van_id, "now": NOW} | seen))
    booking.refresh_from_db()
    return why.value.why


def test_van_without_room_without_a_rack_or_out_of_service_takes_nothing() -> None:
    full = booked(package="full")
    surf = booked(
        service="specialty_item",
        package=None,
        items=0,
        specialty={"crib": 1},
        pickup_date=TUESDAY + timedelta(days=1),
    )
    petite = booked()
    assert (full.van, surf.van, petite.van) == (van(1), van(1), van(2))
    assert refused(petite, 1) is Misfit.SHARED
    assert refused(surf, 2) is Misfit.NO_RACK
    VanDay.objects.create(van=van(1), date=TUESDAY, in_service=False)
    assert refused(petite, 1) is Misfit.NO_SERVICE
    VanDay.objects.all().delete()
    VanDay.objects.create(van=van(2), date=TUESDAY + timedelta(days=1), pieces=3, has_rack=True)
    assert refused(surf, 2) is Misfit.TOO_MUCH


def test_closed_day_lets_nothing_change_vans() -> None:
    booking = booked()
    with pytest.raises(UnfitError) as asked:
        set_day(CLOSED)
    set_day(CLOSED, confirmed=asked.value.change.fingerprint)
    assert refused(booking, 2) is Misfit.CLOSED


def test_cap_does_not_hold_a_booking_in_its_van() -> None:
    booking = booked()
    set_day(DayRules(cap_pieces=15))
    assign_van(booking.pk, van(2).pk, seen=van(1).pk, now=NOW)
    booking.refresh_from_db()
    assert booking.van == van(2)


def test_booking_without_room_gets_some_but_not_beyond_the_cap() -> None:
    booking = booked()
    Booking.objects.filter(pk=booking.pk).update(room_held=False, van=None)
    booking.refresh_from_db()
    set_day(DayRules(cap_pieces=10))
    assert refused(booking, 1) is Misfit.OVER_CAP
    set_day(DayRules())
    assign_van(booking.pk, van(1).pk, seen=None, now=NOW)
    booking.refresh_from_db()
    assert (booking.van, booking.room_held) == (van(1), True)


def test_room_that_an_unpaid_booking_gets_is_held_for_three_days() -> None:
    booking = booked()
    Booking.objects.filter(pk=booking.pk).update(room_held=False, hold_expires_at=None)
    assign_van(booking.pk, van(2).pk, seen=van(1).pk, now=NOW)
    booking.refresh_from_db()
    assert (booking.room_held, booking.hold_expires_at) == (True, NOW + timedelta(hours=72))


def test_another_van_gives_an_unpaid_booking_no_more_time() -> None:
    booking = booked()
    assign_van(booking.pk, van(2).pk, seen=van(1).pk, now=NOW)
    assert Booking.objects.get().hold_expires_at == booking.hold_expires_at


def test_who_saw_the_booking_elsewhere_is_refused() -> None:
    booking = booked()
    assert refused(booking, 2, seen=uuid4()) is None
    Booking.objects.filter(pk=booking.pk).update(
        status="cancelled", cancel_reason="staff", room_held=False
    )
    assert refused(booking, 2) is None


def test_assigning_solves_the_conflict_of_the_day() -> None:
    booking = booked()
    with pytest.raises(UnfitError) as asked:
        set_van(1, OUT)
    set_van(1, OUT, confirmed=asked.value.change.fingerprint)
    assert Alert.objects.get().closed_at is None
    assign_van(booking.pk, van(2).pk, seen=van(1).pk, now=NOW)
    assert Alert.objects.get().closed_at == NOW
    assert set_van(1, VanRules(in_service=True)).unfit == {}
