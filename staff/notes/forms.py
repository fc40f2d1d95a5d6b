"""A note, as it is typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.wizard.forms.text import NotesField

LONGEST_NOTE = 2000


class NoteForm(forms.Form):
    """Several lines for the team."""

    use_required_attribute = False

    body = NotesField(
        label=gettext_lazy("Add a note for the team"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2, "data-key": "n"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        body = self.fields["body"]
        body.required, body.error_messages["required"] = True, _("Write the note first")
