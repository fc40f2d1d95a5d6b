"""A book with a row that is not saved is the book that saving it would make."""

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from booking.catalogue.changed_book import CHANGES, changed_book
from booking.catalogue.price_book import load_price_book
from booking.models import (
    BookingLimits,
    DeliveryRate,
    DiscountCode,
    FeeRule,
    OrganizingService,
    Package,
    PeakDate,
    ServiceHours,
    ServiceZone,
    SpecialtyItem,
    SurchargeRule,
)
from booking.pricing.types import PriceBook
from tests.factories import make_catalogue

pytestmark = pytest.mark.django_db

EDITED: list[tuple[type, dict[str, Any], dict[str, Any]]] = [
    (Package, {"code": "petite"}, {"price_cents": 1_050_00, "max_items": None}),
    (Package, {"code": "petite"}, {"is_active": False}),
    (DeliveryRate, {}, {"item_cents": 99_00}),
    (DeliveryRate, {}, {"is_active": False}),
    (SpecialtyItem, {"code": "crib"}, {"price_cents": 1_00, "needs_rack": False}),
    (OrganizingService, {"service_type": "packing", "package__code": "full"}, {"price_cents": 1}),
    (OrganizingService, {"service_type": "packing", "package__code": "full"}, {"is_active": False}),
    (SurchargeRule, {"kind": "weekend"}, {"percent": Decimal("17.50")}),
    (SurchargeRule, {"kind": "weekend"}, {"is_active": False}),
    (SurchargeRule, {"kind": "holiday"}, {"is_active": True}),
    (PeakDate, {"name": "Christmas"}, {"last_date": date(2027, 1, 2)}),
    (PeakDate, {"name": "Christmas"}, {"is_active": False}),
    (FeeRule, {"kind": "coi"}, {"amount_cents": 60_00, "services": ["mini_move"]}),
    (FeeRule, {"kind": "coi"}, {"is_active": False}),
    (ServiceZone, {"zip": "11201"}, {"zone": "outer", "area": "Brooklyn Heights"}),
    (ServiceZone, {"zip": "11201"}, {"is_active": False}),
    (ServiceHours, {"service": "mini_move"}, {"last_time": time(14), "lead_minutes": 60}),
    (ServiceHours, {"service": "mini_move"}, {"is_active": False}),
    (BookingLimits, {}, {"coi_required_from_cents": 1_000_00}),
    (DiscountCode, {"code": "SPRING"}, {"percent": Decimal(20), "is_active": False}),
]
ADDED: list[tuple[type, dict[str, Any]]] = [
    (Package, {"code": "grand", "name": "Grand", "price_cents": 1, "pieces": 60}),
    (SpecialtyItem, {"code": "harp", "name": "Harp", "price_cents": 1}),
    (OrganizingService, {"service_type": "organizing", "name": "Shelves", "price_cents": 1}),
    (SurchargeRule, {"name": "Noon", "kind": "late", "flat_cents": 1, "at_or_after": time(12)}),
    (SurchargeRule, {"name": "Off", "kind": "weekend", "flat_cents": 1, "is_active": False}),
    (PeakDate, {"first_date": date(2026, 12, 20), "last_date": date(2026, 12, 24)}),
    (FeeRule, {"name": "Tolls", "kind": "distance", "amount_cents": 9_00}),
    (ServiceZone, {"zip": "12561", "zone": "outer", "area": "New Paltz"}),
    (DiscountCode, {"code": "WINTER", "flat_cents": 20_00}),
]


@pytest.fixture(autouse=True)
def _catalogue(db):
    make_catalogue()
    DiscountCode.objects.create(code="SPRING", percent=10)


def known(book: PriceBook) -> dict[str, Any]:
    """The book with its rules in one order: they have none of their own."""
    fields = {name: getattr(book, name) for name in book.__dataclass_fields__}
    for name in ("surcharges", "fees"):
        fields[name] = sorted(fields[name], key=lambda rule: rule.id)
    return fields


@pytest.mark.parametrize(
    ("model", "wanted", "changes"), EDITED, ids=[f"{row[0].__name__}{row[2]}" for row in EDITED]
)
def test_a_changed_row_makes_the_book_that_saving_it_makes(model, wanted, changes):
    before = load_price_book()
    row = model.objects.get(**wanted)
    for name, value in changes.items():
        setattr(row, name, value)
    changed = changed_book(before, [row])
    assert known(load_price_book()) == known(before)  # nothing was saved
    row.save()
    assert known(changed) == known(load_price_book()) != known(before)


@pytest.mark.parametrize(("model", "fields"), ADDED, ids=[str(row) for row in ADDED])
def test_a_new_row_makes_the_book_that_saving_it_makes(model, fields):
    row = model(**fields)
    changed = changed_book(load_price_book(), [row])
    row.save()
    assert known(changed) == known(load_price_book())


def test_overlapping_peak_dates_stay_when_one_of_them_goes():
    PeakDate.objects.create(first_date=date(2026, 12, 24), last_date=date(2026, 12, 28))
    christmas = PeakDate.objects.get(name="Christmas")
    christmas.is_active = False
    days = changed_book(load_price_book(), [christmas]).peak_dates
    assert {day.day for day in days if day.month == 12} == {24, 25, 26, 27, 28}


def test_many_zips_change_at_once():
    rows = [ServiceZone(zip=f"1256{n}", zone="core", area="New Paltz") for n in range(10)]
    book = changed_book(load_price_book(), rows)
    assert [book.zones[row.zip].area for row in rows] == ["New Paltz"] * 10


def test_no_row_changes_nothing():
    book = load_price_book()
    assert changed_book(book, []) is book


def test_every_table_that_prices_read_is_known():
    assert {row[0] for row in EDITED} == set(CHANGES)
