"""What the forms of the catalogue share."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

from django import forms
from django.db import models
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from booking.wizard.forms.text import LineField

YEARS = range(2020, 2100)


class CatalogueForm(forms.ModelForm):
    """One row of one table. `layout` names its fields, each tuple a line of the form.

    `fixed` are fields that only a new row takes: bookings refer to the row by them.
    """

    layout: tuple[tuple[str, ...], ...] = ()
    fixed: tuple[str, ...] = ()
    use_required_attribute = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.instance._state.adding:
            self.fix(self.fixed)

    def fix(self, names: tuple[str, ...], why: Any = "") -> None:
        """Show fields that can no longer be changed; what is sent for them counts for nothing."""
        for name in names:
            self.fields[name].disabled = True
            self.fields[name].help_text = why

    @property
    def lines(self) -> list[list[BoundField]]:
        """The fields as the page shows them."""
        return [[self[name] for name in line] for line in self.layout]

    def complain(self, name: str, words: Any) -> None:
        """An error at a field, unless something else is wrong with it already."""
        if name not in self.errors:
            self.add_error(name, words)

    def check_one_amount(self, percent: str, flat: str) -> None:
        """Exactly one of a percentage and a sum."""
        given = [self.cleaned_data.get(name) for name in (percent, flat)]
        if percent in self.errors or flat in self.errors:
            return
        if given == [None, None]:
            self.complain(percent, _("Enter a percentage, or a sum beside it"))
        elif None not in given:
            self.complain(flat, _("Enter a percentage or a sum, not both"))

    def check_days(self, first: str, last: str) -> None:
        """Years within reach, and the last day not before the first."""
        days = [self.cleaned_data.get(name) for name in (first, last)]
        for name, day in zip((first, last), days, strict=True):
            if day is not None and day.year not in YEARS:
                self.complain(name, _("Enter a day between 2020 and 2099"))
        if days[0] is not None and days[1] is not None and days[1] < days[0]:
            self.complain(last, _("Enter a day that is not before the first"))


def name_field(label: Any, *, help_text: Any = "") -> LineField:
    """The words that customers see."""
    return LineField(label=label, max_length=80, required=_("Enter a name"), help_text=help_text)


def description_field(most: int = 300) -> LineField:
    """A sentence, or nothing."""
    return LineField(label=_("Description"), max_length=most)


def active_field(help_text: Any) -> forms.BooleanField:
    """Whether a row counts; without it the row is withdrawn, never deleted."""
    return forms.BooleanField(label=_("Active"), required=False, help_text=help_text)


def values_of(row: models.Model, names: list[str]) -> dict[str, Any]:
    """The plain values of a row: what the audit log keeps and what revisions are compared by."""
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return str(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return value


def mark_of(values: Mapping[str, Any]) -> str:
    """A short mark: equal for equal values, in any process."""
    text = json.dumps(values, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:24]
