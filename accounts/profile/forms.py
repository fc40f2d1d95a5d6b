"""What can be changed about oneself."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import CustomerProfile, User
from booking.wizard.forms.text import LineField, PhoneField, phone_for_people

PREFERENCES = ("wants_reminders", "wants_unfinished", "wants_reviews")


class ProfileForm(forms.Form):
    """Name, phone, and which mails about other things than money are wanted."""

    use_required_attribute = False

    name = LineField(
        required=_("Enter the name we should ask for"),
        max_length=120,
        label=_("Your name"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = PhoneField(
        label=_("Your phone"),
        widget=forms.TelInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    wants_reminders = forms.BooleanField(
        label=_("The day before: when we come, and what to have ready"), required=False
    )
    wants_unfinished = forms.BooleanField(
        label=_("A note when a booking was begun and not finished"), required=False
    )
    wants_reviews = forms.BooleanField(
        label=_("Afterwards: the question how it went"), required=False
    )

    @classmethod
    def of(cls, user: User, profile: CustomerProfile) -> "ProfileForm":
        """The form with what is kept now."""
        kept: dict[str, Any] = {name: getattr(profile, name) for name in PREFERENCES}
        kept |= {"name": user.name, "phone": phone_for_people(profile.phone)}
        return cls(initial=kept)
