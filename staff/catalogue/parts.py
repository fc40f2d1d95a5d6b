"""The parts of the catalogue: one table of what there is, from which pages and checks come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from booking.models import (
    BookingLimits,
    DeliveryRate,
    DiscountCode,
    FeeRule,
    OrganizingService,
    Package,
    PeakDate,
    PolicySetting,
    ServiceHours,
    ServiceZone,
    SpecialtyItem,
    SurchargeRule,
)
from staff.catalogue import columns
from staff.catalogue.columns import Column
from staff.catalogue.forms.base import CatalogueForm
from staff.catalogue.forms.discounts import DiscountCodeForm
from staff.catalogue.forms.frame import HoursForm, LimitsForm, PolicyForm, ZoneForm
from staff.catalogue.forms.rules import FeeForm, PeakDateForm, SurchargeForm
from staff.catalogue.forms.sold import (
    AddOnForm,
    DeliveryRateForm,
    PackageForm,
    SpecialtyItemForm,
)

CATALOGUE, DISCOUNTS = "edit_catalogue", "edit_discounts"


@dataclass(frozen=True)
class Part:
    """One table. `note` says what it is for, `add` what the button says that adds a row.

    `is_single`: one row, which has no name of its own. `has_price`: a change of it is shown with
    what it would have meant for the bookings of the last days before it is saved.
    """

    key: str
    model: type[models.Model]
    form: type[CatalogueForm]
    title: Any
    note: Any
    columns: tuple[Column, ...] = ()
    add: Any = ""
    searched: tuple[str, ...] = ()
    is_single: bool = False
    has_price: bool = True
    permission: str = CATALOGUE
    title_of: Callable[[Any], str] = str

    @property
    def has_state(self) -> bool:
        """Whether its rows can be withdrawn."""
        return "is_active" in self.form.base_fields

    def rows(self) -> models.QuerySet[Any]:
        """All rows, in their order."""
        found = self.model._default_manager.all()
        return found.select_related("package") if self.model is OrganizingService else found

    def name_of(self, row: models.Model) -> str:
        """What a row is called on a page."""
        return str(self.title) if self.is_single else self.title_of(row)


def _labelled(row: Any) -> str:
    return str(row.audit_label)


def _peak(row: PeakDate) -> str:
    return row.name or str(row)


def _zip(row: ServiceZone) -> str:
    return str(row.zip)


_PARTS = (
    Part(
        "packages",
        Package,
        PackageForm,
        _("Packages"),
        _("Mini Moves: their prices, how much they hold, the room they take in a van."),
        columns.PACKAGE,
        add=_("Add a package"),
    ),
    Part(
        "delivery-rate",
        DeliveryRate,
        DeliveryRateForm,
        _("Delivery rate"),
        _("Standard Delivery: the price of an item, and the least a delivery costs."),
        columns.RATE,
        is_single=True,
    ),
    Part(
        "specialty-items",
        SpecialtyItem,
        SpecialtyItemForm,
        _("Specialty items"),
        _("Things with a price of their own."),
        columns.ITEM,
        add=_("Add a specialty item"),
    ),
    Part(
        "add-ons",
        OrganizingService,
        AddOnForm,
        _("Organizing add-ons"),
        _("Packing, unpacking and organizing, by package."),
        columns.ADD_ON,
        add=_("Add an add-on"),
        title_of=_labelled,
    ),
    Part(
        "surcharge-rules",
        SurchargeRule,
        SurchargeForm,
        _("Surcharge rules"),
        _("What costs more at certain times. Rules never compound."),
        columns.SURCHARGE,
        add=_("Add a rule"),
    ),
    Part(
        "peak-dates",
        PeakDate,
        PeakDateForm,
        _("Peak dates"),
        _("The days on which rules for peak dates apply."),
        columns.PEAK,
        add=_("Add dates"),
        title_of=_peak,
    ),
    Part(
        "fees",
        FeeRule,
        FeeForm,
        _("Fees"),
        _("Same day, certificate of insurance, distance. They carry no surcharge."),
        columns.FEE,
        add=_("Add a fee"),
    ),
    Part(
        "discount-codes",
        DiscountCode,
        DiscountCodeForm,
        _("Discount codes"),
        _("Percentages and sums off, with their limits and their uses so far."),
        columns.CODE,
        add=_("Add a code"),
        searched=("code", "description"),
        permission=DISCOUNTS,
    ),
    Part(
        "zones",
        ServiceZone,
        ZoneForm,
        _("Zones"),
        _("The ZIPs that we serve. An address in an outer zone costs the distance fee."),
        columns.ZONE,
        add=_("Add ZIPs"),
        searched=("zip", "area"),
        title_of=_zip,
    ),
    Part(
        "hours",
        ServiceHours,
        HoursForm,
        _("Service hours"),
        _("When each service may be picked up, and how long ahead it is booked."),
        columns.HOURS,
    ),
    Part(
        "limits",
        BookingLimits,
        LimitsForm,
        _("Booking limits"),
        _("What may be paid online, and from where a certificate is required."),
        is_single=True,
    ),
    Part(
        "cancellation",
        PolicySetting,
        PolicyForm,
        _("Cancellation policy"),
        _("The hours with a full refund, and what is refunded after that."),
        is_single=True,
        has_price=False,
    ),
)
PARTS: dict[str, Part] = {part.key: part for part in _PARTS}
GROUPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (_("What is sold"), ("packages", "delivery-rate", "specialty-items", "add-ons")),
    (_("What changes the price"), ("surcharge-rules", "peak-dates", "fees", "discount-codes")),
    (_("Where, when and up to where"), ("zones", "hours", "limits", "cancellation")),
)
MODELS: tuple[str, ...] = tuple(part.model._meta.label_lower for part in _PARTS)


def find_part(key: str, permission: str | None = None) -> Part:
    """A part by its key; with `permission`, only one that it opens. Raises Http404."""
    part = PARTS.get(key)
    if part is None or permission not in (None, part.permission):
        raise Http404
    return part


def part_of_label(label: str) -> Part | None:
    """The part whose table the audit log calls `booking.package`."""
    return next((part for part in _PARTS if part.model._meta.label_lower == label), None)
