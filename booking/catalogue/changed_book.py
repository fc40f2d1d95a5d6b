"""The price book as it would be with other rows: for a look before anything is saved."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from booking.catalogue.price_book import (
    add_on_key,
    add_on_price,
    days_of,
    delivery_price,
    discount_of,
    fee_of,
    hours_of,
    limits_of,
    package_price,
    specialty_price,
    surcharge_of,
    us_holidays,
    zone_of,
)
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
from booking.pricing.codes import SurchargeKind
from booking.pricing.types import PriceBook


def changed_book(book: PriceBook, rows: Sequence[Any]) -> PriceBook:
    """`book` with `rows` in the place of those with their keys. Nothing is saved.

    The rows are of one table of the catalogue, and need not exist yet. Peak dates cost one query.
    """
    return CHANGES[type(rows[0])](book, rows) if rows else book


def _mapped(
    there: Mapping[Any, Any],
    rows: Sequence[Any],
    key: Callable[[Any], Any],
    value: Callable[[Any], Any],
    *,
    keeps_withdrawn: bool = True,
) -> MappingProxyType[Any, Any]:
    """The mapping with each row's value under its key, or without it."""
    changed = dict(there)
    for row in rows:
        if keeps_withdrawn or row.is_active:
            changed[key(row)] = value(row)
        else:
            changed.pop(key(row), None)
    return MappingProxyType(changed)


def _listed(there: Sequence[Any], rows: Sequence[Any], value: Callable[[Any], Any]) -> Any:
    """The rules without those of the rows, then the rows that are active."""
    keys = {str(row.pk) for row in rows}
    others = [rule for rule in there if rule.id not in keys]
    return (*others, *(value(row) for row in rows if row.is_active))


def _packages(book: PriceBook, rows: Sequence[Package]) -> PriceBook:
    return replace(book, packages=_mapped(book.packages, rows, _code, package_price))


def _delivery(book: PriceBook, rows: Sequence[DeliveryRate]) -> PriceBook:
    return replace(book, delivery=delivery_price(rows[0] if rows[0].is_active else None))


def _specialty(book: PriceBook, rows: Sequence[SpecialtyItem]) -> PriceBook:
    return replace(book, specialty=_mapped(book.specialty, rows, _code, specialty_price))


def _add_ons(book: PriceBook, rows: Sequence[OrganizingService]) -> PriceBook:
    return replace(book, add_ons=_mapped(book.add_ons, rows, add_on_key, add_on_price))


def _surcharges(book: PriceBook, rows: Sequence[SurchargeRule]) -> PriceBook:
    rules = _listed(book.surcharges, rows, surcharge_of)
    wants_holidays = any(rule.kind is SurchargeKind.HOLIDAY for rule in rules)
    return replace(
        book, surcharges=rules, holidays=us_holidays() if wants_holidays else book.holidays
    )


def _peak_dates(book: PriceBook, rows: Sequence[PeakDate]) -> PriceBook:
    others = PeakDate.objects.filter(is_active=True).exclude(pk__in=[row.pk for row in rows])
    kept = [*others, *(row for row in rows if row.is_active)]
    return replace(book, peak_dates=frozenset(day for row in kept for day in days_of(row)))


def _fees(book: PriceBook, rows: Sequence[FeeRule]) -> PriceBook:
    return replace(book, fees=_listed(book.fees, rows, fee_of))


def _zones(book: PriceBook, rows: Sequence[ServiceZone]) -> PriceBook:
    zones = _mapped(book.zones, rows, lambda row: row.zip, zone_of, keeps_withdrawn=False)
    return replace(book, zones=zones)


def _hours(book: PriceBook, rows: Sequence[ServiceHours]) -> PriceBook:
    hours = _mapped(book.hours, rows, lambda row: row.service, hours_of, keeps_withdrawn=False)
    return replace(book, hours=hours)


def _discounts(book: PriceBook, rows: Sequence[DiscountCode]) -> PriceBook:
    return replace(book, discounts=_mapped(book.discounts, rows, _code, discount_of))


def _limits(book: PriceBook, rows: Sequence[BookingLimits]) -> PriceBook:
    return replace(book, limits=limits_of(rows[0]))


def _code(row: Any) -> str:
    return str(row.code)


CHANGES: Mapping[type, Callable[[PriceBook, Any], PriceBook]] = {
    Package: _packages,
    DeliveryRate: _delivery,
    SpecialtyItem: _specialty,
    OrganizingService: _add_ons,
    SurchargeRule: _surcharges,
    PeakDate: _peak_dates,
    FeeRule: _fees,
    ServiceZone: _zones,
    ServiceHours: _hours,
    DiscountCode: _discounts,
    BookingLimits: _limits,
}
