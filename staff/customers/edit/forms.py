"""What staff type about a customer."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.addresses.forms import AddressForm
from accounts.identity.people import find_customer, is_taken
from accounts.models import User
from accounts.profile.forms import PREFERENCES, ProfileForm
from booking.wizard.forms.text import phone_for_people

_SALT = "staff.customers.seen"


class CustomerForm(ProfileForm):
    """Name, phone, and which mails are wanted, with what stood there when the form was opened."""

    seen = forms.CharField(max_length=2000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].label = _("Name")
        self.fields["phone"].label = _("Phone")
        for name in ("name", "phone"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    @classmethod
    def showing(cls, kept: dict[str, Any]) -> CustomerForm:
        """The form with what is kept now."""
        shown = kept | {"phone": phone_for_people(kept["phone"])}
        return cls(initial=shown | {"seen": sign_seen(kept)})

    def clean_seen(self) -> dict[str, Any]:
        """What the person saw; nothing fits what was not signed here."""
        try:
            seen: dict[str, Any] = json.loads(
                signing.Signer(salt=_SALT).unsign(self.cleaned_data["seen"])
            )
        except signing.BadSignature:
            return {}
        return seen

    @property
    def wanted(self) -> dict[str, Any]:
        """What a valid form says."""
        return {name: self.cleaned_data[name] for name in ("name", "phone", *PREFERENCES)}


def sign_seen(kept: dict[str, Any]) -> str:
    """What is kept, for the hidden field of the form."""
    return signing.Signer(salt=_SALT).sign(json.dumps(kept, sort_keys=True))


class NewEmailForm(forms.Form):
    """The address that an account is to change to."""

    use_required_attribute = False

    email = forms.EmailField(
        label=gettext_lazy("New e-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": gettext_lazy("Enter the new e-mail"),
            "invalid": gettext_lazy("Enter an e-mail like name@example.com"),
        },
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user

    def clean_email(self) -> str:
        """In lower case. One that an account has already leads to merging, not to a change."""
        email: str = self.cleaned_data["email"].lower()
        if email == self.user.email:
            raise ValidationError(_("This is the account's e-mail already"))
        if is_taken(email):
            other = find_customer(email, even_inactive=True)
            if other == self.user:
                raise ValidationError(_("This e-mail opens the account already"))
            raise ValidationError(
                _("Another account has this e-mail. If it is the same person, merge the two.")
                if other
                else _("This e-mail belongs to one of the staff")
            )
        return email


class CustomerAddressForm(AddressForm):
    """An address of the customer's book, in words for staff."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["label"].help_text = _("As the customer calls it: Home, Pondview, the office.")
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"
