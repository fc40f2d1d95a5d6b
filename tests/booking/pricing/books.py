"""The standard catalogue of PRICING.md as a price book, written down a second time on purpose."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from booking.pricing.codes import FeeKind, SurchargeKind, ZoneKind
from booking.pricing.engine import quote
from booking.pricing.types import (
    AddOnPrice,
    DeliveryPrice,
    Fee,
    Hours,
    PackagePrice,
    PriceBook,
    Quote,
    Refused,
    Request,
    SpecialtyPrice,
    Surcharge,
    Zone,
)
from totetaxi.lib.clock import NEW_YORK

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=NEW_YORK)  # a Sunday
TUESDAY = date(2026, 12, 1)
SATURDAY = date(2026, 12, 5)

WEEKEND = Surcharge("1", "Weekend", SurchargeKind.WEEKEND, Decimal("15.00"), None)
PEAK_MINI = Surcharge(
    "2",
    "Peak date, Mini Move",
    SurchargeKind.PEAK,
    None,
    175_00,
    services=frozenset({"mini_move"}),
)
PEAK_DELIVERY = Surcharge(
    "3",
    "Peak date, Standard Delivery",
    SurchargeKind.PEAK,
    None,
    50_00,
    services=frozenset({"standard_delivery"}),
)
# These ship inactive.
HOLIDAY = Surcharge("4", "US holiday", SurchargeKind.HOLIDAY, Decimal("10.00"), None)
EARLY = Surcharge("5", "Early pickup", SurchargeKind.EARLY, None, 50_00, at_or_before=time(8))
LATE = Surcharge("6", "Late pickup", SurchargeKind.LATE, None, 50_00, at_or_after=time(11, 30))

PEAKS = (
    ("2026-12-23", "2026-12-27"),
    ("2027-05-31", "2027-05-31"),
    ("2027-06-30", "2027-07-01"),
    ("2027-07-04", "2027-07-04"),
    ("2027-07-31", "2027-07-31"),
    ("2027-08-31", "2027-08-31"),
    ("2027-09-06", "2027-09-06"),
    ("2027-09-13", "2027-09-21"),
)


def days(first: date, last: date) -> Iterator[date]:
    """From the first to the last, both included."""
    for passed in range((last - first).days + 1):
        yield first + timedelta(days=passed)


BOOK = PriceBook(
    packages={
        "petite": PackagePrice("petite", "Mini Move Petite", 995_00, 15, False, 15),
        "standard": PackagePrice("standard", "Mini Move Standard", 1725_00, 30, True, 30),
        "full": PackagePrice("full", "Mini Move Full", 2490_00, None, True, 60, whole_van=True),
    },
    delivery=DeliveryPrice("Standard Delivery", 95_00, 285_00),
    specialty={
        "peloton": SpecialtyPrice("peloton", "Peloton", 500_00, 5, True),
        "surfboard": SpecialtyPrice("surfboard", "Surfboard", 350_00, 5, True),
        "crib": SpecialtyPrice("crib", "Crib", 350_00, 5, True),
        "wardrobe_box": SpecialtyPrice("wardrobe_box", "Wardrobe box", 275_00, 5, True),
    },
    add_ons={
        ("packing", "petite"): AddOnPrice("Packing", 1400_00),
        ("unpacking", "petite"): AddOnPrice("Unpacking", 1130_00),
        ("packing", "standard"): AddOnPrice("Packing", 2535_00),
        ("unpacking", "standard"): AddOnPrice("Unpacking", 2265_00),
        ("packing", "full"): AddOnPrice("Packing", 5070_00),
        ("unpacking", "full"): AddOnPrice("Unpacking", 4525_00),
    },
    surcharges=(WEEKEND, PEAK_MINI, PEAK_DELIVERY),
    fees=(
        Fee(
            "1",
            "Same-day pickup",
            FeeKind.SAME_DAY,
            360_00,
            frozenset({"standard_delivery", "specialty_item"}),
        ),
        Fee("2", "Certificate of insurance", FeeKind.COI, 50_00),
        Fee("3", "Distance", FeeKind.DISTANCE, 175_00),
    ),
    peak_dates=frozenset(
        day
        for first, last in PEAKS
        for day in days(date.fromisoformat(first), date.fromisoformat(last))
    ),
    zones={
        "10019": Zone(ZoneKind.CORE, "Manhattan"),
        "11201": Zone(ZoneKind.CORE, "Brooklyn"),
        "11937": Zone(ZoneKind.CORE, "The Hamptons"),
        "11968": Zone(ZoneKind.CORE, "The Hamptons"),
        "07302": Zone(ZoneKind.OUTER, "Hudson County NJ"),
        "11954": Zone(ZoneKind.OUTER, "East End (Amagansett, Montauk)"),
    },
    hours={
        "mini_move": Hours("Mini Move", time(8), time(12), same_day=False, duration_minutes=90),
        "standard_delivery": Hours("Standard Delivery", time(8), time(12), duration_minutes=30),
        "specialty_item": Hours("Specialty items", time(8), time(12), duration_minutes=30),
    },
)


def request(**changes: Any) -> Request:
    """A Petite with 10 items on Tuesday 2026-12-01 at 9, 10019 to 11937."""
    fields = {
        "service": "mini_move",
        "package": "petite",
        "items": 10,
        "pickup_date": TUESDAY,
        "pickup_time": time(9),
        "pickup_zip": "10019",
        "delivery_zip": "11937",
    }
    return Request(**(fields | changes))


def delivery(**changes: Any) -> Request:
    """A Standard Delivery of 3 items, else as `request`."""
    return request(**({"service": "standard_delivery", "package": None, "items": 3} | changes))


def specialty(quantities: dict[str, int], **changes: Any) -> Request:
    """Specialty items alone, else as `request`."""
    alone = {"service": "specialty_item", "package": None, "items": 0, "specialty": quantities}
    return request(**(alone | changes))


def quoted(
    asked: Request,
    book: PriceBook = BOOK,
    now: datetime = NOW,
    closed: dict[date, str] | None = None,
) -> Quote:
    """The quote of a request that has one."""
    answer = quote(asked, book, now, closed=closed or {})
    assert isinstance(answer, Quote), answer
    return answer


def refusals(
    asked: Request,
    book: PriceBook = BOOK,
    now: datetime = NOW,
    closed: dict[date, str] | None = None,
) -> list[tuple[str, str]]:
    """Key and code of each refusal of a request that has no quote."""
    answer = quote(asked, book, now, closed=closed or {})
    assert isinstance(answer, Refused), answer
    return [(key, refused.code) for key, refused in answer.refusals]


def with_rules(*rules: Surcharge) -> PriceBook:
    """The standard book with other surcharge rules."""
    return replace(BOOK, surcharges=rules)


def amounts(answer: Quote) -> list[tuple[str, int]]:
    """Code and cents of each line."""
    return [(str(line.code), line.amount_cents) for line in answer.lines]
