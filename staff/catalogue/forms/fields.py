"""Fields for money, percentages and services, as staff type them."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import BaseValidator
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from booking.models.choices import SERVICE_CHOICES
from totetaxi.lib.money import usd

# No price of ours comes near; what is larger is a slip of the keyboard.
MOST_CENTS = 1_000_000_00
MOST_COUNT = 9_999
DOLLARS = re.compile(r"\$?\s*([0-9][0-9,]{0,15})(?:\.([0-9]{1,2}))?")


class DollarsField(forms.Field):
    """Typed as dollars, `1,725` or `$49.50`, and kept as whole cents. `empty`: what nothing is."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    default_error_messages = {
        "required": _("Enter a sum in dollars"),
        "invalid": _("Enter a sum in dollars, such as 95 or 1,725.50"),
        "max_value": _("Enter a sum of at most $1,000,000"),
    }

    def __init__(self, *, empty: int | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.empty = empty

    def prepare_value(self, value: Any) -> Any:
        """Cents as `$1,725.00`; what was typed stays as it was."""
        return usd(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        """Whole cents."""
        if value is None or isinstance(value, int):
            return value
        text = str(value).strip()
        if not text:
            return None if self.required else self.empty
        found = DOLLARS.fullmatch(text)
        if found is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        dollars = found[1].replace(",", "")
        cents = int(dollars) * 100 + int((found[2] or "").ljust(2, "0"))
        if cents > MOST_CENTS:
            raise ValidationError(self.error_messages["max_value"], code="max_value")
        return cents


class PercentField(forms.Field):
    """Typed as percent, `15` or `7.5 %`, kept as a Decimal of at most two places."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    default_error_messages = {
        "required": _("Enter a percentage"),
        "invalid": _("Enter a percentage, such as 15 or 7.5"),
        "range": _("Enter a percentage from 0 to 100"),
    }

    def prepare_value(self, value: Any) -> Any:
        """`15` for 15.00."""
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Decimal | None:
        """Percent: 15 means 15 %."""
        if value is None or isinstance(value, Decimal):
            return value
        text = str(value).strip().removesuffix("%").strip()
        if not text:
            return None
        try:
            percent = Decimal(text)
        except InvalidOperation as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        if percent.is_nan():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if not 0 <= percent <= 100:
            raise ValidationError(self.error_messages["range"], code="range")
        if percent != round(percent, 2):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return percent.quantize(Decimal("0.01"))


class CountField(forms.IntegerField):
    """A whole number from `least` up."""

    def __init__(self, *, least: int = 0, most: int = MOST_COUNT, **options: Any) -> None:
        super().__init__(min_value=least, max_value=most, **options)
        words = format_lazy(
            _("Enter a whole number from {least} to {most}"), least=least, most=most
        )
        self.error_messages |= {"required": words, "invalid": words}
        for validator in self.validators:
            if isinstance(validator, BaseValidator):
                validator.message = words


class ServicesField(forms.MultipleChoiceField):
    """The services that a rule is bound to; none ticked: all of them."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Only for"))
        options.setdefault("help_text", _("Nothing ticked: for all services."))
        super().__init__(
            choices=SERVICE_CHOICES,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            **options,
        )


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A day by the browser's own calendar."""
    words = _("Enter a day, such as 2026-12-23")
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        error_messages={"required": words, "invalid": words},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def time_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.TimeField:
    """A time of New York's clocks."""
    words = _("Enter a time, such as 08:00")
    return forms.TimeField(
        label=label,
        required=required,
        help_text=help_text,
        error_messages={"required": words, "invalid": words},
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
