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
    surcharges = tuple(_surcharge(row) for row in SurchargeRule.objects.filter(is_active=True))
    wants_holidays = any(rule.kind is SurchargeKind.HOLIDAY for rule in surcharges)
    return PriceBook(
        packages=MappingProxyType({row.code: _package(row) for row in Package.objects.all()}),
        delivery=_delivery(DeliveryRate.objects.filter(is_active=True).first()),
        specialty=MappingProxyType(
            {row.code: _specialty(row) for row in SpecialtyItem.objects.all()}
        ),
        add_ons=MappingProxyType(_add_ons()),
        surcharges=surcharges,
        fees=tuple(_fee(row) for row in FeeRule.objects.filter(is_active=True)),
        peak_dates=frozenset(day for row in PeakDate.objects.all() for day in days_of(row)),
        holidays=us_holidays() if wants_holidays else NOTHING,
        zones=MappingProxyType(
            {
                row.zip: Zone(ZoneKind(row.zone), row.area)
                for row in ServiceZone.objects.filter(is_active=True)
            }
        ),
        hours=MappingProxyType(
            {row.service: _hours(row) for row in ServiceHours.objects.filter(is_active=True)}
        ),
        discounts=MappingProxyType(
            {row.code: _discount(row) for row in DiscountCode.objects.all()}
        ),
        limits=_limits(BookingLimits.objects.first() or BookingLimits()),
    )


@lru_cache(maxsize=1)
def us_holidays() -> Mapping[date, str]:
    """US federal holidays, the actual and the observed day (DECISIONS.md, 21)."""
    return MappingProxyType(dict(holidays.country_holidays("US", years=HOLIDAY_YEARS)))


def days_of(row: PeakDate) -> list[date]:
    """The days of a stretch, both ends included."""
    length = (row.last_date - row.first_date).days + 1
    return [row.first_date + timedelta(days=passed) for passed in range(length)]


def _package(row: Package) -> PackagePrice:
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


def _delivery(row: DeliveryRate | None) -> DeliveryPrice | None:
    if row is None:
        return None
    return DeliveryPrice(
        name=row.name,
        item_cents=row.item_cents,
        minimum_cents=row.minimum_cents,
        pieces_per_item=row.pieces_per_item,
        description=row.description,
    )


def _specialty(row: SpecialtyItem) -> SpecialtyPrice:
    return SpecialtyPrice(
        code=row.code,
        name=row.name,
        price_cents=row.price_cents,
        pieces=row.pieces,
        needs_rack=row.needs_rack,
        is_active=row.is_active,
        description=row.description,
    )


def _add_ons() -> dict[tuple[str, str | None], AddOnPrice]:
    return {
        (row.service_type, row.package.code if row.package else None): AddOnPrice(
            name=row.name,
            price_cents=row.price_cents,
            description=row.description,
            is_active=row.is_active,
        )
        for row in OrganizingService.objects.select_related("package")
    }


def _surcharge(row: SurchargeRule) -> Surcharge:
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


def _fee(row: FeeRule) -> Fee:
    return Fee(
        id=str(row.pk),
        name=row.name,
        kind=FeeKind(row.kind),
        amount_cents=row.amount_cents,
        services=frozenset(row.services),
    )


def _hours(row: ServiceHours) -> Hours:
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


def _discount(row: DiscountCode) -> Discount:
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


def _limits(row: BookingLimits) -> Limits:
    return Limits(
        online_max_cents=row.online_max_cents,
        online_max_pieces=row.online_max_pieces,
        coi_required_from_cents=row.coi_required_from_cents,
    )
