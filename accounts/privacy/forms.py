"""The last question before an account is gone."""

from django import forms
from django.utils.translation import gettext_lazy as _


class DeleteForm(forms.Form):
    """One tick: that it is meant."""

    understood = forms.BooleanField(
        label=_("I want my account to be deleted. It cannot be brought back."),
        error_messages={"required": _("Tick this if you want to delete your account")},
    )
