"""How a caller's order is paid: the price that was agreed, and when the money is asked for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.pricing.discounts import SMALLEST_CHARGE_CENTS
from booking.wizard.forms.text import LineField
from staff.models import StaffProfile
from staff.orders.forms import LONGEST_REASON
from staff.payment_links.forms import HOURS, DollarsField
from staff.payment_links.services import USUAL_HOURS
from totetaxi.lib.money import usd

LINK, LATER = "link", "later"


class PayingForm(forms.Form):
    """A payment link, or later where the rules allow it: above the online limits, which staff
    arrange, or with the permission to override payment. A price of one's own needs a reason.
    """

    use_required_attribute = False

    payment = forms.ChoiceField(
        label=gettext_lazy("Payment"),
        choices=[
            (LINK, gettext_lazy("Send a payment link by e-mail")),
            (LATER, gettext_lazy("Arrange payment later; the place is kept for 3 days")),
        ],
        initial=LINK,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how it is paid")},
    )
    hours = forms.TypedChoiceField(
        label=gettext_lazy("The link is open for"),
        choices=HOURS,
        coerce=int,
        initial=USUAL_HOURS,
        error_messages={"required": gettext_lazy("Choose how long")},
    )
    own_total = DollarsField(
        label=gettext_lazy("Another price, in dollars"),
        required=False,
        help_text=gettext_lazy("0 is free of charge, and confirmed at once."),
    )
    own_reason = LineField(label=gettext_lazy("Why another price"), max_length=LONGEST_REASON)

    def __init__(
        self,
        data: Any = None,
        *,
        staff: StaffProfile,
        is_over_limit: bool,
        initial: Any = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.staff = staff
        self.may_later = is_over_limit or staff.may("override_payment")
        if not staff.may("override_price"):
            del self.fields["own_total"], self.fields["own_reason"]

    @property
    def own_total_cents(self) -> int | None:
        """The price of their own, in cents; None for the list's, and for what is no sum."""
        self.full_clean()
        cents: int | None = self.cleaned_data.get("own_total") if self.is_bound else None
        return cents

    @property
    def pays_later(self) -> bool:
        """Whether the money is asked for later."""
        return self.data.get("payment") == LATER

    def as_typed(self) -> PayingForm:
        """The same form, not judged yet: what was typed stands in it without its errors."""
        typed = {name: self.data[name] for name in self.fields if name in self.data}
        return PayingForm(staff=self.staff, is_over_limit=self.may_later, initial=typed)

    def clean(self) -> dict[str, Any]:
        """Later where it may be; a reason beside another price, which a card can be charged."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("payment") == LATER and not self.may_later:
            self.add_error("payment", _("Send a payment link: the booking waits for its payment"))
        cents = given.get("own_total")
        if cents is not None and not given.get("own_reason"):
            self.add_error("own_reason", _("Say why: the team reads it beside the booking"))
        if cents is not None and 0 < cents < SMALLEST_CHARGE_CENTS:
            least = usd(SMALLEST_CHARGE_CENTS)
            self.add_error("own_total", _("A card takes %(least)s at least") % {"least": least})
        return given
