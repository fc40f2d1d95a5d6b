"""The standard catalogue as it ships (PRICING.md). Once loaded, it is the staff's."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import models

from booking.models import (
    BookingLimits,
    DeliveryRate,
    FeeRule,
    OrganizingService,
    Package,
    PeakDate,
    ServiceHours,
    ServiceZone,
    SpecialtyItem,
    SurchargeRule,
    Van,
)
from booking.pricing.codes import AddOn, FeeKind, Service, SurchargeKind

ZIP_ZONES = Path(__file__).parent / "data" / "zip_zones.csv"


@dataclass(frozen=True, slots=True)
class Seeds:
    """Rows of one table. `identity` names the fields by which a row is known again."""

    model: type[models.Model]
    identity: tuple[str, ...]
    rows: tuple[dict[str, Any], ...]


PACKAGES = (
    {
        "code": "petite",
        "name": "Mini Move Petite",
        "description": "A long weekend, or the beach things of a family.",
        "price_cents": 995_00,
        "max_items": 15,
        "pieces": 15,
        "position": 1,
    },
    {
        "code": "standard",
        "name": "Mini Move Standard",
        "description": "A summer for two, or a household's bags and boxes.",
        "price_cents": 1_725_00,
        "max_items": 30,
        "coi_included": True,
        "pieces": 30,
        "is_most_popular": True,
        "position": 2,
    },
    {
        "code": "full",
        "name": "Mini Move Full",
        "description": "A whole van to yourself, filled as you like.",
        "price_cents": 2_490_00,
        "coi_included": True,
        "pieces": 60,
        "whole_van": True,
        "position": 3,
    },
)

SPECIALTY_ITEMS = tuple(
    {"code": code, "name": name, "price_cents": cents, "position": position}
    for position, (code, name, cents) in enumerate(
        (
            ("peloton", "Peloton", 500_00),
            ("surfboard", "Surfboard", 350_00),
            ("crib", "Crib", 350_00),
            ("wardrobe_box", "Wardrobe box", 275_00),
        ),
        start=1,
    )
)

# By package: packing, unpacking.
ORGANIZING = {
    "petite": (1_400_00, 1_130_00),
    "standard": (2_535_00, 2_265_00),
    "full": (5_070_00, 4_525_00),
}

SURCHARGES = (
    {"name": "Weekend", "kind": SurchargeKind.WEEKEND, "percent": Decimal(15)},
    {
        "name": "Peak date, Mini Move",
        "kind": SurchargeKind.PEAK,
        "flat_cents": 175_00,
        "services": [Service.MINI_MOVE.value],
    },
    {
        "name": "Peak date, Standard Delivery",
        "kind": SurchargeKind.PEAK,
        "flat_cents": 50_00,
        "services": [Service.STANDARD_DELIVERY.value],
    },
    {
        "name": "US holiday",
        "kind": SurchargeKind.HOLIDAY,
        "percent": Decimal(10),
        "is_active": False,
    },
    {
        "name": "Early pickup",
        "kind": SurchargeKind.EARLY,
        "flat_cents": 50_00,
        "at_or_before": time(8),
        "is_active": False,
    },
    {
        "name": "Late pickup",
        "kind": SurchargeKind.LATE,
        "flat_cents": 50_00,
        "at_or_after": time(11, 30),
        "is_active": False,
    },
)

PEAK_DATES = tuple(
    {"name": name, "first_date": date.fromisoformat(first), "last_date": date.fromisoformat(last)}
    for name, first, last in (
        ("Christmas", "2026-12-23", "2026-12-27"),
        ("Memorial Day", "2027-05-31", "2027-05-31"),
        ("Start of July", "2027-06-30", "2027-07-01"),
        ("Independence Day", "2027-07-04", "2027-07-04"),
        ("End of July", "2027-07-31", "2027-07-31"),
        ("End of August", "2027-08-31", "2027-08-31"),
        ("Labor Day", "2027-09-06", "2027-09-06"),
        ("Mid-September", "2027-09-13", "2027-09-21"),
    )
)

FEES = (
    {
        "name": "Same-day pickup",
        "kind": FeeKind.SAME_DAY,
        "amount_cents": 360_00,
        "services": [Service.STANDARD_DELIVERY.value, Service.SPECIALTY_ITEM.value],
    },
    {"name": "Certificate of insurance", "kind": FeeKind.COI, "amount_cents": 50_00},
    {"name": "Distance", "kind": FeeKind.DISTANCE, "amount_cents": 175_00},
)

SERVICE_HOURS = (
    {"service": Service.MINI_MOVE.value, "same_day": False, "duration_minutes": 90},
    {"service": Service.STANDARD_DELIVERY.value, "duration_minutes": 30},
    {"service": Service.SPECIALTY_ITEM.value, "duration_minutes": 30},
)

VANS = ({"number": 1, "has_rack": True}, {"number": 2, "has_rack": False})


def standard_catalogue() -> Iterator[Seeds]:
    """All that ships, in an order in which every row finds what it refers to."""
    yield Seeds(Package, ("code",), PACKAGES)
    yield Seeds(DeliveryRate, ("name",), ({"name": "Standard Delivery", **RATE},))
    yield Seeds(SpecialtyItem, ("code",), SPECIALTY_ITEMS)
    yield Seeds(OrganizingService, ("service_type", "package__code"), tuple(_add_ons()))
    yield Seeds(SurchargeRule, ("kind", "name"), SURCHARGES)
    yield Seeds(PeakDate, ("first_date", "last_date"), PEAK_DATES)
    yield Seeds(FeeRule, ("kind",), FEES)
    yield Seeds(ServiceHours, ("service",), SERVICE_HOURS)
    yield Seeds(BookingLimits, ("is_only",), ({"is_only": True},))
    yield Seeds(Van, ("number",), VANS)
    yield Seeds(ServiceZone, ("zip",), tuple(_zones()))


RATE = {"item_cents": 95_00, "minimum_cents": 285_00, "pieces_per_item": 1}


def _add_ons() -> Iterator[dict[str, Any]]:
    for package, prices in ORGANIZING.items():
        for add_on, cents in zip((AddOn.PACKING, AddOn.UNPACKING), prices, strict=True):
            yield {
                "service_type": add_on.value,
                "package__code": package,
                "name": add_on.value.capitalize(),
                "price_cents": cents,
            }


def _zones() -> Iterator[dict[str, Any]]:
    with ZIP_ZONES.open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)
