"""What was typed, as strings, read into the engine's request. Nothing here refuses anything."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from booking.pricing.codes import Service
from booking.pricing.types import Request
from booking.pricing.wire import YEARS
from booking.pricing.zones import normal_zip

MINI_MOVE = "mini_move:"
SPECIALTY = "specialty-"
SPECIALTY_NAME = re.compile(r"specialty-[a-z0-9_-]{1,32}", re.ASCII)
MOST_KINDS = 40
LONGEST = 2000
Typed = Mapping[str, str]


def clean_text(value: str) -> str:
    """A posted value as it may be kept: at most 2,000 characters, NUL shown as what it is."""
    return value[:LONGEST].replace("\x00", "\ufffd")


def whole_number(text: str | None) -> int:
    """A typed count; 0 for none and for what is no count."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def typed_date(text: str | None) -> date | None:
    """A date as calendars and people write it: 2026-12-05, 12/5/2026, December 5, 2026."""
    text = " ".join((text or "").split())
    for style in ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%B %d, %Y", "%b %d, %Y"):
        try:
            day = datetime.strptime(text, style).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
        return day if day.year in YEARS else None
    return None


def typed_time(text: str | None) -> time | None:
    """A time as the form writes it: 09:00."""
    try:
        return datetime.strptime(text or "", "%H:%M").time()  # noqa: DTZ007  New York's wall clock
    except ValueError:
        return None


def specialty_names(typed: Typed) -> Iterator[str]:
    """The names of the fields that count specialty items."""
    names = (name for name in typed if SPECIALTY_NAME.fullmatch(name))
    for _place, name in zip(range(MOST_KINDS), names, strict=False):
        yield name


def read_where(typed: Typed) -> dict[str, Any]:
    """The part of a request that the first step answers."""
    return {leg: normal_zip(typed.get(leg, "")) or None for leg in ("pickup_zip", "delivery_zip")}


def read_what(typed: Typed) -> dict[str, Any]:
    """The part that the second step answers. Specialty items alone are a service."""
    choice = typed.get("choice", "")
    items = whole_number(typed.get("items"))
    specialty = {
        name.removeprefix(SPECIALTY): count
        for name in specialty_names(typed)
        if (count := whole_number(typed[name]))
    }
    service, package = None, None
    if choice == Service.STANDARD_DELIVERY:
        alone = specialty and not items
        service = Service.SPECIALTY_ITEM if alone else Service.STANDARD_DELIVERY
    elif choice.startswith(MINI_MOVE):
        service, package = Service.MINI_MOVE, choice.removeprefix(MINI_MOVE)
    return {
        "service": service,
        "package": package,
        "items": items,
        "specialty": specialty,
        **{name: bool(typed.get(name)) for name in ("packing", "unpacking", "organizing", "coi")},
    }


def read_when(typed: Typed) -> dict[str, Any]:
    """The part that the third step answers."""
    return {
        "pickup_date": typed_date(typed.get("pickup_date")),
        "pickup_time": typed_time(typed.get("pickup_time")),
    }


def read_request(typed: Mapping[str, Typed]) -> Request:
    """The request as far as it was answered, from all steps."""
    return Request(
        **read_where(typed.get("where", {})),
        **read_what(typed.get("what", {})),
        **read_when(typed.get("when", {})),
        discount_code=typed.get("review", {}).get("discount_code") or None,
    )
