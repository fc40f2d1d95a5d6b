"""The fields of each section as the templates show them, with what was typed and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from booking.pricing.codes import AddOn, Service
from booking.pricing.hours import last_day, pickup_times
from booking.pricing.types import PackagePrice, PriceBook
from booking.pricing.words import spoken_dollars
from booking.wizard import fields as wizard
from booking.wizard.answers import MINI_MOVE, SPECIALTY, specialty_names
from booking.wizard.forms.where import LEGS
from booking.wizard.panel import spoken_wall
from staff.orders.fields import ACCESS, CONTACT, NOTES, OTHER_CONTACT, PLACES, TICKS
from totetaxi.lib.clock import today

Errors = Mapping[str, list[str]]
Typed = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Tick:
    """A box to tick."""

    name: str
    label: str
    checked: bool
    errors: list[str]

    @property
    def id(self) -> str:
        """The id of its control."""
        return f"id_{self.name}"


@dataclass(frozen=True, slots=True)
class Count:
    """A specialty item and how many of it."""

    name: str
    label: str
    help: str
    value: str
    errors: list[str]

    @property
    def id(self) -> str:
        """The id of its control."""
        return f"id_{self.name}"


def section_context(
    section: str,
    values: Typed,
    errors: Errors,
    *,
    book: PriceBook,
    has_account: bool,
    now: datetime,
) -> dict[str, Any]:
    """What `staff/orders/fields/<section>.html` needs."""
    if section == "trip":
        return {"ends": [(leg, wizard.fields(PLACES[leg], values, errors)) for leg in LEGS]}
    if section == "what":
        return _what(values, errors, book)
    if section == "when":
        return _when(values, errors, book, now)
    if section == "building":
        return {
            "access": [_access(leg, values, errors) for leg in LEGS],
            "notes": wizard.fields(NOTES, values, errors),
            "coi": _tick("coi", values, errors),
        }
    shown = OTHER_CONTACT if has_account else (*CONTACT, *OTHER_CONTACT)
    return {"people": wizard.fields(shown, values, errors)}


def summary(errors: Errors) -> list[dict[str, str]]:
    """The items of the error summary: a sentence for each field, and where it leads."""
    return [{"target": f"id_{name}", "text": texts[0]} for name, texts in errors.items()]


def _access(leg: str, values: Typed, errors: Errors) -> dict[str, Any]:
    ticks = [name for name in TICKS if name.startswith(leg)]
    return {
        "leg": leg,
        "ticks": [_tick(name, values, errors) for name in ticks],
        "fields": wizard.fields(ACCESS[leg], values, errors),
    }


def _tick(name: str, values: Typed, errors: Errors) -> Tick:
    return Tick(name, str(TICKS[name]), bool(values.get(name)), errors.get(name, []))


def _what(values: Typed, errors: Errors, book: PriceBook) -> dict[str, Any]:
    choice = values.get("choice", "")
    sold = {add_on for (add_on, _package), row in book.add_ons.items() if row.is_active}
    ticks = [add_on for add_on in AddOn if add_on in sold or values.get(add_on)]
    return {
        "choice": choice,
        "choices": _choices(choice, book),
        "items": values.get("items", ""),
        "add_ons": [_tick(add_on.value, values, errors) for add_on in ticks],
        "counts": _counts(values, errors, book),
        "discount_code": values.get("discount_code", ""),
        "field_errors": errors,
    }


def _choices(choice: str, book: PriceBook) -> list[tuple[str, str]]:
    """Each service with its price; what is not sold any more only where it is chosen."""
    found = [] if choice else [("", _("Choose a service"))]
    for code, package in book.packages.items():
        value = f"{MINI_MOVE}{code}"
        if value == choice or (package.is_active and Service.MINI_MOVE in book.hours):
            found.append((value, _package_words(package)))
    rate = book.delivery
    if rate is not None and Service.STANDARD_DELIVERY in book.hours:
        text = _("%(name)s, %(each)s an item, %(least)s at least; specialty items")
        words = {
            "name": rate.name,
            "each": spoken_dollars(rate.item_cents),
            "least": spoken_dollars(rate.minimum_cents),
        }
        found.append((Service.STANDARD_DELIVERY.value, text % words))
    return found


def _package_words(package: PackagePrice) -> str:
    words = {"name": package.name, "price": spoken_dollars(package.price_cents)}
    if package.max_items is None:
        return _("%(name)s, %(price)s, any number of items") % words
    text = _("%(name)s, %(price)s, up to %(count)d items")
    return text % (words | {"count": package.max_items})


def _counts(values: Typed, errors: Errors, book: PriceBook) -> list[Count]:
    """What is sold, and what was counted although it is not."""
    sold = [f"{SPECIALTY}{code}" for code, item in book.specialty.items() if item.is_active]
    counted = [name for name in specialty_names(values) if values[name] != "0"]
    found = []
    for name in dict.fromkeys((*sold, *counted)):
        code = name.removeprefix(SPECIALTY)
        item = book.specialty.get(code)
        price = spoken_dollars(item.price_cents) if item and item.is_active else ""
        found.append(
            Count(
                name=name,
                label=item.name if item else code,
                help=_("%(price)s each") % {"price": price} if price else _("Not offered"),
                value=values.get(name, ""),
                errors=errors.get(name, []),
            )
        )
    return found


def _when(values: Typed, errors: Errors, book: PriceBook, now: datetime) -> dict[str, Any]:
    hours = list(book.hours.values())
    times = sorted({wall for each in hours for wall in pickup_times(each)})
    options = [(f"{wall:%H:%M}", spoken_wall(wall)) for wall in times]
    chosen = values.get("pickup_time", "")
    return {
        "pickup_date": values.get("pickup_date", ""),
        "pickup_time": chosen,
        "times": options if chosen else [("", _("Choose a time")), *options],
        "date_attrs": {
            "min": today(now).isoformat(),
            "max": max((last_day(each, now) for each in hours), default=today(now)).isoformat(),
        },
        "field_errors": errors,
    }
