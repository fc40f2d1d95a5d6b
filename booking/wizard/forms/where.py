"""Step 1: where from, and where to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.pricing.addresses import address_key
from booking.pricing.types import PartialQuote
from booking.pricing.words import Refusal
from booking.wizard.forms.base import StepForm, share_fields
from booking.wizard.forms.text import LineField, ZipField

STATES = (("NY", "NY"), ("NJ", "NJ"), ("CT", "CT"))
LEGS = ("pickup", "delivery")
# How the ZIPs of the states that we serve begin.
STATE_OF = {"06": "CT", "07": "NJ", "08": "NJ", "10": "NY", "11": "NY"}


def state_field(required: Any, **options: Any) -> forms.ChoiceField:
    """One of the states that we serve. `required`: what to say of any other."""
    return forms.ChoiceField(
        choices=STATES, error_messages={"required": required, "invalid_choice": required}, **options
    )


def wrong_state(zip_code: str, chosen: str) -> str:
    """What is wrong with a state beside its ZIP; empty where they agree, or nobody can tell."""
    state = next((state for start, state in STATE_OF.items() if zip_code.startswith(start)), None)
    if not state or not chosen or chosen == state:
        return ""
    text = _("ZIP %(zip)s is in %(state)s. Choose %(state)s, or correct the ZIP")
    return text % {"zip": zip_code, "state": state}


@share_fields
class WhereForm(StepForm):
    """Two addresses, both in a served ZIP, that are not the same (PRICING.md).

    `labels` are the names of the addresses that a signed-in customer keeps, and may give a new
    one (`<leg>_save_as`). `<leg>_other`: none of them is wanted at this end.
    """

    keys = {"pickup_zip": "pickup_zip", "delivery_zip": "delivery_zip"}

    pickup_street = LineField(
        required=gettext_lazy("Enter the street and number we collect from"), max_length=120
    )
    pickup_unit = LineField(max_length=40)
    pickup_city = LineField(required=gettext_lazy("Enter the city we collect from"), max_length=80)
    pickup_state = state_field(gettext_lazy("Choose the state we collect from"))
    pickup_zip = ZipField(required=gettext_lazy("Enter the ZIP we collect from"))
    delivery_street = LineField(
        required=gettext_lazy("Enter the street and number we deliver to"), max_length=120
    )
    delivery_unit = LineField(max_length=40)
    delivery_city = LineField(required=gettext_lazy("Enter the city we deliver to"), max_length=80)
    delivery_state = state_field(gettext_lazy("Choose the state we deliver to"))
    delivery_zip = ZipField(required=gettext_lazy("Enter the ZIP we deliver to"))
    pickup_save_as = LineField(max_length=40)
    delivery_save_as = LineField(max_length=40)
    pickup_other = forms.BooleanField(required=False)
    delivery_other = forms.BooleanField(required=False)

    def __init__(
        self, typed: Mapping[str, str] | None, *, price: PartialQuote, labels: Iterable[str] = ()
    ) -> None:
        super().__init__(typed, price=price)
        self.labels = {label.casefold() for label in labels}

    def add_refusal(self, name: str, refused: Refusal) -> None:
        """A ZIP that is not served, in few words: below the fields there is more about it."""
        if refused.code == "not_served":
            code = self.cleaned_data.get(name, "")
            self.add_error(name, _("%(zip)s is not served yet") % {"zip": code})
        else:
            super().add_refusal(name, refused)

    def clean(self) -> dict[str, Any]:
        """Also refuse a delivery to the address it comes from (DECISIONS.md, 21)."""
        cleaned = super().clean()
        for leg in LEGS:
            self._check_state(leg)
        keys = [self._address_key(leg) for leg in LEGS]
        if keys[0] and keys[0] == keys[1]:
            self.add_error(
                "delivery_street",
                _("This is the address we collect from. Enter the one we deliver to"),
            )
        self._check_labels()
        return cleaned

    def _check_state(self, leg: str) -> None:
        """A ZIP tells its state; the one that stands preset may not be the right one."""
        code = str(self.cleaned_data.get(f"{leg}_zip") or "")
        wrong = wrong_state(code, str(self.cleaned_data.get(f"{leg}_state") or ""))
        if wrong:
            self.add_error(f"{leg}_state", wrong)

    def _check_labels(self) -> None:
        """A new address needs a name that no other has."""
        taken = set(self.labels)
        for leg in LEGS:
            label = str(self.cleaned_data.get(f"{leg}_save_as") or "")
            if label.casefold() in taken:
                text = _("You have an address called “%(label)s”. Choose another name for this one")
                self.add_error(f"{leg}_save_as", text % {"label": label})
            taken |= {label.casefold()} if label else set()

    def _address_key(self, leg: str) -> str | None:
        """What two spellings of an address share; None while it is not whole."""
        found = self.cleaned_data
        parts = [f"{leg}_{part}" for part in ("street", "city", "state", "zip")]
        if not all(found.get(name) for name in parts):
            return None
        street, city, state, zip_code = (found[name] for name in parts)
        unit = found.get(f"{leg}_unit", "")
        return address_key(street=street, unit=unit, city=city, state=state, zip_code=zip_code)
