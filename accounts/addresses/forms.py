"""An address of the address book, judged as in the wizard."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.addresses.services import AddressFacts
from accounts.models import SavedAddress
from booking.catalogue.snapshot import get_snapshot
from booking.wizard.forms.text import LineField, ZipField
from booking.wizard.forms.where import state_field, wrong_state

FACTS = tuple(AddressFacts.__dataclass_fields__)


def _line(autocomplete: str) -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": autocomplete})


class AddressForm(forms.Form):
    """A whole address in a ZIP that we serve, under a label; how to get in may be added."""

    use_required_attribute = False

    label = LineField(
        required=gettext_lazy("Give this address a name, such as Home"),
        max_length=40,
        label=gettext_lazy("Name of this address"),
        help_text=gettext_lazy("As you call it: Home, Pondview, the office."),
        widget=_line("off"),
    )
    street = LineField(
        required=gettext_lazy("Enter the street and number"),
        max_length=120,
        label=gettext_lazy("Street and number"),
        widget=_line("address-line1"),
    )
    unit = LineField(max_length=40, label=gettext_lazy("Unit"), widget=_line("address-line2"))
    city = LineField(
        required=gettext_lazy("Enter the city"),
        max_length=80,
        label=gettext_lazy("City"),
        widget=_line("address-level2"),
    )
    state = state_field(
        gettext_lazy("Choose the state"),
        label=gettext_lazy("State"),
        widget=forms.Select(attrs={"autocomplete": "address-level1"}),
    )
    zip = ZipField(
        required=gettext_lazy("Enter the ZIP"),
        label=gettext_lazy("ZIP"),
        widget=forms.TextInput(attrs={"autocomplete": "postal-code", "inputmode": "numeric"}),
    )
    has_doorman = forms.BooleanField(label=gettext_lazy("There is a doorman"), required=False)
    has_elevator = forms.BooleanField(label=gettext_lazy("There is an elevator"), required=False)
    access_notes = LineField(
        max_length=300,
        label=gettext_lazy("How to get in"),
        help_text=gettext_lazy("Service entrance, gate code, where a van may stand."),
        widget=_line("off"),
    )
    as_default = forms.BooleanField(label=gettext_lazy("Offer this address first"), required=False)

    @classmethod
    def of(cls, address: SavedAddress) -> AddressForm:
        """The form with what is kept now."""
        kept = {name: getattr(address, name) for name in FACTS}
        return cls(initial={**kept, "as_default": address.is_default})

    @property
    def facts(self) -> AddressFacts:
        """What a valid form says."""
        return AddressFacts(**{name: self.cleaned_data[name] for name in FACTS})

    def clean_zip(self) -> str:
        """Refuse a ZIP that is not served, as the wizard does, with the way on."""
        code: str = self.cleaned_data["zip"]
        if code not in get_snapshot().book.zones:
            text = _("%(zip)s is not served yet. Call us on %(phone)s if you need it")
            raise forms.ValidationError(text % {"zip": code, "phone": settings.PHONE})
        return code

    def clean(self) -> dict[str, Any]:
        """A ZIP tells its state."""
        cleaned = super().clean() or {}
        wrong = wrong_state(cleaned.get("zip", ""), cleaned.get("state", ""))
        if wrong:
            self.add_error("state", wrong)
        return cleaned
