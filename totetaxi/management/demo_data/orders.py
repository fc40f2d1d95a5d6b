"""What the people of the demo order."""

import random
from datetime import date
from typing import Any

from booking.pricing.codes import Service
from booking.pricing.hours import pickup_times
from booking.pricing.types import PriceBook, Request
from booking.services.order import NewBooking
from totetaxi.management.demo_data.people import Visitor
from totetaxi.management.demo_data.places import draw_trip
from totetaxi.management.demo_data.plan import Fate

WELCOME_CODE = "WELCOME10"
GIFT_CODE = "HOUSEGUEST"
# Above the limit of what may be paid online, or above the room of a van.
BY_REQUEST = frozenset({Fate.REQUEST, Fate.ARRANGED})
BY_STAFF = frozenset({Fate.STARTED_UNPAID})
NOTES = (
    "Please ring twice, the bell is soft.",
    "Two of the bags hold glassware.",
    "The dog is friendly and will want to come along.",
    "Our house manager signs for everything.",
    "Call me half an hour before, I am round the corner.",
    "The blue trunk goes to the guest cottage.",
)
OTHER_CONTACTS = (
    ("Rosa, housekeeper", "+16315550163"),
    ("Tom at the front desk", "+12125550119"),
    ("Marta Keane", "+19175550142"),
)


def draw_order(
    rng: random.Random,
    fate: Fate,
    visitor: Visitor,
    day: date,
    *,
    same_day: bool,
    book: PriceBook,
    versions: tuple[int, int],
    may_use_code: bool,
) -> NewBooking:
    """An order that may or may not stand before the rules: the caller asks for its quote."""
    pickup, delivery = draw_trip(rng)
    asked = _over_limit(rng) if fate in BY_REQUEST else _usual(rng, same_day=same_day)
    request = Request(
        **asked,
        pickup_date=day,
        pickup_time=rng.choice(pickup_times(book.hours[asked["service"]])),
        pickup_zip=pickup.zip,
        delivery_zip=delivery.zip,
        coi=(pickup.has_doorman or delivery.has_doorman) and rng.random() < 0.45,
        discount_code=_draw_code(rng, fate, may_use_code=may_use_code),
    )
    other = rng.choice(OTHER_CONTACTS) if rng.random() < 0.2 else ("", "")
    guarded = pickup if pickup.has_doorman else delivery
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
        driver_notes=rng.choice(NOTES) if rng.random() < 0.3 else "",
        coi_wording=f"{guarded.street} Owners Corp., as certificate holder." if request.coi else "",
        terms_version=versions[0],
        policy_version=versions[1],
        terms_accepted=True,
    )


def _draw_code(rng: random.Random, fate: Fate, *, may_use_code: bool) -> str | None:
    if fate is Fate.GIFT:
        return GIFT_CODE
    return WELCOME_CODE if may_use_code and rng.random() < 0.08 else None


def _usual(rng: random.Random, *, same_day: bool) -> dict[str, Any]:
    kinds = [_standard_delivery, _specialty_item] if same_day else _KINDS
    return rng.choice(kinds)(rng)


def _mini_move(rng: random.Random) -> dict[str, Any]:
    package = rng.choice(("petite",) * 4 + ("standard",) * 4 + ("full",))
    fewest, most = {"petite": (5, 15), "standard": (14, 30), "full": (35, 70)}[package]
    add_on = rng.choice(("packing", "unpacking")) if rng.random() < 0.2 else None
    return {
        "service": Service.MINI_MOVE.value,
        "package": package,
        "items": rng.randint(fewest, most),
        **({add_on: True} if add_on else {}),
    }


def _standard_delivery(rng: random.Random) -> dict[str, Any]:
    along = {"surfboard": rng.randint(1, 2)} if rng.random() < 0.25 else {}
    return {
        "service": Service.STANDARD_DELIVERY.value,
        "items": rng.randint(2, 12),
        "specialty": along,
    }


def _specialty_item(rng: random.Random) -> dict[str, Any]:
    codes = rng.sample(("peloton", "surfboard", "crib", "wardrobe_box"), rng.choice((1, 1, 2)))
    return {
        "service": Service.SPECIALTY_ITEM.value,
        "specialty": {code: rng.randint(1, 2) for code in codes},
    }


_KINDS = (_mini_move,) * 4 + (_standard_delivery,) * 4 + (_specialty_item,) * 2


def _over_limit(rng: random.Random) -> dict[str, Any]:
    if rng.random() < 0.4:
        return {"service": Service.STANDARD_DELIVERY.value, "items": rng.randint(64, 85)}
    return {
        "service": Service.MINI_MOVE.value,
        "package": "full",
        "items": rng.randint(60, 90),
        "packing": True,
        "unpacking": True,
    }
