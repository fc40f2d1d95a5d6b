"""An order as it stands in its fields: as it would be typed, to show, to send and to compare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from booking.catalogue.snapshot import Snapshot
from booking.models import Booking
from booking.pricing.types import PriceBook
from booking.wizard.answers import SPECIALTY, clean_text, specialty_names, typed_date, typed_time
from booking.wizard.choices import choice_title
from booking.wizard.panel import spoken_wall
from booking.wizard.prefill import typed_of
from staff.orders.fields import LABELS, NAMES, TICKS

# A field's name and its text; what is empty is left out, as an unticked box is.
Values = dict[str, str]
# Answers of the wizard that are no fields here.
_UNASKED = frozenset({"suggested", "typed_code"})
EMPTY = "–"


def saved_values(booking: Booking, snapshot: Snapshot) -> Values:
    """What all fields of a booking say now. Prefetch `addresses`; raises ValueError where its
    stored request cannot be read.
    """
    return {
        name: text
        for answers in typed_of(booking, snapshot).values()
        for name, text in answers.items()
        if name not in _UNASKED
    }


def posted_values(posted: Mapping[str, str], sections: Iterator[str] | tuple[str, ...]) -> Values:
    """What was sent of some sections."""
    names = [name for key in sections for name in names_in(key, posted)]
    typed = {name: clean_text(posted.get(name, "")).strip() for name in names}
    return {name: text for name, text in typed.items() if text}


def names_in(section: str, values: Mapping[str, str]) -> tuple[str, ...]:
    """The fields of a section; those that count specialty items stand in the values themselves."""
    return NAMES[section] + (tuple(specialty_names(values)) if section == "what" else ())


def section_of(name: str) -> str:
    """Where a field stands."""
    if name.startswith(SPECIALTY):
        return "what"
    return next(key for key, names in NAMES.items() if name in names)


def differing(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """The fields of two orders that say something else, in the order of the pages."""
    return [name for name in ordered(one, other) if _plain(name, one) != _plain(name, other)]


def ordered(*orders: Mapping[str, str]) -> list[str]:
    """All fields of some orders, in the order of the pages."""
    counts = {name for values in orders for name in specialty_names(values)}
    return [*(name for names in NAMES.values() for name in names), *sorted(counts)]


def label_of(name: str, book: PriceBook) -> str:
    """What a field is called."""
    code = name.removeprefix(SPECIALTY)
    if code == name:
        return str(LABELS[name])
    return book.specialty[code].name if code in book.specialty else code


def value_words(name: str, values: Mapping[str, str], book: PriceBook) -> str:
    """What stands in a field, as people say it."""
    text = values.get(name, "")
    if name in TICKS:
        return _("Yes") if text else _("No")
    if name == "choice" and text:
        return choice_title(text, book)
    if name == "pickup_date" and (day := typed_date(text)):
        return date_format(day, "D, M j, Y")
    if name == "pickup_time" and (wall := typed_time(text)):
        return spoken_wall(wall)
    return text or EMPTY


def _plain(name: str, values: Mapping[str, str]) -> str:
    """A field's text without what does not matter: spaces, a zero, how a day is written."""
    text = " ".join(values.get(name, "").split())
    if name == "pickup_date" and (day := typed_date(text)):
        return day.isoformat()
    if name.endswith("_phone"):
        return "".join(sign for sign in text if sign.isdigit()).removeprefix("1")
    if name == "items" or name.startswith(SPECIALTY):
        return text.lstrip("0")
    return text.upper() if name == "discount_code" else text
