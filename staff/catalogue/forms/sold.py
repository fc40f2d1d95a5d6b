"""What can be bought: packages, the delivery rate, specialty items, add-ons."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.models import DeliveryRate, OrganizingService, Package, SpecialtyItem
from booking.models.choices import ADD_ON_CHOICES
from staff.catalogue.forms.base import (
    CatalogueForm,
    active_field,
    description_field,
    name_field,
)
from staff.catalogue.forms.fields import CountField, DollarsField

WITHDRAWN = _("Without it nobody can book this any more; bookings that have it keep it.")
CODE = _("Small letters, figures, - and _. It stays as it is from then on.")


def code_field() -> forms.SlugField:
    """What bookings know a row by."""
    words = _("Enter small letters, figures, - and _, such as beach_cart")
    return forms.SlugField(
        label=_("Code"),
        max_length=32,
        help_text=CODE,
        error_messages={"required": words, "invalid": words},
    )


class CodedForm(CatalogueForm):
    """A row with a code, which is written in small letters."""

    fixed = ("code",)

    def clean_code(self) -> str:
        """One row of a code."""
        code = str(self.cleaned_data["code"]).lower()
        if not self.fields["code"].disabled and self._meta.model.objects.filter(code=code).exists():
            raise forms.ValidationError(_("This code is taken. Choose another."))
        return code


class PackageForm(CodedForm):
    """A Mini Move of one size."""

    name = name_field(_("Name, as customers see it"))
    code = code_field()
    description = description_field()
    price_cents = DollarsField(label=_("Price"))
    max_items = CountField(
        label=_("Most items"), least=1, required=False, help_text=_("Empty: no limit.")
    )
    pieces = CountField(label=_("Room in a van, in pieces"), least=1)
    position = CountField(label=_("Place in the list"), most=999)
    is_active = active_field(WITHDRAWN)
    layout = (
        ("name", "code"),
        ("description",),
        ("price_cents", "max_items"),
        ("pieces", "position"),
        ("whole_van", "coi_included"),
        ("is_most_popular",),
        ("is_active",),
    )

    class Meta:
        model = Package
        fields = (
            "name",
            "code",
            "description",
            "price_cents",
            "max_items",
            "pieces",
            "position",
            "whole_van",
            "coi_included",
            "is_most_popular",
            "is_active",
        )
        labels = {"is_most_popular": _("Shown as most popular")}


class DeliveryRateForm(CatalogueForm):
    """Standard Delivery."""

    name = name_field(_("Name, as customers see it"))
    description = description_field()
    item_cents = DollarsField(label=_("Price of an item"))
    minimum_cents = DollarsField(label=_("At least"), required=False, empty=0)
    pieces_per_item = CountField(label=_("Room of an item, in pieces"), least=1)
    is_active = active_field(WITHDRAWN)
    layout = (
        ("name",),
        ("description",),
        ("item_cents", "minimum_cents"),
        ("pieces_per_item",),
        ("is_active",),
    )

    class Meta:
        model = DeliveryRate
        fields = (
            "name",
            "description",
            "item_cents",
            "minimum_cents",
            "pieces_per_item",
            "is_active",
        )

    def clean_is_active(self) -> bool:
        """One rate at a time."""
        wanted: bool = self.cleaned_data["is_active"]
        others = DeliveryRate.objects.filter(is_active=True).exclude(pk=self.instance.pk)
        if wanted and (other := others.first()):
            raise forms.ValidationError(
                _("%(name)s is active. Withdraw it first.") % {"name": other.name}
            )
        return wanted


class SpecialtyItemForm(CodedForm):
    """A thing with a price of its own."""

    name = name_field(_("Name, as customers see it"))
    code = code_field()
    description = description_field()
    price_cents = DollarsField(label=_("Price of one"))
    pieces = CountField(label=_("Room in a van, in pieces"), least=1)
    position = CountField(label=_("Place in the list"), most=999)
    is_active = active_field(WITHDRAWN)
    layout = (
        ("name", "code"),
        ("description",),
        ("price_cents", "pieces"),
        ("position",),
        ("needs_rack",),
        ("is_active",),
    )

    class Meta:
        model = SpecialtyItem
        fields = (
            "name",
            "code",
            "description",
            "price_cents",
            "pieces",
            "position",
            "needs_rack",
            "is_active",
        )


class AddOnForm(CatalogueForm):
    """An organizing add-on of a package, or of the services without packages."""

    fixed = ("service_type", "package")

    service_type = forms.ChoiceField(label=_("Kind"), choices=ADD_ON_CHOICES)
    name = name_field(_("Name, as customers see it"))
    description = description_field()
    price_cents = DollarsField(label=_("Price"))
    is_active = active_field(WITHDRAWN)
    layout = (
        ("service_type", "package"),
        ("name",),
        ("description",),
        ("price_cents",),
        ("is_active",),
    )

    class Meta:
        model = OrganizingService
        fields = ("service_type", "package", "name", "description", "price_cents", "is_active")
        labels = {"package": _("Package")}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        package = self.fields["package"]
        assert isinstance(package, forms.ModelChoiceField)  # noqa: S101  for the type checker
        package.empty_label = str(_("Services without packages"))

    def clean(self) -> dict[str, Any]:
        """One add-on of a kind for each package."""
        given = super().clean() or self.cleaned_data
        there = OrganizingService.objects.filter(
            service_type=given.get("service_type"), package=given.get("package")
        )
        if "package" in given and there.exclude(pk=self.instance.pk).exists():
            self.complain("package", _("This add-on exists for it already. Change that one."))
        return given
