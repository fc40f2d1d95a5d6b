"""Forms about days, vans, and the day of a booking."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import time_format
from django.utils.translation import gettext_lazy as _

from booking.pricing.hours import pickup_times
from booking.pricing.types import Hours
from booking.services.days import DayRules, VanRules, VanUsual
from booking.wizard.forms.text import LineField

MOST_PIECES = 9999
TOO_MANY = _("Enter at most 9999")
WHOLE = _("Enter a whole number")


def pieces_field(label: Any, **options: Any) -> forms.IntegerField:
    """So many pieces."""
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=MOST_PIECES,
        error_messages={
            "required": _("Enter how many pieces"),
            "invalid": WHOLE,
            "min_value": WHOLE,
            "max_value": TOO_MANY,
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        **options,
    )


class DayForm(forms.Form):
    """Whether a day is closed, why, and its cap."""

    use_required_attribute = False

    is_closed = forms.BooleanField(label=_("Closed: nobody can book this day"), required=False)
    closed_reason = LineField(
        label=_("Why"),
        max_length=120,
        help_text=_("Customers read it, such as “van inspection”."),
    )
    cap_pieces = pieces_field(
        _("Cap in pieces"),
        required=False,
        help_text=_("Empty for none. To take nothing more, enter what is held now."),
    )

    def clean(self) -> dict[str, Any]:
        """A reason stands only with a closed day."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("closed_reason") and not given.get("is_closed"):
            self.add_error("closed_reason", _("A reason is only for a closed day"))
        return given

    @property
    def rules(self) -> DayRules:
        """What was typed."""
        given = self.cleaned_data
        return DayRules(given["is_closed"], given["closed_reason"], given["cap_pieces"])


class VanDayForm(forms.Form):
    """A van on one day."""

    use_required_attribute = False

    in_service = forms.BooleanField(label=_("In service that day"), required=False)
    pieces = pieces_field(_("Pieces it takes"))
    has_rack = forms.BooleanField(label=_("With the specialty rack"), required=False)

    @property
    def rules(self) -> VanRules:
        """What was typed."""
        given = self.cleaned_data
        return VanRules(given["in_service"], given["pieces"], given["has_rack"])


class VanForm(forms.Form):
    """A van on any day for which nothing else is said."""

    use_required_attribute = False

    name = LineField(
        label=_("Name"),
        max_length=40,
        help_text=_("Beside its number, such as “Sprinter”."),
    )
    pieces = pieces_field(_("Pieces it takes"), initial=60)
    has_rack = forms.BooleanField(label=_("Has a specialty rack"), required=False)
    is_active = forms.BooleanField(
        label=_("In service every day"),
        required=False,
        initial=True,
        help_text=_("A van that is not is called in for single days, in the calendar."),
    )

    @property
    def usual(self) -> VanUsual:
        """What was typed."""
        return VanUsual(**self.cleaned_data)


class MoveForm(forms.Form):
    """Another day and time, of those that the service has."""

    use_required_attribute = False

    pickup_date = forms.DateField(
        label=_("Pickup day"),
        error_messages={
            "required": _("Choose a day"),
            "invalid": _("Enter a day such as 12/5/2026"),
        },
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    pickup_time = forms.TimeField(
        label=_("Pickup time"),
        error_messages={
            "required": _("Choose a time"),
            "invalid": _("Choose one of the times"),
        },
        widget=forms.Select(),
    )

    def __init__(self, *args: Any, hours: Hours | None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.times = pickup_times(hours) if hours else ()
        self.fields["pickup_time"].widget.choices = [
            (f"{wall:%H:%M}", time_format(wall, "g:i A")) for wall in self.times
        ]

    def clean_pickup_time(self) -> Any:
        """One of the service's; what it had before a change of hours is none any more."""
        wall = self.cleaned_data["pickup_time"]
        if wall not in self.times:
            raise ValidationError(_("Choose one of the times"))
        return wall
