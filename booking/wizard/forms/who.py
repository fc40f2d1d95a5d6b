"""Step 4: whom we write to and call, and how to get in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.wizard.forms.base import StepForm, share_fields
from booking.wizard.forms.text import LineField, NotesField, PhoneField


class EmailField(forms.EmailField):
    """An e-mail address, as `EmailField` of Django reads it, in our words."""

    def __init__(self, *, required: bool = True) -> None:
        wrong = gettext_lazy("Enter an e-mail address, such as name@example.com")
        super().__init__(
            required=required,
            max_length=254,
            error_messages={
                "required": gettext_lazy("Enter the e-mail address we write to"),
                "invalid": wrong,
                "max_length": wrong,
            },
        )


@share_fields
class WhoForm(StepForm):
    """The contact, somebody else on the spot, access to both addresses, notes, the certificate."""

    contact_name = LineField(
        required=gettext_lazy("Enter the name we should ask for"), max_length=120
    )
    contact_email = EmailField()
    contact_phone = PhoneField(required=gettext_lazy("Enter a phone number we can call on the day"))
    other_contact_name = LineField(max_length=120)
    other_contact_phone = PhoneField()
    pickup_has_doorman = forms.BooleanField(required=False)
    pickup_has_elevator = forms.BooleanField(required=False)
    pickup_access_notes = LineField(max_length=300)
    delivery_has_doorman = forms.BooleanField(required=False)
    delivery_has_elevator = forms.BooleanField(required=False)
    delivery_access_notes = LineField(max_length=300)
    driver_notes = NotesField(max_length=1000)
    coi_wording = NotesField(max_length=1000)

    def clean(self) -> dict[str, Any]:
        """Another contact is somebody whom we can ask for and call, or nobody."""
        cleaned = super().clean()
        name, phone = cleaned.get("other_contact_name"), cleaned.get("other_contact_phone")
        if name and not phone and "other_contact_phone" not in self.errors:
            self.add_error(
                "other_contact_phone", _("Enter a phone number for %(name)s") % {"name": name}
            )
        if phone and not name and "other_contact_name" not in self.errors:
            self.add_error("other_contact_name", _("Enter the name that belongs to this number"))
        return cleaned
