"""What staff type when they change a status or answer a request."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.wizard.forms.text import LineField, NotesField
from payments.services.change_requests import LONGEST_NOTE
from payments.services.start import LONGEST_REASON
from staff.notes.forms import LONGEST_NOTE as LONGEST_OF_TEAM


class StartForm(forms.Form):
    """Why a trip begins unpaid."""

    use_required_attribute = False

    reason = LineField(
        label=gettext_lazy("Why it starts unpaid"),
        max_length=LONGEST_REASON,
        required=gettext_lazy("Write why it starts unpaid"),
    )


class CancelForm(forms.Form):
    """Why a booking ends, for the team."""

    use_required_attribute = False

    why = NotesField(
        label=gettext_lazy("Why, for the team"),
        help_text=gettext_lazy("Kept as a note. The customer does not see it."),
        max_length=LONGEST_OF_TEAM,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class RefuseForm(forms.Form):
    """Why what a customer asked for cannot be: it is mailed to them."""

    use_required_attribute = False

    answer = NotesField(
        label=gettext_lazy("Your answer to the customer"),
        help_text=gettext_lazy("Mailed as it stands: why not, and what can be done instead."),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        answer = self.fields["answer"]
        answer.required = True
        answer.error_messages["required"] = _("Write why, and what the customer can do instead")
