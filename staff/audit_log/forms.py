"""What can be asked of the audit log."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.wizard.forms.text import LineField
from staff.audit_log.queries import Wanted, action_choices
from staff.people.queries import colleagues


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        error_messages={"invalid": _("Enter a day like 2026-12-05")},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class AuditForm(forms.Form):
    """Who, what, about what, and when; `before` is the key of the page."""

    use_required_attribute = False

    who = forms.ChoiceField(label=_("Who"), required=False)
    action = forms.ChoiceField(label=_("What"), required=False)
    about = LineField(
        label=_("About"),
        max_length=64,
        widget=forms.TextInput(attrs={"placeholder": _("Booking, name, address")}),
    )
    since = _day(_("From"))
    until = _day(_("To"))
    before = forms.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        people = [(str(person.pk), person.name) for person in colleagues()]
        for name, label, choices in (
            ("who", _("Everybody"), people),
            ("action", _("Everything"), action_choices()),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  for the type checker
            field.choices = [("", label), *choices]

    def wanted(self) -> Wanted:
        """What a valid form asks for."""
        asked = {name: self.cleaned_data[name] for name in ("action", "about", "since", "until")}
        who = self.cleaned_data["who"]
        return Wanted(who=UUID(who) if who else None, **asked)
