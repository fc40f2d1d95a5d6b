"""What makes a price differ: surcharge rules, peak dates, fees."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.models import FeeRule, PeakDate, SurchargeRule
from booking.models.choices import FEE_CHOICES, SURCHARGE_CHOICES
from booking.pricing.codes import SurchargeKind
from booking.wizard.forms.text import LineField
from staff.catalogue.forms.base import CatalogueForm, active_field, name_field
from staff.catalogue.forms.fields import (
    DollarsField,
    PercentField,
    ServicesField,
    day_field,
    time_field,
)

LONGEST_PEAK_DAYS = 366


class SurchargeForm(CatalogueForm):
    """A percentage of the subtotal or a flat sum, at certain times."""

    name = name_field(_("Name, as customers see it"))
    kind = forms.ChoiceField(label=_("When"), choices=SURCHARGE_CHOICES)
    percent = PercentField(label=_("Percent of the subtotal"), required=False)
    flat_cents = DollarsField(label=_("Or a flat sum"), required=False)
    at_or_before = time_field(_("Early: at or before"), required=False)
    at_or_after = time_field(_("Late: at or after"), required=False)
    services = ServicesField()
    replaces_weekend = forms.BooleanField(
        label=_("Replaces weekend rules on days when it applies"), required=False
    )
    is_active = active_field(_("Counts for every price from the moment it is saved."))
    layout = (
        ("name",),
        ("kind",),
        ("at_or_before", "at_or_after"),
        ("percent", "flat_cents"),
        ("services",),
        ("replaces_weekend",),
        ("is_active",),
    )

    class Meta:
        model = SurchargeRule
        fields = (
            "name",
            "kind",
            "at_or_before",
            "at_or_after",
            "percent",
            "flat_cents",
            "services",
            "replaces_weekend",
            "is_active",
        )

    def clean(self) -> dict[str, Any]:
        """One amount; early and late rules have their time, and no other rule has one."""
        given = super().clean() or self.cleaned_data
        self.check_one_amount("percent", "flat_cents")
        for kind, name in (
            (SurchargeKind.EARLY, "at_or_before"),
            (SurchargeKind.LATE, "at_or_after"),
        ):
            if given.get("kind") != kind:
                given[name] = None
            elif given.get(name) is None:
                self.complain(name, _("Enter the time from which it counts"))
        return given


class PeakDateForm(CatalogueForm):
    """A stretch of days."""

    name = LineField(label=_("What it is"), max_length=80)
    first_date = day_field(_("First day"))
    last_date = day_field(_("Last day"), help_text=_("Both ends are included."))
    is_active = active_field(_("Without it, these days are days like any other."))
    layout = (("name",), ("first_date", "last_date"), ("is_active",))

    class Meta:
        model = PeakDate
        fields = ("name", "first_date", "last_date", "is_active")

    def clean(self) -> dict[str, Any]:
        """Days in order, and no more than a year of them."""
        given = super().clean() or self.cleaned_data
        self.check_days("first_date", "last_date")
        first, last = given.get("first_date"), given.get("last_date")
        if first and last and (last - first).days >= LONGEST_PEAK_DAYS:
            self.complain("last_date", _("Enter a stretch of at most a year"))
        return given


class FeeForm(CatalogueForm):
    """A flat sum beside the surcharges."""

    name = name_field(_("Name, as customers see it"))
    kind = forms.ChoiceField(
        label=_("For what"),
        choices=FEE_CHOICES,
        help_text=_("Distance counts once for each address in an outer zone."),
    )
    amount_cents = DollarsField(label=_("Amount"))
    services = ServicesField()
    is_active = active_field(_("Counts for every price from the moment it is saved."))
    layout = (("name",), ("kind", "amount_cents"), ("services",), ("is_active",))

    class Meta:
        model = FeeRule
        fields = ("name", "kind", "amount_cents", "services", "is_active")
