"""Our words for the fields of allauth's forms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

# What is said of a field that was left empty, by the field's name.
MISSING = {
    "login": _("Enter your e-mail"),
    "email": _("Enter your e-mail"),
    "password": _("Enter your password"),
    "oldpassword": _("Enter your current password"),
    "password1": _("Enter a password"),
    "code": _("Enter the code"),
    "name": _("Give the passkey a name"),
}


def dress(
    form: forms.Form, name: str, label: Any, *, help_text: Any = "", autocomplete: str = ""
) -> None:
    """Give a field of allauth's our words."""
    field = form.fields[name]
    field.label, field.help_text = label, help_text
    if name in MISSING:
        field.error_messages["required"] = MISSING[name]
    attrs = field.widget.attrs
    attrs.pop("placeholder", None)
    if autocomplete:
        attrs["autocomplete"] = autocomplete
    if autocomplete == "one-time-code":
        attrs |= {"inputmode": "numeric", "spellcheck": "false", "maxlength": "16"}
    if isinstance(field, forms.EmailField):
        attrs["maxlength"] = "254"
        field.error_messages["invalid"] = _("Enter an e-mail like name@example.com")
