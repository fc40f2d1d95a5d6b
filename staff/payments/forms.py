"""The form that writes down money which came past Stripe."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.wizard.forms.text import LineField
from payments.models import Payment
from payments.services.offline import MoreThanDueError, OfflineMoney, WrittenBeforeError
from staff.payment_links.forms import LARGEST_CENTS, DollarsField, typed_dollars
from staff.templatetags.office import stamp
from totetaxi.lib.money import usd

LONGEST_PROOF, LONGEST_NOTE = 200, 300


class RecordPaymentForm(forms.Form):
    """A sum, how and when it came, and what proves it.

    `over` and `again` are ticks that stand on the page only once they are asked for: so much more
    than is due, in cents, and the same once more.
    """

    use_required_attribute = False

    amount = DollarsField(label=gettext_lazy("Amount in dollars"))
    way = forms.ChoiceField(
        label=gettext_lazy("How it came"),
        choices=Payment.OfflineWay.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how it came")},
    )
    paid_on = forms.DateField(
        label=gettext_lazy("Day it came"),
        error_messages={
            "required": gettext_lazy("Enter the day"),
            "invalid": gettext_lazy("Enter a day like 2026-12-05"),
        },
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    proof = LineField(
        label=gettext_lazy("Proof"),
        max_length=LONGEST_PROOF,
        required=gettext_lazy("Enter what proves it"),
        help_text=gettext_lazy("The number of the receipt, the transfer or the invoice."),
    )
    note = LineField(label=gettext_lazy("Note for the team"), max_length=LONGEST_NOTE)
    form_id = forms.UUIDField(widget=forms.HiddenInput)
    over = forms.IntegerField(required=False, min_value=0, max_value=LARGEST_CENTS)
    again = forms.BooleanField(required=False)

    def __init__(self, data: Any = None, *, due_cents: int = 0, day: date | None = None) -> None:
        dollars = typed_dollars(due_cents) if due_cents else ""
        initial = {"amount": dollars, "paid_on": day, "form_id": uuid4()}
        super().__init__(data, initial=initial)
        self.asks: list[tuple[str, str, str]] = []  # name, value and words of each tick

    def money(self) -> OfflineMoney:
        """What a valid form says."""
        given = self.cleaned_data
        form_id: UUID = given["form_id"]
        return OfflineMoney(
            amount_cents=given["amount"],
            way=Payment.OfflineWay(given["way"]),
            proof=given["proof"],
            paid_on=given["paid_on"],
            form_id=form_id,
            note=given["note"],
            over_cents=given["over"] or 0,
            is_again=given["again"],
        )

    def ask_over(self, more: MoreThanDueError) -> None:
        """Have somebody say that they know how much too much it is."""
        words = {"over": usd(more.over_cents), "due": usd(more.due_cents)}
        self.add_error("amount", _("%(due)s is due: this is %(over)s more") % words)
        tick = _("Yes, %(over)s too much was handed over. Its refund will be proposed.")
        self.asks.append(("over", f"{more.over_cents}", tick % words))
        self._keep_tick("again", self.cleaned_data.get("again"))

    def ask_again(self, before: WrittenBeforeError) -> None:
        """Have somebody say that just the same came once more."""
        payment = before.payment
        words = {
            "sum": usd(payment.amount_cents),
            "proof": payment.proof,
            "at": stamp(payment.created_at),
        }
        text = _("%(sum)s with this proof was written down already, %(at)s")
        self.add_error("proof", text % words)
        self._keep_tick("over", self.cleaned_data.get("over"))
        self.asks.append(("again", "on", _("Yes, the same sum came once more.")))

    def _keep_tick(self, name: str, value: Any) -> None:
        """What was ticked before is asked for again, with the same words."""
        if not value:
            return
        if name == "again":
            self.asks.append((name, "on", _("Yes, the same sum came once more.")))
        else:
            tick = _("Yes, %(over)s too much was handed over. Its refund will be proposed.")
            self.asks.append((name, f"{value}", tick % {"over": usd(value)}))


class StrikeForm(forms.Form):
    """Why a payment was written down by mistake."""

    use_required_attribute = False

    why = LineField(
        label=gettext_lazy("What was the mistake"),
        help_text=gettext_lazy("For the team and the bookkeeper. The customer does not see it."),
        max_length=LONGEST_NOTE,
        required=gettext_lazy("Write what the mistake was"),
    )
