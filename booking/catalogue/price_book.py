"""Rows of the catalogue -> the PriceBook that the engine reads."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

import holidays
from django.utils.translation import override

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
from booking.pricing.codes import FeeKind, SurchargeKind, ZoneKind
from booking.pricing.types import (
    NOTHING,
    AddOnPrice,
    DeliveryPrice,
    Discount,
    Fee,
    Hours,
    Limits,
    PackagePrice,
    PriceBook,
    SpecialtyPrice,
    Surcharge,
    Zone,
)

# A price book lives for as long as its process: years enough for both.
HOLIDAY_YEARS = range(2020, 2061)


def load_price_book() -> PriceBook:
    """The whole catalogue, about ten queries. Withdrawn packages, items, add-ons stay, marked."""
    surcharges = tuple(surcharge_of(row) for row in SurchargeRule.objects.filter(is_active=True))
    wants_holidays = any(rule.kind is SurchargeKind.HOLIDAY for rule in surcharges)
    return PriceBook(
        packages=MappingProxyType({row.code: package_price(row) for row in Package.objects.all()}),
        delivery=delivery_price(DeliveryRate.objects.filter(is_active=True).first()),
        specialty=MappingProxyType(
            {row.code: specialty_price(row) for row in SpecialtyItem.objects.all()}
        ),
        add_ons=MappingProxyType(
            {
                add_on_key(row): add_on_price(row)
                for row in OrganizingService.objects.select_related("package")
            }
        ),
        surcharges=surcharges,
        fees=tuple(fee_of(row) for row in FeeRule.objects.filter(is_active=True)),
        peak_dates=frozenset(
            day for row in PeakDate.objects.filter(is_active=True) for day in days_of(row)
        ),
        holidays=us_holidays() if wants_holidays else NOTHING,
        zones=MappingProxyType(
            {row.zip: zone_of(row) for row in ServiceZone.objects.filter(is_active=True)}
        ),
        hours=MappingProxyType(
            {row.service: hours_of(row) for row in ServiceHours.objects.filter(is_active=True)}
        ),
        discounts=MappingProxyType(
            {row.code: discount_of(row) for row in DiscountCode.objects.all()}
        ),
        limits=limits_of(BookingLimits.objects.first() or BookingLimits()),
    )


@lru_cache(maxsize=1)
def us_holidays() -> Mapping[date, str]:
    """US federal holidays, the actual and the observed day (DECISIONS.md, 21)."""
    return MappingProxyType(dict(holidays.country_holidays("US", years=HOLIDAY_YEARS)))


def days_of(row: PeakDate) -> list[date]:
    """The days of a stretch, both ends included."""
    length = (row.last_date - row.first_date).days + 1
    return [row.first_date + timedelta(days=passed) for passed in range(length)]


def package_price(row: Package) -> PackagePrice:
    """A row as the engine reads it."""
    return PackagePrice(
        code=row.code,
        name=row.name,
        price_cents=row.price_cents,
        max_items=row.max_items,
        coi_included=row.coi_included,
        pieces=row.pieces,
        whole_van=row.whole_van,
        is_active=row.is_active,
        is_most_popular=row.is_most_popular,
        description=row.description,
    )


def delivery_price(row: DeliveryRate | None) -> DeliveryPrice | None:
    """A row as the engine reads it; None for none."""
    if row is None:
        return None
    return DeliveryPrice(
        name=row.name,
        item_cents=row.item_cents,
        minimum_cents=row.minimum_cents,
        pieces_per_item=row.pieces_per_item,
        description=row.description,
    )


def specialty_price(row: SpecialtyItem) -> SpecialtyPrice:
    """A row as the engine reads it."""
    return SpecialtyPrice(
        code=row.code,
        name=row.name,
        price_cents=row.price_cents,
        pieces=row.pieces,
        needs_rack=row.needs_rack,
        is_active=row.is_active,
        description=row.description,
    )


def add_on_key(row: OrganizingService) -> tuple[str, str | None]:
    """Its type, and the package that it is for."""
    return row.service_type, row.package.code if row.package else None


def add_on_price(row: OrganizingService) -> AddOnPrice:
    """A row as the engine reads it."""
    return AddOnPrice(
        name=row.name,
        price_cents=row.price_cents,
        description=row.description,
        is_active=row.is_active,
    )


def zone_of(row: ServiceZone) -> Zone:
    """A row as the engine reads it."""
    return Zone(ZoneKind(row.zone), row.area)


def surcharge_of(row: SurchargeRule) -> Surcharge:
    """A row as the engine reads it."""
    return Surcharge(
        id=str(row.pk),
        name=row.name,
        kind=SurchargeKind(row.kind),
        percent=row.percent,
        flat_cents=row.flat_cents,
        services=frozenset(row.services),
        at_or_before=row.at_or_before,
        at_or_after=row.at_or_after,
        replaces_weekend=row.replaces_weekend,
    )


def fee_of(row: FeeRule) -> Fee:
    """A row as the engine reads it."""
    return Fee(
        id=str(row.pk),
        name=row.name,
        kind=FeeKind(row.kind),
        amount_cents=row.amount_cents,
        services=frozenset(row.services),
    )


def hours_of(row: ServiceHours) -> Hours:
    """A row as the engine reads it."""
    with override("en-us"):
        name = str(row.get_service_display())
    return Hours(
        name=name,
        first_time=row.first_time,
        last_time=row.last_time,
        step_minutes=row.step_minutes,
        window_minutes=row.window_minutes,
        delivered_by=row.delivered_by,
        lead_minutes=row.lead_minutes,
        horizon_days=row.horizon_days,
        same_day=row.same_day,
        duration_minutes=row.duration_minutes,
    )


def discount_of(row: DiscountCode) -> Discount:
    """A row as the engine reads it."""
    return Discount(
        code=row.code,
        percent=row.percent,
        flat_cents=row.flat_cents,
        max_discount_cents=row.max_discount_cents,
        min_subtotal_cents=row.min_subtotal_cents,
        services=frozenset(row.services),
        first_date=row.first_date,
        last_date=row.last_date,
        is_active=row.is_active,
    )


def limits_of(row: BookingLimits) -> Limits:
    """A row as the engine reads it."""
    return Limits(
        online_max_cents=row.online_max_cents,
        online_max_pieces=row.online_max_pieces,
        coi_required_from_cents=row.coi_required_from_cents,
    )
