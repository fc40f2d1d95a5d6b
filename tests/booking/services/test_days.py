"""Closing a day, capping it, setting its vans: what would not fit is confirmed, never moved."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from booking.catalogue.snapshot import get_snapshot
from booking.models import Alert, AlertKind, Booking, CatalogueVersion, Day, VanDay
from booking.services import fit
from booking.services.cancel import cancel_booking
from booking.services.days import ChangedMeanwhileError, DayRules, UnfitError, VanRules
from booking.services.room import NoRoomError
from booking.services.status import lock_booking
from tests.booking.services.fleet import (
    CLOSED,
    NOW,
    OUT,
    TUESDAY,
    numbers,
    seen_day,
    seen_van,
    set_day,
    set_van,
    van,
)
from tests.factories import add_pickups, make_booking, make_catalogue
from totetaxi.lib.actor import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def catalogue() -> None:
    make_catalogue()


def booked(**changes: object) -> Booking:
    return make_booking(now=NOW, pickup_date=TUESDAY, **changes)


def open_alerts() -> list[tuple[str, str]]:
    rows = Alert.objects.filter(kind=AlertKind.ROOM_CONFLICT, closed_at=None).order_by("about")
    return list(rows.values_list("about", "summary"))


def confirmed(rules: DayRules) -> None:
    """Close or cap the day whatever does not fit."""
    with pytest.raises(UnfitError) as asked:
        set_day(rules)
    set_day(rules, confirmed=asked.value.change.fingerprint)


def test_empty_day_is_closed_at_once_and_nobody_can_book_it() -> None:
    change = set_day(CLOSED)
    row = Day.objects.get(date=TUESDAY)
    assert (row.is_closed, row.closed_reason) == (True, "van inspection")
    assert (change.before, change.after) == (DayRules(), CLOSED)
    assert open_alerts() == []
    assert get_snapshot().fleet.closed == {TUESDAY: "van inspection"}


def test_day_with_bookings_is_not_closed_before_somebody_confirms_them() -> None:
    first, second = booked(), booked()
    with pytest.raises(UnfitError) as asked:
        set_day(CLOSED)
    assert numbers(asked.value.change) == [first.number, second.number]
    assert not Day.objects.get(date=TUESDAY).is_closed
    assert open_alerts() == []


def test_confirmed_closing_moves_and_cancels_nothing_and_stays_in_sight() -> None:
    booking = booked()
    confirmed(CLOSED)
    booking.refresh_from_db()
    assert (booking.status, booking.pickup_date, booking.van, booking.room_held) == (
        "pending",
        TUESDAY,
        van(1),
        True,
    )
    assert open_alerts() == [("day:2026-12-01", "1 booking does not fit on Tuesday, December 1")]


def test_confirmation_holds_for_just_what_was_shown() -> None:
    booked()
    with pytest.raises(UnfitError) as asked:
        set_day(CLOSED)
    late = booked()
    with pytest.raises(UnfitError) as again:
        set_day(CLOSED, confirmed=asked.value.change.fingerprint)
    assert late.number in numbers(again.value.change)
    assert not Day.objects.get(date=TUESDAY).is_closed


def test_reopening_a_day_closes_its_alert() -> None:
    booked()
    confirmed(CLOSED)
    set_day(DayRules())
    assert open_alerts() == []


def test_day_that_is_bad_already_may_change_without_being_confirmed_again() -> None:
    booked()
    confirmed(CLOSED)
    set_day(DayRules(is_closed=True, closed_reason="snow"))
    assert Day.objects.get(date=TUESDAY).closed_reason == "snow"
    assert open_alerts() == [("day:2026-12-01", "1 booking does not fit on Tuesday, December 1")]


def test_cap_below_what_is_held_names_who_came_last() -> None:
    first, second = booked(), booked()
    with pytest.raises(UnfitError) as asked:
        set_day(DayRules(cap_pieces=20))
    assert numbers(asked.value.change) == [second.number]
    assert set_day(DayRules(cap_pieces=30)).unfit == {}
    with pytest.raises(NoRoomError):
        booked()
    assert first.room_held


def test_van_out_of_service_names_its_bookings_and_the_vans_that_would_take_them() -> None:
    booking = booked()
    with pytest.raises(UnfitError) as asked:
        set_van(1, OUT)
    ((one,),) = asked.value.change.unfit.values()
    assert (one.kept.number, [each.number for each in one.others]) == (booking.number, [2])
    set_van(1, OUT, confirmed=asked.value.change.fingerprint)
    assert VanDay.objects.get().in_service is False
    assert booked().van == van(2)


def test_van_that_is_set_as_usual_has_no_row() -> None:
    set_van(2, VanRules(in_service=True, pieces=40, has_rack=True))
    row = VanDay.objects.get()
    assert (row.in_service, row.pieces, row.has_rack) == (True, 40, True)
    set_van(2, VanRules(in_service=True, pieces=60, has_rack=False))
    assert VanDay.objects.count() == 0


def test_van_that_is_not_there_every_day_is_called_in_for_one() -> None:
    third = van(2)
    third.pk, third.number, third.is_active = None, 3, False
    third._state.adding = True
    third.save()
    set_van(3, VanRules(in_service=True, pieces=60, has_rack=False))
    assert [each.number for each in get_snapshot().fleet.vans_of(TUESDAY)] == [1, 2, 3]


def test_who_opened_the_day_before_somebody_else_saved_it_is_told() -> None:
    seen = seen_day()
    set_day(DayRules(cap_pieces=90))
    with pytest.raises(ChangedMeanwhileError) as told:
        set_day(CLOSED, seen=seen)
    assert told.value.rules == DayRules(cap_pieces=90)
    assert not Day.objects.get(date=TUESDAY).is_closed


def test_second_of_two_changes_of_one_van_is_told() -> None:
    seen = seen_van(2)
    set_van(2, VanRules(in_service=True, pieces=40))
    with pytest.raises(ChangedMeanwhileError) as told:
        set_van(2, OUT, seen=seen)
    assert told.value.rules == VanRules(in_service=True, pieces=40)


def test_saving_what_is_so_already_writes_nothing() -> None:
    set_day(CLOSED)
    stamp = CatalogueVersion.current_stamp()
    set_day(CLOSED)
    assert CatalogueVersion.current_stamp() == stamp


def test_hourly_check_finds_what_customers_changed_by_themselves() -> None:
    booking = booked()
    confirmed(CLOSED)
    with transaction.atomic():
        cancel_booking(lock_booking(booking.pk), reason="customer", by=SYSTEM, now=NOW)
    assert len(open_alerts()) == 1
    fit.check_coming_days(NOW)
    assert open_alerts() == []


def test_hourly_check_opens_what_nobody_confirmed_and_forgets_what_is_past() -> None:
    booked()
    Day.objects.filter(date=TUESDAY).update(is_closed=True)
    fit.check_coming_days(NOW)
    fit.check_coming_days(NOW)
    assert len(open_alerts()) == 1
    assert Alert.objects.get(kind=AlertKind.ROOM_CONFLICT).times == 1
    fit.check_coming_days(NOW + timedelta(days=30))
    assert open_alerts() == []


def test_change_of_a_day_costs_the_same_with_one_and_with_fifty_bookings() -> None:
    def cost(cap: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            set_day(DayRules(cap_pieces=cap))
        return len(queries)

    set_day(DayRules(cap_pieces=199))
    add_pickups([TUESDAY], 1)
    one = cost(200)
    add_pickups([TUESDAY], 49)
    assert cost(201) == one
