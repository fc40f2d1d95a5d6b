"""By when an invoice is to be paid."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import Booking
from staff.catalogue.forms.fields import day_field

USUAL_DAYS = 14
MOST_DAYS = 365


class InvoiceForm(forms.Form):
    """`today` is New York's."""

    use_required_attribute = False

    due_on = day_field(gettext_lazy("To be paid by"))

    def __init__(self, data: Any = None, *, booking: Booking, today: date) -> None:
        """Two weeks are usual; of a pickup that is sooner, until its day."""
        usual = today + timedelta(days=USUAL_DAYS)
        due_on = min(usual, max(booking.pickup_date, today))
        super().__init__(data, initial={"due_on": due_on})
        self.today = today

    def clean_due_on(self) -> date:
        """A day within a year from today."""
        due_on: date = self.cleaned_data["due_on"]
        if not self.today <= due_on <= self.today + timedelta(days=MOST_DAYS):
            raise ValidationError(_("Choose a day from today on, within a year"))
        return due_on
