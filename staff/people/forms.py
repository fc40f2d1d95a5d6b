"""Forms about colleagues."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from booking.wizard.forms.text import LineField
from staff.identity.forms import password_field
from staff.permissions import ROLE_LABELS


class RoleForm(forms.Form):
    """One of the five roles."""

    use_required_attribute = False

    role = forms.ChoiceField(
        label=_("Role"),
        choices=[(role.value, label) for role, label in ROLE_LABELS.items()],
        error_messages={"required": _("Choose a role")},
    )


class InviteForm(RoleForm):
    """Whom to ask in, and as what."""

    email = forms.EmailField(
        label=_("E-mail at work"),
        max_length=254,
        error_messages={
            "required": _("Enter the e-mail"),
            "invalid": _("Enter an e-mail like name@example.com"),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("email", "role")


class AcceptForm(forms.Form):
    """The name, and a password."""

    use_required_attribute = False

    name = LineField(
        label=_("Your name"),
        max_length=120,
        required=_("Enter your name"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = password_field(
        _("Password"),
        new=True,
        required=_("Enter a password"),
        help_text=_("At least ten characters. Three or four words that do not belong together."),
    )

    def __init__(self, *args: Any, email: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.email = email

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, User(email=self.email, name=self.cleaned_data.get("name", "")))
        return password
