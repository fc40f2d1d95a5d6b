"""The snapshot is kept while nothing changes, and never outlives a change."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from booking.catalogue import get_price_book, get_snapshot, load_calendar
from booking.models import CatalogueVersion, Day, OrganizingService, Package, Van, VanDay
from tests.factories import make_booking, make_catalogue, next_weekday
from totetaxi.lib.clock import now

pytestmark = pytest.mark.django_db

DAY = date(2026, 12, 1)


class RolledBackError(Exception):
    pass


@pytest.fixture(autouse=True)
def catalogue() -> None:
    make_catalogue()


def test_snapshot_costs_one_query_while_nothing_changes() -> None:
    first = get_snapshot()
    with CaptureQueriesContext(connection) as queries:
        second = get_snapshot()
    assert (len(queries), second is first) == (1, True)


def by_save() -> None:
    row = Package.objects.get(code="petite")
    row.price_cents = 1
    row.save()


def by_update() -> None:
    Package.objects.filter(code="petite").update(price_cents=1)


def by_bulk_update() -> None:
    row = Package.objects.get(code="petite")
    row.price_cents = 1
    Package.objects.bulk_update([row], ["price_cents"])


def by_delete() -> None:
    Package.objects.get(code="petite").delete()


def by_queryset_delete() -> None:
    Package.objects.filter(code="petite").delete()


def by_create() -> None:
    Package.objects.create(code="x", name="X", price_cents=1, pieces=1)


def by_bulk_create() -> None:
    Package.objects.bulk_create([Package(code="x", name="X", price_cents=1, pieces=1)])


@pytest.mark.parametrize(
    "change",
    [
        by_save,
        by_update,
        by_bulk_update,
        by_delete,
        by_queryset_delete,
        by_create,
        by_bulk_create,
    ],
)
def test_every_way_to_write_refreshes_the_book(change: Callable[[], None]) -> None:
    before = get_price_book().packages
    number = CatalogueVersion.objects.get().number
    change()
    assert get_price_book().packages != before
    assert CatalogueVersion.objects.get().number == number + 1


@transaction.atomic
def save_and_roll_back() -> None:
    by_save()
    assert get_price_book().packages["petite"].price_cents == 1
    raise RolledBackError


def test_change_that_is_rolled_back_is_forgotten() -> None:
    before = get_price_book()
    with pytest.raises(RolledBackError):
        save_and_roll_back()
    assert get_price_book() == before
    # The version's number is the one of the change that was rolled back; the price is not.
    Package.objects.filter(code="petite").update(price_cents=2)
    assert get_price_book().packages["petite"].price_cents == 2


def test_empty_catalogue_is_a_book_without_prices() -> None:
    for table in (OrganizingService, Package, CatalogueVersion):
        table.objects.all()._raw_delete("default")
    assert dict(get_price_book().packages) == {}


def test_fleet_follows_the_days_of_vans() -> None:
    first, second = Van.objects.order_by("number")
    VanDay.objects.create(van=first, date=DAY, in_service=False)
    VanDay.objects.create(van=second, date=DAY, pieces=20, has_rack=True)
    third = Van.objects.create(number=3, is_active=False)
    VanDay.objects.create(van=third, date=DAY)
    fleet = get_snapshot().fleet
    assert [(van.number, van.pieces, van.has_rack) for van in fleet.vans_of(DAY)] == [
        (2, 20, True),
        (3, 60, False),
    ]
    usual = fleet.vans_of(date(2026, 12, 2))
    assert [(van.number, van.pieces, van.has_rack) for van in usual] == [
        (1, 60, True),
        (2, 60, False),
    ]


def test_calendar_counts_what_is_held_in_one_query() -> None:
    days = [next_weekday(now(), 3), next_weekday(now(), 10)]
    for day in (days[0], days[0], days[1]):
        make_booking(pickup_date=day)
    Day.objects.filter(date=days[1]).update(is_closed=True, closed_reason="snow", cap_pieces=20)
    fleet = get_snapshot().fleet
    with CaptureQueriesContext(connection) as queries:
        calendar = load_calendar([*days, DAY], fleet)
    assert len(queries) == 1
    first, second = (calendar[day] for day in days)
    assert [van.used_pieces for van in first.vans] == [30, 0]
    assert (first.used_pieces, first.is_closed, first.cap_pieces) == (30, False, None)
    assert (second.used_pieces, second.closed_reason, second.cap_pieces) == (15, "snow", 20)
    assert calendar[DAY].used_pieces == 0


def test_van_taken_out_of_service_keeps_its_load_under_the_cap() -> None:
    booking = make_booking()
    VanDay.objects.create(van=booking.van, date=booking.pickup_date, in_service=False)
    day = load_calendar([booking.pickup_date])[booking.pickup_date]
    assert ([van.number for van in day.vans], day.used_pieces) == ([2], 15)


def test_calendar_knows_a_whole_van() -> None:
    booking = make_booking(package="full")
    day = load_calendar([booking.pickup_date])[booking.pickup_date]
    assert [van.whole_taken for van in day.vans] == [True, False]
    day = load_calendar([booking.pickup_date], without=booking.pk)[booking.pickup_date]
    assert [van.whole_taken for van in day.vans] == [False, False]
