"""Discount codes."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.models import DiscountCode
from booking.pricing.discounts import normal_code
from booking.wizard.forms.text import LineField
from staff.catalogue.forms.base import CatalogueForm, active_field, description_field
from staff.catalogue.forms.fields import (
    MOST_COUNT,
    CountField,
    DollarsField,
    PercentField,
    ServicesField,
    day_field,
)

CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]*", re.ASCII)
# What a code takes off is part of what was agreed with everybody who used it.
TERMS = ("percent", "flat_cents", "max_discount_cents")


class DiscountCodeForm(CatalogueForm):
    """A percentage or a fixed sum off, and who may use it when."""

    fixed = ("code",)

    code = LineField(
        label=_("Code"),
        max_length=32,
        required=_("Enter the code"),
        help_text=_("Letters, figures, - and _. Customers may type it in any case."),
    )
    description = description_field(200)
    percent = PercentField(label=_("Percent off"), required=False)
    flat_cents = DollarsField(label=_("Or a sum off"), required=False)
    max_discount_cents = DollarsField(
        label=_("At most"), required=False, help_text=_("Empty: no maximum.")
    )
    min_subtotal_cents = DollarsField(
        label=_("From a price before fees of"),
        required=False,
        empty=0,
        help_text=_("Empty: any price."),
    )
    services = ServicesField()
    first_date = day_field(_("Valid from"), required=False, help_text=_("Empty: at once."))
    last_date = day_field(_("Valid until"), required=False, help_text=_("Empty: no end."))
    max_uses = CountField(
        label=_("Uses in all"),
        least=1,
        most=MOST_COUNT * 100,
        required=False,
        help_text=_("Empty: no limit."),
    )
    max_uses_per_customer = CountField(
        label=_("Uses of a customer"), least=1, required=False, help_text=_("Empty: no limit.")
    )
    is_active = active_field(_("Without it, nobody can use the code; bookings with it keep it."))
    layout = (
        ("code",),
        ("description",),
        ("percent", "flat_cents"),
        ("max_discount_cents", "min_subtotal_cents"),
        ("first_date", "last_date"),
        ("max_uses", "max_uses_per_customer"),
        ("services",),
        ("is_active",),
    )

    class Meta:
        model = DiscountCode
        fields = (
            "code",
            "description",
            "percent",
            "flat_cents",
            "max_discount_cents",
            "min_subtotal_cents",
            "first_date",
            "last_date",
            "max_uses",
            "max_uses_per_customer",
            "services",
            "is_active",
        )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.instance._state.adding and self.instance.redemptions.exists():
            self.fix(TERMS, _("Fixed since the code was first used: make a new code instead."))

    def clean_code(self) -> str:
        """In capitals, and one row of it."""
        code = normal_code(self.cleaned_data["code"])
        if self.fields["code"].disabled:
            return code
        if not CODE.fullmatch(code):
            raise forms.ValidationError(_("Use letters, figures, - and _, such as SUMMER-27"))
        if DiscountCode.objects.filter(code=code).exists():
            raise forms.ValidationError(_("This code exists. Choose another."))
        return code

    def clean_percent(self) -> Any:
        """Nothing off is no discount."""
        percent = self.cleaned_data["percent"]
        if percent is not None and not percent:
            raise forms.ValidationError(_("Enter a percentage above 0"))
        return percent

    def clean_flat_cents(self) -> Any:
        """Nothing off is no discount."""
        cents = self.cleaned_data["flat_cents"]
        if cents == 0:
            raise forms.ValidationError(_("Enter a sum above $0"))
        return cents

    def clean(self) -> dict[str, Any]:
        """One amount, days in order, and limits that can be reached."""
        given = super().clean() or self.cleaned_data
        self.check_one_amount("percent", "flat_cents")
        self.check_days("first_date", "last_date")
        in_all, each = given.get("max_uses"), given.get("max_uses_per_customer")
        if in_all and each and each > in_all:
            self.complain("max_uses_per_customer", _("Enter no more than the uses in all"))
        return given
