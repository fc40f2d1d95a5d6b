"""Forms of the sign-in and of one's own account."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from booking.wizard.forms.text import LineField

REFUSED = _(
    "This did not work. Check the e-mail and the password. After several wrong tries we wait "
    "fifteen minutes; an admin can help you too."
)
CODE_REFUSED = _("This code did not work. Take the newest one, or another recovery code.")
PASSKEY_REFUSED = _("The passkey did not work. Try again, or use a code.")
PASSWORD_MISSING = _("Enter your password")


def password_field(label: Any, *, new: bool = False, required: Any, help_text: Any = "") -> Any:
    """A password, never shown again; the browser may fill it in."""
    return forms.CharField(
        label=label,
        strip=False,
        max_length=200,
        help_text=help_text,
        error_messages={"required": required},
        widget=forms.PasswordInput(
            attrs={"autocomplete": "new-password" if new else "current-password"}
        ),
    )


class SignInForm(forms.Form):
    """E-mail and password."""

    use_required_attribute = False

    email = forms.CharField(
        label=_("E-mail"),
        max_length=254,
        error_messages={"required": _("Enter your e-mail")},
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = password_field(_("Password"), required=PASSWORD_MISSING)


class CodeForm(forms.Form):
    """A code of the app, or a recovery code; or the answer of a passkey, as JSON."""

    use_required_attribute = False

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        error_messages={"required": _("Enter the code")},
        help_text=_("The six digits your app shows, or a recovery code"),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "figures"}
        ),
    )
    passkey = forms.JSONField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        kept = super().clean() or {}
        if kept.get("passkey"):
            self.errors.pop("code", None)
            kept["code"] = ""
        return kept


class FirstCodeForm(forms.Form):
    """The first code of a new app."""

    use_required_attribute = False

    code = forms.CharField(
        label=_("The code it shows"),
        max_length=20,
        error_messages={"required": _("Enter the six digits your app shows")},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "figures"}
        ),
    )


class PasskeyForm(forms.Form):
    """A new passkey: its name, and the browser's answer as JSON."""

    use_required_attribute = False

    name = LineField(
        label=_("Name of the passkey"),
        max_length=40,
        required=_("Give the passkey a name"),
        help_text=_("So that you know it again: “Office laptop”"),
    )
    passkey = forms.JSONField(widget=forms.HiddenInput, error_messages={"required": ""})


class ConfirmForm(forms.Form):
    """The password again."""

    use_required_attribute = False

    password = password_field(_("Your password"), required=PASSWORD_MISSING)


class NewPasswordForm(forms.Form):
    """The password now, and the one to come."""

    use_required_attribute = False

    password = password_field(_("Your password now"), required=PASSWORD_MISSING)
    new_password = password_field(
        _("New password"),
        new=True,
        required=_("Enter a new password"),
        help_text=_("At least ten characters. Three or four words that do not belong together."),
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise ValidationError(_("This is not your password now"))
        return password

    def clean_new_password(self) -> str:
        password: str = self.cleaned_data["new_password"]
        validate_password(password, self.user)
        return password


class SettingsForm(forms.Form):
    """What a person sets for themselves."""

    single_keys = forms.BooleanField(
        label=_("Single keys move about: j and k, o, /, ?"),
        required=False,
        help_text=_("Off: only Ctrl and K together opens the search. Nothing else reacts."),
    )
