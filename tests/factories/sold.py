"""Bookings that were paid for, with requests that have a price: for what looks back at them."""

from datetime import date, time, timedelta

from booking.models import Booking
from booking.pricing.engine import price
from booking.pricing.types import PriceBook, Request
from booking.pricing.wire import request_json
from booking.services.person import email_key, person_key
from totetaxi.lib.clock import at_new_york

KINDS = (
    {"service": "mini_move", "package": "petite", "items": 10},
    {"service": "mini_move", "package": "standard", "items": 20, "packing": True},
    {"service": "standard_delivery", "items": 4, "coi": True},
    {"service": "specialty_item", "specialty": {"peloton": 1}},
)


def sold_request(number: int, last_day: date) -> Request:
    """One of many: of every service, at every time, on the days up to `last_day`."""
    zips = ("10128", "11201") if number % 2 else ("07302", "11937")
    return Request(
        **KINDS[number % len(KINDS)],
        pickup_date=last_day - timedelta(days=number % 80),
        pickup_time=time(8 + number % 5, 30 * (number % 3 == 0 and number % 5 < 4)),
        pickup_zip=zips[0],
        delivery_zip=zips[1],
    )


def add_sold_bookings(count: int, book: PriceBook, last_day: date) -> list[Booking]:
    """Completed bookings, straight into the table, each asked for five days before its pickup."""
    first = Booking.all_objects.count() + 1
    rows = [_booking(number, book, last_day) for number in range(first, first + count)]
    made = Booking.objects.bulk_create(rows, batch_size=500)
    for row in made:  # auto_now_add wrote the moment of the test
        row.created_at = row.pickup_at - timedelta(days=5)
    Booking.objects.bulk_update(made, ["created_at"], batch_size=500)
    return made


def _booking(number: int, book: PriceBook, last_day: date) -> Booking:
    request = sold_request(number, last_day)
    day, wall = request.pickup_date, request.pickup_time
    pickup_at = at_new_york(day, wall)
    quoted = price(request, book, pickup_at - timedelta(days=5))
    email = f"sold{number}@example.com"
    return Booking(
        number=number,
        status="completed",
        guest_name=f"Guest {number}",
        guest_email=email,
        email_key=email_key(email),
        person_key=person_key(None, email),
        request=request_json(request),
        service=request.service,
        package=request.package or "",
        title=f"Booking {number}",
        subtotal_cents=quoted.subtotal_cents,
        total_cents=quoted.total_cents,
        pickup_date=day,
        pickup_time=wall,
        pickup_at=pickup_at,
    )
