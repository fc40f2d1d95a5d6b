"""Orders and bookings. An order's defaults are valid: a Petite on the next open weekday."""

from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from django.db import transaction

from booking.models import Booking
from booking.pricing.types import Request
from booking.services.create import create_booking
from booking.services.order import NewBooking, OrderAddress
from totetaxi.lib.actor import GUEST
from totetaxi.lib.clock import now as clock_now
from totetaxi.lib.clock import today

PICKUP = OrderAddress(
    street="118 East 93rd Street", unit="6B", city="New York", state="NY", zip="10128"
)
DELIVERY = OrderAddress(street="27 Pondview Lane", city="East Hampton", state="NY", zip="11937")
REQUEST_KEYS = frozenset(Request.__dataclass_fields__)

_number = count(1)


def next_weekday(now: datetime, days: int = 3) -> date:
    """The first Monday to Friday at least `days` days after New York's today, off peak dates."""
    day = today(now) + timedelta(days=days)
    while day.weekday() >= 5 or (day.month, day.day) in {(12, d) for d in range(23, 28)}:
        day += timedelta(days=1)
    return day


def make_order(*, now: datetime | None = None, **changes: Any) -> NewBooking:
    """An order; `changes` name fields of the order or of its request.

    Each has its own contact, so that two orders of a test do not count as one person.
    """
    now = now or clock_now()
    asked = {
        "service": "mini_move",
        "package": "petite",
        "items": 10,
        "pickup_date": next_weekday(now),
        "pickup_time": time(9),
        "pickup_zip": PICKUP.zip,
        "delivery_zip": DELIVERY.zip,
    }
    asked |= {key: changes.pop(key) for key in list(changes) if key in REQUEST_KEYS}
    facts: dict[str, Any] = {
        "request": Request(**asked),
        "pickup": PICKUP,
        "delivery": DELIVERY,
        "contact_name": "Claire Ellery",
        "contact_email": f"claire{next(_number)}@example.com",
        "contact_phone": "+12125550171",
        "terms_version": 1,
        "policy_version": 1,
        "terms_accepted": True,
    }
    return NewBooking(**(facts | changes))


def make_booking(*, now: datetime | None = None, **changes: Any) -> Booking:
    """A pending booking with a hold of 40 minutes, made through the create service."""
    now = now or clock_now()
    with transaction.atomic():
        return create_booking(
            make_order(now=now, **changes),
            expected_total_cents=None,
            hold_until=now + timedelta(minutes=40),
            by=GUEST,
            now=now,
        )
