"""Where, when, and up to where: zones, hours, limits, the figures of the cancellation policy."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.models import BookingLimits, PolicySetting, ServiceHours, ServiceZone
from booking.models.choices import ZONE_CHOICES
from booking.pricing.zones import normal_zip
from booking.wizard.forms.text import LineField, NotesField
from staff.catalogue.forms.base import CatalogueForm, active_field
from staff.catalogue.forms.fields import CountField, DollarsField, PercentField, time_field

MOST_ZIPS = 500
SHOWN_WRONG = 5
MINUTES_OF_A_DAY = 24 * 60


def area_field() -> LineField:
    """`Brooklyn`: shown to customers with the distance fee."""
    return LineField(label=_("Area"), max_length=80, required=_("Enter the area's name"))


def zone_field() -> forms.ChoiceField:
    """Core, or outer, which costs the distance fee."""
    return forms.ChoiceField(
        label=_("Zone"),
        choices=ZONE_CHOICES,
        help_text=_("An address in an outer zone costs the distance fee."),
    )


class ZoneForm(CatalogueForm):
    """A ZIP that we serve."""

    fixed = ("zip",)

    area = area_field()
    zone = zone_field()
    is_active = active_field(_("Without it, nobody can book to or from this ZIP."))
    layout = (("zip", "area"), ("zone",), ("is_active",))

    class Meta:
        model = ServiceZone
        fields = ("zip", "area", "zone", "is_active")
        labels = {"zip": _("ZIP")}


class AddZonesForm(forms.Form):
    """Many ZIPs of one area at once, as they come out of a letter or a table."""

    use_required_attribute = False
    area = area_field()
    zone = zone_field()
    zips = NotesField(
        label=_("ZIPs"),
        max_length=8_000,
        help_text=_("Parted by spaces, commas or lines. Those that are served already change."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    field_order = ("zips", "area", "zone")

    def clean_zips(self) -> list[str]:
        """The ZIPs, each once, in the order in which they were pasted."""
        words = [word for word in re.split(r"[\s,;]+", self.cleaned_data["zips"]) if word]
        if not words:
            raise forms.ValidationError(_("Enter at least one ZIP"))
        wrong = [word for word in words if normal_zip(word) is None]
        if wrong:
            listed = ", ".join(wrong[:SHOWN_WRONG])
            raise forms.ValidationError(
                _("Take out or mend what is no ZIP: %(words)s") % {"words": listed}
            )
        found = list(dict.fromkeys(filter(None, map(normal_zip, words))))
        if len(found) > MOST_ZIPS:
            raise forms.ValidationError(_("Enter at most %(most)d at once") % {"most": MOST_ZIPS})
        return found

    @property
    def lines(self) -> list[Any]:
        """The fields as the page shows them."""
        return [[self["zips"]], [self["area"], self["zone"]]]


class HoursForm(CatalogueForm):
    """When a service may be picked up."""

    fixed = ("service",)

    first_time = time_field(_("First pickup"))
    last_time = time_field(_("Last pickup"))
    step_minutes = CountField(label=_("A pickup every … minutes"), least=5, most=240)
    window_minutes = CountField(label=_("Window of a pickup, minutes"), least=15, most=480)
    delivered_by = time_field(_("Delivered by"))
    lead_minutes = CountField(
        label=_("Minutes between booking and pickup"), most=30 * MINUTES_OF_A_DAY
    )
    horizon_days = CountField(label=_("Days ahead"), least=1, most=365)
    duration_minutes = CountField(label=_("Estimated duration, minutes"), least=5, most=600)
    is_active = active_field(_("Without it, the service is not offered."))
    layout = (
        ("service",),
        ("first_time", "last_time"),
        ("step_minutes", "window_minutes"),
        ("delivered_by", "duration_minutes"),
        ("lead_minutes", "horizon_days"),
        ("same_day",),
        ("is_active",),
    )

    class Meta:
        model = ServiceHours
        fields = (
            "service",
            "first_time",
            "last_time",
            "step_minutes",
            "window_minutes",
            "delivered_by",
            "duration_minutes",
            "lead_minutes",
            "horizon_days",
            "same_day",
            "is_active",
        )
        labels = {"service": _("Service")}

    def clean(self) -> dict[str, Any]:
        """The last pickup is not before the first, nor after the delivery."""
        given = super().clean() or self.cleaned_data
        first, last, by = (given.get(key) for key in ("first_time", "last_time", "delivered_by"))
        if first and last and last < first:
            self.complain("last_time", _("Enter a time that is not before the first pickup"))
        if last and by and by <= last:
            self.complain("delivered_by", _("Enter a time after the last pickup"))
        return given


class LimitsForm(CatalogueForm):
    """What may be paid online, and from where a certificate is required."""

    online_max_cents = DollarsField(label=_("Largest total payable online"))
    online_max_pieces = CountField(label=_("Most pieces bookable online"), least=1)
    coi_required_from_cents = DollarsField(label=_("Subtotal from which a certificate is required"))
    layout = (("online_max_cents", "online_max_pieces"), ("coi_required_from_cents",))

    class Meta:
        model = BookingLimits
        fields = ("online_max_cents", "online_max_pieces", "coi_required_from_cents")


class PolicyForm(CatalogueForm):
    """The figures of the cancellation policy (DECISIONS.md, 10)."""

    full_refund_hours = CountField(label=_("Hours before the pickup with a full refund"), most=720)
    late_refund_percent = PercentField(label=_("Percent refunded after that"))
    layout = (("full_refund_hours", "late_refund_percent"),)

    class Meta:
        model = PolicySetting
        fields = ("full_refund_hours", "late_refund_percent")
