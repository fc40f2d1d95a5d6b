"""What somebody says a movement at Stripe is."""

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.wizard.forms.text import LineField


class ExplainForm(forms.Form):
    """In words, for whoever reads the books later."""

    use_required_attribute = False

    explanation = LineField(
        label=_("What it is"),
        max_length=300,
        help_text=_("For the books: what the money was for, and where that is written down."),
        required=_("Say what it is"),
    )
