"""Step 2: what is carried, and with which help."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.pricing.types import PartialQuote
from booking.wizard.answers import SPECIALTY, specialty_names
from booking.wizard.forms.base import StepForm, share_fields

MOST = 9_999


class CountField(forms.IntegerField):
    """How many: a whole number; an empty one is 0."""

    def __init__(self) -> None:
        whole = _("Enter a whole number, such as 6")
        super().__init__(
            required=False,
            min_value=0,
            max_value=MOST,
            error_messages={
                "invalid": whole,
                "min_value": whole,
                "max_value": _("Enter at most 9,999, or call us"),
            },
        )

    def to_python(self, value: Any) -> int:
        """ASCII digits only: what is shown as typed is what is counted."""
        text = str(value or "").strip()
        if text and not (text.isascii() and text.lstrip("-").isdigit() and len(text) < 10):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(text or 0) or 0


# One for all specialty items: nothing in it depends on which it counts.
COUNT = CountField()


@share_fields
class WhatForm(StepForm):
    """A Mini Move of some size, or a Standard Delivery. The engine decides what goes together.

    `specialty-<code>` counts are fields of their own, one for each item of the catalogue and each
    that was posted.
    """

    keys = {
        "service": "choice",
        "package": "choice",
        "items": "items",
        "packing": "packing",
        "unpacking": "unpacking",
        "organizing": "organizing",
    }

    items = CountField()
    choice = forms.CharField(
        max_length=60, error_messages={"required": _("Choose a Mini Move, or Standard Delivery")}
    )
    # The choice that we had suggested: as long as it is the one chosen, it follows the count.
    suggested = forms.CharField(required=False, max_length=60)
    packing = forms.BooleanField(required=False)
    unpacking = forms.BooleanField(required=False)
    organizing = forms.BooleanField(required=False)
    coi = forms.BooleanField(required=False)

    def __init__(
        self, typed: Mapping[str, str] | None, *, price: PartialQuote, specialty: tuple[str, ...]
    ) -> None:
        super().__init__(typed, price=price)
        asked = (name.removeprefix(SPECIALTY) for name in specialty_names(typed or {}))
        for code in dict.fromkeys((*specialty, *asked)):
            self.fields[f"{SPECIALTY}{code}"] = COUNT

    @classmethod
    def names(cls, posted: Mapping[str, Any]) -> list[str]:
        """The fields of every form, and the counts that were posted."""
        return [*cls.base_fields, *specialty_names(posted)]

    def clean(self) -> dict[str, Any]:
        """Refuse a choice that is none; tell of refused specialty items at the first asked for."""
        super().clean()
        if self.price.missing & {"service", "package"} and "choice" not in self.errors:
            self.add_error("choice", _("Choose a Mini Move, or Standard Delivery"))
        refused = self.price.refused.by_key().get("specialty")
        counts = [name for name in self.fields if name.startswith(SPECIALTY)]
        if refused and counts:
            asked = (name for name in counts if self.cleaned_data.get(name))
            self.add_refusal(next(asked, counts[0]), refused[0])
        return self.cleaned_data
