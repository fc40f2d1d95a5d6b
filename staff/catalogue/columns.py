"""The columns of the catalogue's lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import DiscountCode, Package, PeakDate, ServiceHours, SurchargeRule
from booking.pricing.codes import SurchargeKind
from staff.catalogue.forms.base import values_of
from staff.catalogue.words import value_words


@dataclass(frozen=True)
class Column:
    """`words(row)` is what stands in a cell; figures stand at its right."""

    label: Any
    words: Callable[[Any], str]
    is_figure: bool = False


def plain(label: Any, name: str, *, is_figure: bool = False) -> Column:
    """A field of the row as it is."""
    return Column(label, lambda row: field_words(row, name), is_figure)


def field_words(row: Any, name: str) -> str:
    """One field of a row in words."""
    return value_words(type(row), name, values_of(row, [name])[name])


def _amount(row: SurchargeRule | DiscountCode) -> str:
    return field_words(row, "percent" if row.percent is not None else "flat_cents")


def _when(row: SurchargeRule) -> str:
    if row.kind == SurchargeKind.EARLY:
        return _("Pickup at or before %(time)s") % {"time": field_words(row, "at_or_before")}
    if row.kind == SurchargeKind.LATE:
        return _("Pickup at or after %(time)s") % {"time": field_words(row, "at_or_after")}
    return field_words(row, "kind")


def _off(row: DiscountCode) -> str:
    words = _amount(row)
    if row.max_discount_cents is None:
        return words
    most = field_words(row, "max_discount_cents")
    return _("%(amount)s, at most %(most)s") % {"amount": words, "most": most}


def _valid(row: DiscountCode) -> str:
    if row.first_date is None and row.last_date is None:
        return _("Always")
    if row.last_date is None:
        return _("From %(day)s") % {"day": field_words(row, "first_date")}
    if row.first_date is None:
        return _("Until %(day)s") % {"day": field_words(row, "last_date")}
    return f"{field_words(row, 'first_date')} – {field_words(row, 'last_date')}"


def _stretch(row: PeakDate) -> str:
    first = dateformat.format(row.first_date, "D, M j, Y")
    if row.first_date == row.last_date:
        return first
    return f"{first} – {dateformat.format(row.last_date, 'D, M j, Y')}"


def _days(row: PeakDate) -> str:
    return str((row.last_date - row.first_date).days + 1)


def _times(row: ServiceHours) -> str:
    return f"{field_words(row, 'first_time')} – {field_words(row, 'last_time')}"


def _most_items(row: Package) -> str:
    return field_words(row, "max_items") if row.max_items else _("no limit")


def _limit(row: DiscountCode) -> str:
    return field_words(row, "max_uses") if row.max_uses else _("no limit")


_T = gettext_lazy
PRICE = plain(_T("Price"), "price_cents", is_figure=True)
PIECES = plain(_T("Pieces"), "pieces", is_figure=True)
SERVICES = plain(_T("For"), "services")
PACKAGE = (
    plain(_T("Code"), "code"),
    Column(_T("Most items"), _most_items, True),
    PIECES,
    plain(_T("Certificate included"), "coi_included"),
    PRICE,
)
RATE = (
    plain(_T("An item"), "item_cents", is_figure=True),
    plain(_T("At least"), "minimum_cents", is_figure=True),
)
ITEM = (plain(_T("Code"), "code"), plain(_T("Needs a rack"), "needs_rack"), PIECES, PRICE)
ADD_ON = (plain(_T("Kind"), "service_type"), PRICE)
SURCHARGE = (Column(_T("When"), _when), SERVICES, Column(_T("Amount"), _amount, True))
PEAK = (Column(_T("Days"), _stretch), Column(_T("How many"), _days, True))
FEE = (
    plain(_T("For what"), "kind"),
    SERVICES,
    plain(_T("Amount"), "amount_cents", is_figure=True),
)
CODE = (
    Column(_T("Off"), _off),
    plain(_T("From"), "min_subtotal_cents", is_figure=True),
    SERVICES,
    Column(_T("Valid"), _valid),
    Column(_T("Limit"), _limit, True),
)
ZONE = (plain(_T("Area"), "area"), plain(_T("Zone"), "zone"))
HOURS = (
    Column(_T("Pickups"), _times),
    plain(_T("Minutes ahead"), "lead_minutes", is_figure=True),
    plain(_T("Days ahead"), "horizon_days", is_figure=True),
    plain(_T("Same day"), "same_day"),
)
