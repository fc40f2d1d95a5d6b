"""Bookings by the thousand, straight into the table: for what must not grow with them."""

from datetime import time, timedelta
from typing import Any

from booking.models import Address, Booking, Counter, Leg, Van
from booking.services.person import email_key, person_key
from totetaxi.lib.clock import at_new_york, today
from totetaxi.lib.clock import now as clock_now

STATES = ("completed", "completed", "completed", "paid", "pending", "cancelled")


def add_many_bookings(count: int) -> list[Booking]:
    """Guests' bookings of the past months and the next days, in every state, in one van."""
    van = Van.objects.order_by("number").first()
    first = Booking.all_objects.count() + 1
    rows = [_booking(number, van) for number in range(first, first + count)]
    Booking.objects.bulk_create(rows, batch_size=500)
    Counter.objects.update_or_create(name="booking", defaults={"value": first + count - 1})
    return rows


def add_ends(bookings: list[Booking]) -> None:
    """An address at either end, which a booking's own page shows."""
    places = (
        (Leg.PICKUP, "New York", "NY", "10128"),
        (Leg.DELIVERY, "East Hampton", "NY", "11937"),
    )
    Address.objects.bulk_create(
        Address(
            booking=booking, leg=leg, street="1 Elm Street", city=city, state=state, zip=zip_code
        )
        for booking in bookings
        for leg, city, state, zip_code in places
    )


def _booking(number: int, van: Any) -> Booking:
    status = STATES[number % len(STATES)]
    day = today(clock_now()) + timedelta(days=20 - number % 200)
    wall = time(8 + number % 5)
    name, email = f"Guest {number}", f"guest{number}@example.com"
    return Booking(
        number=number,
        status=status,
        cancel_reason="expired" if status == "cancelled" else "",
        guest_name=name,
        guest_email=email,
        email_key=email_key(email),
        person_key=person_key(None, email),
        request={"pickup_zip": "10128", "delivery_zip": "11937"},
        service="mini_move",
        package="petite",
        title="Mini Move Petite",
        items=5,
        subtotal_cents=995_00,
        total_cents=995_00 + number % 300,
        pickup_date=day,
        pickup_time=wall,
        pickup_at=at_new_york(day, wall),
        van=van,
        sort_name=name.lower(),
        search_text=f" {name.lower()} {email} mini move petite",
    )
