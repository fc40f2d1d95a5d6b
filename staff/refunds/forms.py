"""What staff type about a refund."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.lifecycle import Status
from booking.models import Booking
from booking.wizard.forms.text import LineField
from payments.models import Refund
from payments.money import MoneyState
from staff.payment_links.forms import DollarsField
from totetaxi.lib.money import usd

LONGEST_NOTE = 300
LONGEST_PROOF = 200
NOTE_MISSING = gettext_lazy("Write what happened")


def reasons_for(booking: Booking, money: MoneyState) -> list[tuple[str, str]]:
    """The reasons that staff may give now; changes of the booking ask by themselves."""
    fitting = [Refund.Reason.OUR_FAULT, Refund.Reason.GOODWILL]
    if booking.status == Status.CANCELLED:
        fitting.insert(0, Refund.Reason.CANCELLATION)
    if money.surplus_cents:
        fitting.insert(0, Refund.Reason.SURPLUS)
    return [(reason.value, str(reason.label)) for reason in fitting]


class AskForm(forms.Form):
    """How much goes back, and why. `left_cents` is what the page showed to be left."""

    use_required_attribute = False

    amount = DollarsField(label=gettext_lazy("Amount in dollars"))
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a reason")},
    )
    note = LineField(
        label=gettext_lazy("What happened"),
        help_text=gettext_lazy("For whoever approves it. The customer does not see it."),
        max_length=LONGEST_NOTE,
    )
    left_cents = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, booking: Booking, money: MoneyState, initial: Any = None
    ) -> None:
        super().__init__(data, initial={"left_cents": money.left_cents} | (initial or {}))
        self.money = money
        reason = self.fields["reason"]
        reason.choices = reasons_for(booking, money)  # type: ignore[attr-defined]  # a ChoiceField
        # Whoever approves it must be able to read why; a sum that was paid twice tells it itself.
        self.fields["note"].required = not money.surplus_cents
        self.fields["note"].error_messages["required"] = NOTE_MISSING

    def clean_amount(self) -> int:
        """Something, and no more than is left."""
        cents: int = self.cleaned_data["amount"]
        if not cents:
            raise ValidationError(_("Enter a sum"))
        if cents > self.money.left_cents:
            text = _("Enter %(left)s at most: more is not left")
            raise ValidationError(text % {"left": usd(self.money.left_cents)})
        return cents

    def clean(self) -> dict[str, Any]:
        """A note where the reason alone says too little, and no more back than came too much."""
        given: dict[str, Any] = super().clean() or {}
        reason, cents = given.get("reason"), given.get("amount") or 0
        if reason != Refund.Reason.SURPLUS and given.get("note") == "":
            self.add_error("note", NOTE_MISSING)
        surplus = self.money.surplus_cents
        if reason == Refund.Reason.SURPLUS and cents > surplus:
            text = _("Enter %(most)s at most: that was paid too much")
            self.add_error("amount", text % {"most": usd(surplus)})
        return given


class RefuseRefundForm(forms.Form):
    """Why it does not go back."""

    use_required_attribute = False

    refusal = LineField(
        label=gettext_lazy("Why not"),
        help_text=gettext_lazy("For whoever asked. The customer does not see it."),
        max_length=LONGEST_NOTE,
        required=gettext_lazy("Write why it does not go back"),
    )


class PayForm(forms.Form):
    """What proves that it was paid out."""

    use_required_attribute = False

    proof = LineField(
        label=gettext_lazy("What proves it"),
        help_text=gettext_lazy("The number of the transfer, or of the signed receipt."),
        max_length=LONGEST_PROOF,
        required=gettext_lazy("Write what proves that it was paid out"),
    )
