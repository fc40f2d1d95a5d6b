"""What the forms of all steps share: the engine's refusals, told beside their fields."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from django import forms

from booking.catalogue.words import translated
from booking.pricing.types import PartialQuote
from booking.pricing.words import Refusal


class SharedFields(dict[str, forms.Field]):
    """A form's fields, which all its instances share: copying them costs more than reading them."""

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, forms.Field]:
        return dict(self)


F = TypeVar("F", bound="type[StepForm]")


def share_fields(form: F) -> F:
    """For a form that changes none of its fields, and whose widgets are not rendered."""
    form.base_fields = SharedFields(form.base_fields)
    return form


class StepForm(forms.Form):
    """One step's answers, as typed. `price` is the partial quote of all steps' answers so far.

    `keys` maps a key of the engine's request to the field that it is told at.
    """

    keys: Mapping[str, str] = MappingProxyType({})
    use_required_attribute = False

    def __init__(self, typed: Mapping[str, str] | None, *, price: PartialQuote) -> None:
        super().__init__(typed)
        self.price = price

    @classmethod
    def names(cls, posted: Mapping[str, Any]) -> list[str]:  # noqa: ARG003  some forms need it
        """The names of the fields that are kept, given what was posted."""
        return list(cls.base_fields)

    def clean(self) -> dict[str, Any]:
        """Add what the engine refuses, where the field itself has found nothing wrong."""
        for key, refused in self.price.refused.by_key().items():
            name = self.keys.get(key)
            if name and name not in self.errors:
                self.add_refusal(name, refused[0])
        return self.cleaned_data

    def add_refusal(self, name: str, refused: Refusal) -> None:
        """Tell a refusal of the engine beside a field."""
        self.add_error(name, translated(refused.sentence))
