"""The form that asks for money by link."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staff.payment_links.services import USUAL_HOURS
from totetaxi.lib.money import usd

DOLLARS = re.compile(r"\$?\s*(\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.(\d{2}))?", re.ASCII)
# A slip of the finger; the database's integers end not far above it.
LARGEST_CENTS = 1_000_000_00
HOURS = (
    (4, gettext_lazy("4 hours")),
    (24, gettext_lazy("1 day")),
    (48, gettext_lazy("2 days")),
    (USUAL_HOURS, gettext_lazy("3 days")),
    (168, gettext_lazy("1 week")),
)


def typed_dollars(cents: int) -> str:
    """As somebody would type it: `1,194.25`."""
    return f"{cents // 100:,}.{cents % 100:02d}"


class DollarsField(forms.CharField):
    """A sum typed as `1,194.25` or `$995`; cleaned to whole cents, None for an empty field."""

    def __init__(self, **options: Any) -> None:
        errors = {"required": gettext_lazy("Enter a sum")} | options.pop("error_messages", {})
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_length=14, error_messages=errors, widget=widget, **options)

    def clean(self, value: Any) -> int | None:
        """The sum in cents, `LARGEST_CENTS` at most. Raises ValidationError."""
        typed = super().clean(value)
        if not typed:
            return None
        matched = DOLLARS.fullmatch(typed)
        if matched is None:
            raise ValidationError(_("Enter a sum like 995.00"))
        cents = int(matched[1].replace(",", "")) * 100 + int(matched[2] or 0)
        if cents > LARGEST_CENTS:
            raise ValidationError(_("Enter %(most)s at most") % {"most": usd(LARGEST_CENTS)})
        return cents


class SendLinksForm(forms.Form):
    """A sum for each link that is planned, and how long they can be paid.

    `planned` are cents. A sum may be lowered; an empty one is not sent.
    """

    use_required_attribute = False

    hours = forms.TypedChoiceField(
        label=gettext_lazy("Open for"),
        choices=HOURS,
        coerce=int,
        initial=USUAL_HOURS,
        error_messages={"required": gettext_lazy("Choose how long")},
    )

    def __init__(self, data: Any = None, *, planned: Sequence[int]) -> None:
        super().__init__(data)
        names = [f"amount_{place}" for place in range(1, len(planned) + 1)]
        for name, cents, label in zip(names, planned, _labels(len(planned)), strict=True):
            self.fields[name] = DollarsField(
                label=label,
                required=len(planned) == 1,
                initial=typed_dollars(cents),
            )
        self.order_fields([*names, "hours"])

    def clean(self) -> dict[str, Any]:
        """At least one sum."""
        given: dict[str, Any] = super().clean() or {}
        if not self.errors and not self.amounts:
            raise ValidationError(_("Enter a sum"))
        return given

    @property
    def amounts(self) -> list[int]:
        """The sums that were typed, in cents."""
        found = [self.cleaned_data.get(name) for name in self.fields if name.startswith("amount_")]
        return [cents for cents in found if cents]


def _labels(count: int) -> list[str]:
    if count == 1:
        return [_("Amount in dollars")]
    text = _("Link %(place)s of %(count)s, in dollars")
    return [text % {"place": place, "count": count} for place in range(1, count + 1)]
