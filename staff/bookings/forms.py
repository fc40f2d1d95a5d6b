"""The forms of the list: all filters and columns at once, and a name to save them under."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.catalogue.snapshot import get_snapshot
from booking.models.booking import STATUS_LABELS
from booking.models.choices import SERVICE_CHOICES
from booking.wizard.forms.text import LineField
from staff.bookings.filters import COLUMNS, DAY_LABELS, LONGEST_SEARCH, Filters
from staff.models import SavedFilter, StaffProfile


def _choice(label: Any, nothing: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[("", nothing)])


def _choices(label: Any, choices: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, required=False, choices=choices, widget=forms.CheckboxSelectMultiple
    )


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class FilterForm(forms.Form):
    """Shows what is asked; it is sent to the list, which reads the address itself."""

    use_required_attribute = False

    q = LineField(label=_("Search"), max_length=LONGEST_SEARCH)
    day = _choice(_("Pickup"), _("Any day, or from and to"))
    since = _day(_("From"))
    until = _day(_("To"))
    status = _choices(_("Status"), [(one.value, label) for one, label in STATUS_LABELS.items()])
    service = _choice(_("Service"), _("Any service"))
    van = _choice(_("Van"), _("Any van"))
    area = _choice(_("Area"), _("Anywhere"))
    unpaid = forms.BooleanField(label=_("Unpaid"), required=False)
    attention = forms.BooleanField(label=_("Needs attention"), required=False)
    columns = _choices(_("Columns"), list(COLUMNS.items()))

    def __init__(self, filters: Filters) -> None:
        initial = {name: getattr(filters, name) for name in self.base_fields}
        super().__init__(initial=initial | {"van": str(filters.van or "")})
        snapshot = get_snapshot()
        vans = [(str(van.number), f"{van.number}") for van in snapshot.fleet.usual]
        areas = sorted({zone.area for zone in snapshot.book.zones.values()})
        self._offer("day", list(DAY_LABELS.items()))
        self._offer("service", SERVICE_CHOICES)
        self._offer("van", vans, filters.van)
        self._offer("area", [(area, area) for area in areas], filters.area)

    def _offer(self, name: str, choices: list[tuple[str, Any]], current: Any = "") -> None:
        """Add the choices; what is asked for and no longer offered stays there."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  for the type checker
        kept = str(current or "")
        more = [(kept, kept)] if kept and kept not in dict(choices) else []
        given: Any = field.choices
        field.choices = [*given, *choices, *more]


class SaveFilterForm(forms.Form):
    """A name for a view of one's own."""

    use_required_attribute = False

    name = LineField(label=_("Name of the view"), max_length=40, required=_("Give it a name"))
    is_shared = forms.BooleanField(
        label=_("Show it to everybody in the back office"), required=False
    )

    def __init__(self, owner: StaffProfile, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.owner = owner

    def clean_name(self) -> str:
        """One view of a name for each person."""
        name: str = self.cleaned_data["name"]
        if SavedFilter.objects.filter(owner=self.owner, name__iexact=name).exists():
            raise forms.ValidationError(_("You have a view with this name. Choose another."))
        return name
