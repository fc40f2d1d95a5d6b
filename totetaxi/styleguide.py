"""The gallery of components, in development only. Its samples are invented."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

COLOURS = (
    ("navy", "#14213d", "bg-navy"),
    ("navy-soft", "#2b3a5c", "bg-navy-soft"),
    ("ink", "#1d2433", "bg-ink"),
    ("muted", "#5b6475", "bg-muted"),
    ("cream", "#faf6ee", "bg-cream"),
    ("sand", "#efe7d8", "bg-sand"),
    ("line", "#ddd3c0", "bg-line"),
    ("gold", "#a9812f", "bg-gold"),
    ("gold-deep", "#7d5d18", "bg-gold-deep"),
    ("gold-bright", "#d9b25f", "bg-gold-bright"),
    ("sea", "#2f6f73", "bg-sea"),
    ("green", "#1f6b45", "bg-green"),
    ("amber", "#8a5a00", "bg-amber"),
    ("red", "#a4262c", "bg-red"),
)
TYPES = (
    ("type-hero", "64/66, 420", "Leave the city"),
    ("type-page", "48/52, 440", "Your bookings"),
    ("type-title", "36/42, 440", "When shall we collect?"),
    ("type-section", "28/34, 440", "Step by step"),
    ("type-sub", "22/28, 480", "Your price"),
    ("type-card", "18/24, 520", "Saved addresses"),
    ("type-lead", "18/29, 400", "We set it down in the Hamptons the same day."),
    ("text-16", "16/26, 400", "Each day shows its full price for your move."),
    ("text-15", "15/22, 400", "Certificate of insurance included"),
    ("text-14", "14/20, 400", "Count bags, boxes and cases as one piece each."),
    ("text-13", "13/18, 400", "24 of 30 pieces"),
    ("text-12 font-medium", "12/16, 500", "Weekend 15%"),
)
UI_ICONS = (
    "arrow cal check clock close doc down edit info left lock mail menu minus octagon phone pin "
    "plus print right shield up user warn"
).split()
ITEM_ICONS = (
    "item-tote item-trunk item-box item-surfboard item-crib item-peloton item-wardrobe-box "
    "item-coi item-pack item-unpack item-price item-van"
).split()
STATUSES = (
    ("pending", "Payment open"),
    ("paid", "Paid"),
    ("in_progress", "On its way"),
    ("completed", "Delivered"),
    ("cancelled", "Cancelled"),
    ("late", "Late"),
    ("failed", "Delivery failed"),
    ("warning", "Certificate missing"),
)


@dataclass(frozen=True, slots=True)
class SampleLine:
    """A line of a price, as `components/price_lines.html` reads it."""

    label: str
    amount_cents: int = 0
    reason: str = ""
    amount_text: str = ""
    is_changed: bool = False


class SampleForm(forms.Form):
    """One of each kind of field, sent with faults, through crispy forms."""

    street = forms.CharField(label="Pickup street and number")
    unit = forms.CharField(label="Apartment or floor", required=False)
    zip = forms.CharField(label="Pickup ZIP", help_text="Five digits", min_length=5)
    state = forms.ChoiceField(label="Pickup state", choices=[("NY", "New York"), ("NJ", "Jersey")])
    notes = forms.CharField(label="Notes for the driver", widget=forms.Textarea, required=False)
    elevator = forms.ChoiceField(
        label="Is there an elevator?",
        choices=[("yes", "Yes"), ("no", "No, we carry")],
        widget=forms.RadioSelect,
        help_text="Carrying costs nothing more.",
    )
    sample = forms.FileField(label="A sample certificate", required=False)
    accepted = forms.BooleanField(label="I agree to the terms of carriage")


def _price() -> dict[str, Any]:
    return {
        "lines": [
            SampleLine("Mini Move Standard", 172500, "24 of 30 pieces"),
            SampleLine("Weekend", 25875, "15% on Saturday and Sunday", is_changed=True),
            SampleLine("Certificate of insurance", amount_text=_("Included")),
        ],
        "total_cents": 198375,
    }


def _steps(current: int) -> list[dict[str, str]]:
    names = ("Where", "What", "When", "You and the building", "Review")
    states = {-1: "done", 0: "current", 1: "next"}
    return [
        {
            "label": name,
            "state": states[(number > current) - (number < current)],
            "url": "#steps" if number < current else "",
        }
        for number, name in enumerate(names, start=1)
    ]


def _timeline() -> list[dict[str, str]]:
    return [
        {
            "title": "Booked and paid",
            "detail": "$1,983.75, Visa ending 4242",
            "when": "Sunday, November 22",
            "state": "done",
        },
        {
            "title": "On the road to East Hampton",
            "detail": "58 miles to go.",
            "when": "Since 9:46 AM",
            "state": "now",
            "href": "#timeline",
            "action": "See the photo",
        },
        {"title": "Nobody at the door", "when": "1:50 PM", "state": "failed"},
        {"title": "Set down at 27 Pondview Lane", "when": "About 1:40 PM", "state": "next"},
    ]


def _table() -> dict[str, Any]:
    rows = (
        ("Sep 8, 2026", "Mini Move Standard", "$1,725.00"),
        ("Jul 11, 2026", "4 pieces, 1 surfboard", "$839.50"),
    )
    return {
        "columns": [
            {"label": "Collected"},
            {"label": "What"},
            {"label": "Paid", "is_money": True},
        ],
        "rows": [
            [{"text": day}, {"text": what}, {"text": paid, "is_money": True}]
            for day, what, paid in rows
        ],
    }


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in every state, with the name by which templates include it."""
    form = SampleForm(data={"zip": "119", "state": "NY", "unit": "6B"})
    form.is_valid()
    context = {
        "colours": COLOURS,
        "types": TYPES,
        "ui_icons": UI_ICONS,
        "item_icons": ITEM_ICONS,
        "statuses": STATUSES,
        "steps": _steps(3),
        "timeline": _timeline(),
        "table": _table(),
        "price": _price(),
        "form": form,
        "errors": ["11901 is not served yet"],
        "options": [("NY", "New York"), ("NJ", "New Jersey"), ("CT", "Connecticut")],
        "progress": [0, 0.35, 0.62, 1],
    }
    return render(request, "pages/styleguide.html", context)
