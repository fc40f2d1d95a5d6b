"""The forms of a booking's sections: those of the wizard, each with its own fields alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.wizard.forms.base import F, share_fields
from booking.wizard.forms.text import LineField
from booking.wizard.forms.where import WhereForm
from booking.wizard.forms.who import WhoForm
from staff.payment_links.forms import DollarsField

LONGEST_REASON = 200


# What the wizard asks on one page, and staff edit in several sections.
_CONTACT = ("contact_name", "contact_email", "contact_phone")
_ON_THE_SPOT = ("other_contact_name", "other_contact_phone")
_BUILDING = (
    "pickup_has_doorman",
    "pickup_has_elevator",
    "pickup_access_notes",
    "delivery_has_doorman",
    "delivery_has_elevator",
    "delivery_access_notes",
    "driver_notes",
    "coi_wording",
)


def _without(*names: str) -> Callable[[F], F]:
    """Leave out fields of the wizard's form that a form directly below it is made from."""

    def leave_out(form: F) -> F:
        for name in names:
            del form.base_fields[name]
        return form

    return leave_out


@share_fields
@_without("pickup_save_as", "delivery_save_as", "pickup_other", "delivery_other")
class TripForm(WhereForm):
    """Both addresses."""

    def _check_labels(self) -> None:
        """No address is kept here."""


@share_fields
@_without(*_BUILDING)
class PeopleForm(WhoForm):
    """A guest's contact, and who is on the spot."""


@share_fields
@_without(*_BUILDING, *_CONTACT)
class OtherContactForm(WhoForm):
    """Who is on the spot; the contact itself is the account's."""


@share_fields
@_without(*_CONTACT, *_ON_THE_SPOT)
class BuildingForm(WhoForm):
    """How to get in, and the certificate."""

    coi = forms.BooleanField(required=False)


class PriceForm(forms.Form):
    """Another total, and why. `total` is cleaned to cents."""

    use_required_attribute = False

    total = DollarsField(
        label=_("New total, in dollars"),
        help_text=_("0 is free of charge."),
        error_messages={"required": _("Enter the new total")},
    )
    reason = LineField(
        label=_("Why"),
        max_length=LONGEST_REASON,
        required=_("Say why: the team reads it beside the booking"),
        help_text=_("For the team; the customer does not see it."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
