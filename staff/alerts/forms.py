"""Why somebody closes an alert about money."""

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.wizard.forms.text import LineField


class CloseForm(forms.Form):
    """In words, for whoever reads the books later."""

    use_required_attribute = False

    why = LineField(
        label=_("What became of the money"),
        max_length=300,
        help_text=_("For the books, where it stays for ever: no names."),
        required=_("Say what became of the money"),
    )
