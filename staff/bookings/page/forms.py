"""What staff type when they change a status or answer a request."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.changes import Cancel
from booking.wizard.forms.text import LineField, NotesField
from payments.services.change_requests import LONGEST_NOTE
from payments.services.start import LONGEST_REASON
from staff.notes.forms import LONGEST_NOTE as LONGEST_OF_TEAM
from staff.payment_links.forms import DollarsField
from staff.refunds.forms import LONGEST_NOTE as LONGEST_REFUND_NOTE


class StartForm(forms.Form):
    """Why a trip begins unpaid, or with its money disputed: whichever is asked for."""

    use_required_attribute = False

    reason = LineField(
        label=gettext_lazy("Why it starts unpaid"),
        max_length=LONGEST_REASON,
        required=gettext_lazy("Write why it starts unpaid"),
    )
    disputed_reason = LineField(
        label=gettext_lazy("Why it starts although its money is disputed"),
        help_text=gettext_lazy("Kept as a note. The customer does not see it."),
        max_length=LONGEST_REASON,
        required=gettext_lazy("Write why it starts although its money is disputed"),
    )

    def ask(self, *, unpaid: bool, disputed: bool) -> None:
        """Want only what this trip needs."""
        self.fields["reason"].required = unpaid
        self.fields["disputed_reason"].required = disputed


POLICY, OUR_FAULT, OTHER = "policy", "our_fault", "other"
BACK = (
    (POLICY, gettext_lazy("What the refund rules give")),
    (OUR_FAULT, gettext_lazy("All of it: the fault is ours")),
    (OTHER, gettext_lazy("Another sum")),
)


class CancelForm(forms.Form):
    """What goes back, and why a booking ends, for the team.

    `may_set`: there is money to return, and the person may ask for refunds.
    """

    use_required_attribute = False

    back = forms.ChoiceField(
        label=gettext_lazy("What goes back"),
        choices=BACK,
        initial=POLICY,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what goes back")},
    )
    amount = DollarsField(
        label=gettext_lazy("The other sum, in dollars"),
        required=False,
    )
    refund_note = LineField(
        label=gettext_lazy("Why not what the rules give"),
        help_text=gettext_lazy("For whoever approves it. The customer does not see it."),
        max_length=LONGEST_REFUND_NOTE,
    )
    why = NotesField(
        label=gettext_lazy("Why, for the team"),
        help_text=gettext_lazy("Kept as a note. The customer does not see it."),
        max_length=LONGEST_OF_TEAM,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any = None, *, may_set: bool) -> None:
        super().__init__(data)
        if not may_set:
            for name in ("back", "amount", "refund_note"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Another sum is named, and everything but the rules' has its reason."""
        given: dict[str, Any] = super().clean() or {}
        back = given.get("back", POLICY)
        if back == OTHER and given.get("amount") is None and "amount" not in self.errors:
            self.add_error("amount", _("Enter the sum, 0 for nothing"))
        if back != POLICY and not given.get("refund_note") and "refund_note" not in self.errors:
            self.add_error("refund_note", _("Write why"))
        return given

    @property
    def wish(self) -> Cancel:
        """What a valid form asks for; by the rules where it is not valid."""
        given = self.cleaned_data if self.is_valid() else {}
        back = given.get("back", POLICY)
        return Cancel(
            reason="staff",
            our_fault=back == OUR_FAULT,
            refund_cents=given["amount"] if back == OTHER else None,
            refund_note=given["refund_note"] if back != POLICY else "",
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
