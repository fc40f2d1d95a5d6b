"""What the public pages tell of the price book: what is sold now, for how much, and where we go.

Pure: a PriceBook in, frozen dataclasses out. Withdrawn items are left out.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from decimal import Decimal

from booking.pricing.codes import AddOn, FeeKind, Service, SurchargeKind, ZoneKind
from booking.pricing.types import DeliveryPrice, PackagePrice, PriceBook, SpecialtyPrice

COUNTY = re.compile(r"(?P<name>.+) County (?P<state>[A-Z]{2})")


@dataclass(frozen=True, slots=True)
class Showcase:
    """The home page's figures. Money in US cents; None where the catalogue has no such thing."""

    packages: tuple[PackagePrice, ...]
    packing_from_cents: int | None
    unpacking_from_cents: int | None
    delivery: DeliveryPrice | None
    specialty: tuple[SpecialtyPrice, ...]
    same_day_cents: int | None
    same_day_lead_hours: int | None
    coi_cents: int | None
    weekend_percent: Decimal | None
    distance_cents: int | None
    first_time: time | None
    delivered_by: time | None
    horizon_days: int | None


@dataclass(frozen=True, slots=True)
class AreaRow:
    """Areas that share a fee, the largest first. `fee_cents` 0: no fee.

    Where `state` is given, the names are those of its counties: `Essex` in `NJ`.
    """

    names: tuple[str, ...]
    state: str
    fee_cents: int


def showcase(book: PriceBook) -> Showcase:
    """What the home page shows of the catalogue at this moment."""
    hours = book.hours.get(Service.STANDARD_DELIVERY)
    same_day = _fee(book, FeeKind.SAME_DAY) if hours and hours.same_day else None
    return Showcase(
        packages=tuple(p for p in book.packages.values() if p.is_active),
        packing_from_cents=_cheapest(book, AddOn.PACKING),
        unpacking_from_cents=_cheapest(book, AddOn.UNPACKING),
        delivery=book.delivery,
        specialty=tuple(s for s in book.specialty.values() if s.is_active),
        same_day_cents=same_day,
        same_day_lead_hours=-(-hours.lead_minutes // 60) if hours else None,
        coi_cents=_fee(book, FeeKind.COI),
        weekend_percent=_weekend_percent(book),
        distance_cents=_fee(book, FeeKind.DISTANCE),
        first_time=min((h.first_time for h in book.hours.values()), default=None),
        delivered_by=max((h.delivered_by for h in book.hours.values()), default=None),
        horizon_days=max((h.horizon_days for h in book.hours.values()), default=None),
    )


def area_rows(book: PriceBook) -> tuple[AreaRow, ...]:
    """The areas that we serve: those without a fee first, suburbs gathered by their state."""
    grouped: dict[tuple[int, str], list[str]] = {}
    sizes = Counter((zone.kind, zone.area) for zone in book.zones.values())
    for kind, area in sorted(sizes, key=lambda place: (-sizes[place], place)):
        name, state = _split_county(area)
        grouped.setdefault((zone_fee_cents(book, kind), state), []).append(name)
    return tuple(
        AreaRow(tuple(names), state, fee) for (fee, state), names in sorted(grouped.items())
    )


def zone_fee_cents(book: PriceBook, kind: ZoneKind) -> int:
    """What an address in such a zone adds (PRICING.md, "Fees")."""
    return (_fee(book, FeeKind.DISTANCE) or 0) if kind == ZoneKind.OUTER else 0


def areas_near(book: PriceBook, zip_code: str) -> tuple[str, ...]:
    """Served areas whose ZIPs begin with the same three digits: the same sorting centre."""
    near = {zone.area for served, zone in book.zones.items() if served[:3] == zip_code[:3]}
    return tuple(sorted(near))


def short_area(area: str) -> str:
    """A name that fits into a field: without the places in brackets, or a county's state."""
    return COUNTY.sub(r"\g<name> County", area.partition(" (")[0])


def _fee(book: PriceBook, kind: FeeKind) -> int | None:
    return next((fee.amount_cents for fee in book.fees if fee.kind == kind), None)


def _weekend_percent(book: PriceBook) -> Decimal | None:
    rules = (r for r in book.surcharges if r.kind == SurchargeKind.WEEKEND)
    return next((rule.percent for rule in rules if rule.percent is not None), None)


def _cheapest(book: PriceBook, add_on: AddOn) -> int | None:
    prices: Iterable[int] = (
        price.price_cents
        for (kind, package), price in book.add_ons.items()
        if kind == add_on and price.is_active and _is_sold(book, package)
    )
    return min(prices, default=None)


def _is_sold(book: PriceBook, package: str | None) -> bool:
    return package is None or (package in book.packages and book.packages[package].is_active)


def _split_county(area: str) -> tuple[str, str]:
    """`Essex County NJ` is Essex, a county of NJ; `Brooklyn` is no county."""
    county = COUNTY.fullmatch(area)
    return (county["name"], county["state"]) if county else (area, "")
