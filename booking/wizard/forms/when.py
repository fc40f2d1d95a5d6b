"""Step 3: the day and the time of the pickup."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from booking.pricing.types import PartialQuote
from booking.wizard.answers import typed_date, typed_time
from booking.wizard.forms.base import StepForm, share_fields


class DayField(forms.CharField):
    """A date, from the calendar or typed."""

    def to_python(self, value: Any) -> str:
        """The text as it is; refused where it is no date."""
        text = super().to_python(value) or ""
        if text and typed_date(text) is None:
            raise forms.ValidationError(
                gettext_lazy("Enter a day such as 12/5/2026, or choose one in the calendar"),
                code="invalid",
            )
        return text


class WallField(forms.CharField):
    """A time, one of the listed ones; the engine knows which."""

    def to_python(self, value: Any) -> str:
        """The text as it is; refused where it is no time."""
        text = super().to_python(value) or ""
        if text and typed_time(text) is None:
            raise forms.ValidationError(gettext_lazy("Choose one of the times"), code="invalid")
        return text


@share_fields
class WhenForm(StepForm):
    """A day that is open, has room and is not too near, and one of its times.

    `other_date` is the day as typed instead of chosen. `full` is the sentence that refuses a day
    without room; only a form that is sent is judged by it.
    """

    pickup_date = DayField(
        max_length=40, error_messages={"required": gettext_lazy("Choose a day for the pickup")}
    )
    other_date = DayField(required=False, max_length=40)
    pickup_time = WallField(
        max_length=10, error_messages={"required": gettext_lazy("Choose a time for the pickup")}
    )

    def __init__(
        self, typed: Mapping[str, str] | None, *, price: PartialQuote, full: str = ""
    ) -> None:
        super().__init__(typed, price=price)
        self.full = full
        self.day_field = "other_date" if (typed or {}).get("other_date") else "pickup_date"
        self.keys = {"pickup_date": self.day_field, "pickup_time": "pickup_time"}
        if self.day_field == "other_date":
            self.fields["pickup_date"] = DayField(required=False, max_length=40)

    def clean(self) -> dict[str, Any]:
        """A full day is refused at the field that it came from."""
        super().clean()
        if self.full and self.day_field not in self.errors:
            self.add_error(self.day_field, self.full)
        return self.cleaned_data
