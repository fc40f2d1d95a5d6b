"""The forms of a booking's sections: those of the wizard, each with its own fields alone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.wizard.forms.base import share_fields
from booking.wizard.forms.text import LineField
from booking.wizard.forms.where import WhereForm
from booking.wizard.forms.who import WhoForm
from staff.payment_links.forms import DollarsField

LONGEST_REASON = 200


@share_fields
class TripForm(WhereForm):
    """Both addresses."""

    pickup_save_as = None  # type: ignore[assignment]  # Django's way to leave out a field
    delivery_save_as = None  # type: ignore[assignment]
    pickup_other = None  # type: ignore[assignment]
    delivery_other = None  # type: ignore[assignment]

    def _check_labels(self) -> None:
        """No address is kept here."""


@share_fields
class PeopleForm(WhoForm):
    """A guest's contact, and who is on the spot."""

    pickup_has_doorman = None  # type: ignore[assignment]
    pickup_has_elevator = None  # type: ignore[assignment]
    pickup_access_notes = None  # type: ignore[assignment]
    delivery_has_doorman = None  # type: ignore[assignment]
    delivery_has_elevator = None  # type: ignore[assignment]
    delivery_access_notes = None  # type: ignore[assignment]
    driver_notes = None  # type: ignore[assignment]
    coi_wording = None  # type: ignore[assignment]


@share_fields
class OtherContactForm(PeopleForm):
    """Who is on the spot; the contact itself is the account's."""

    contact_name = None  # type: ignore[assignment]
    contact_email = None  # type: ignore[assignment]
    contact_phone = None  # type: ignore[assignment]


@share_fields
class BuildingForm(WhoForm):
    """How to get in, and the certificate."""

    contact_name = None  # type: ignore[assignment]
    contact_email = None  # type: ignore[assignment]
    contact_phone = None  # type: ignore[assignment]
    other_contact_name = None  # type: ignore[assignment]
    other_contact_phone = None  # type: ignore[assignment]
    coi = forms.BooleanField(required=False)


class PriceForm(forms.Form):
    """Another total, and why. `total` is cleaned to cents."""

    use_required_attribute = False

    total = DollarsField(
        label=_("New total, in dollars"),
        max_length=14,
        help_text=_("0 is free of charge."),
        error_messages={"required": _("Enter the new total")},
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    reason = LineField(
        label=_("Why"),
        max_length=LONGEST_REASON,
        required=_("Say why: the team reads it beside the booking"),
        help_text=_("For the team; the customer does not see it."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
