"""What the customers of a busy house order: more bags than households, so that the vans suffice."""

import random
from datetime import date
from typing import Any

from booking.pricing.codes import Service
from booking.pricing.hours import pickup_times
from booking.pricing.types import PriceBook, Request
from booking.services.order import NewBooking
from totetaxi.management.demo_data.orders import (
    BY_REQUEST,
    GIFT_CODE,
    NOTES,
    OTHER_CONTACTS,
    WELCOME_CODE,
)
from totetaxi.management.demo_data.people import Visitor
from totetaxi.management.demo_data.places import draw_trip
from totetaxi.management.demo_data.plan import Fate

# About the mean of what is ordered below: a fleet is made by it.
USUAL_PIECES = 7


def draw_bulk_order(
    rng: random.Random,
    fate: Fate,
    visitor: Visitor,
    day: date,
    *,
    book: PriceBook,
    versions: tuple[int, int],
    same_day: bool,
    welcome: bool,
) -> NewBooking:
    """An order that may or may not stand before the rules: the caller asks for its quote."""
    pickup, delivery = draw_trip(rng)
    asked = _over_limit(rng) if fate in BY_REQUEST else _usual(rng, same_day=same_day)
    guarded = pickup if pickup.has_doorman else delivery
    coi = guarded.has_doorman and rng.random() < 0.25
    other = rng.choice(OTHER_CONTACTS) if rng.random() < 0.12 else ("", "")
    code = GIFT_CODE if fate is Fate.GIFT else WELCOME_CODE if welcome else None
    request = Request(
        **asked,
        pickup_date=day,
        pickup_time=rng.choice(pickup_times(book.hours[asked["service"]])),
        pickup_zip=pickup.zip,
        delivery_zip=delivery.zip,
        coi=coi,
        discount_code=code,
    )
    return NewBooking(
        request=request,
        pickup=pickup,
        delivery=delivery,
        customer_id=visitor.user_id,
        contact_name=visitor.name,
        contact_email=visitor.email,
        contact_phone=visitor.phone,
        other_contact_name=other[0],
        other_contact_phone=other[1],
        driver_notes=rng.choice(NOTES) if rng.random() < 0.15 else "",
        coi_wording=f"{guarded.street} Owners Corp., as certificate holder." if coi else "",
        terms_version=versions[0],
        policy_version=versions[1],
        terms_accepted=True,
    )


def _usual(rng: random.Random, *, same_day: bool) -> dict[str, Any]:
    dice = rng.random()
    if dice < 0.13 and not same_day:
        return _mini_move(rng)
    if dice < 0.3:
        code = rng.choice(("peloton", "surfboard", "crib", "wardrobe_box"))
        return {"service": Service.SPECIALTY_ITEM.value, "specialty": {code: 1}}
    along = {"surfboard": 1} if rng.random() < 0.12 else {}
    items = rng.randint(1, 7)
    return {"service": Service.STANDARD_DELIVERY.value, "items": items, "specialty": along}


def _mini_move(rng: random.Random) -> dict[str, Any]:
    package = rng.choices(("petite", "standard", "full"), weights=(84, 14, 2))[0]
    most = {"petite": 15, "standard": 30, "full": 60}[package]
    add_on = rng.choice(("packing", "unpacking")) if rng.random() < 0.2 else None
    return {
        "service": Service.MINI_MOVE.value,
        "package": package,
        "items": rng.randint(most // 2, most),
        **({add_on: True} if add_on else {}),
    }


def _over_limit(rng: random.Random) -> dict[str, Any]:
    """More pieces than a van carries: staff arrange it."""
    return {"service": Service.STANDARD_DELIVERY.value, "items": rng.randint(64, 85)}
