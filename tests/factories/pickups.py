"""Bookings that hold room on given days, by the thousand, straight into the table."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from booking.models import Booking, Counter, Van
from booking.services.person import email_key, person_key
from totetaxi.lib.clock import at_new_york


def add_pickups(days: Sequence[date], count: int, *, pieces: int = 1) -> list[Booking]:
    """So many guests' bookings over the days in turn, paid but each fourth, in the first two vans.

    Nothing keeps them within the vans' room.
    """
    vans = list(Van.objects.order_by("number")[:2])
    first = Booking.all_objects.count() + 1
    rows = [
        _pickup(number, days[number % len(days)], vans[number % 2], pieces)
        for number in range(first, first + count)
    ]
    Booking.objects.bulk_create(rows, batch_size=500)
    Counter.objects.update_or_create(name="booking", defaults={"value": first + count - 1})
    return rows


def _pickup(number: int, day: date, van: Any, pieces: int) -> Booking:
    wall = time(8 + number % 5)
    name, email = f"Guest {number}", f"pickup{number}@example.com"
    return Booking(
        number=number,
        status="pending" if number % 4 == 0 else "paid",
        guest_name=name,
        guest_email=email,
        email_key=email_key(email),
        person_key=person_key(None, email),
        request={"pickup_zip": "10128", "delivery_zip": "11937"},
        service="standard_delivery",
        title="Standard Delivery",
        items=pieces,
        subtotal_cents=285_00,
        total_cents=285_00,
        pickup_date=day,
        pickup_time=wall,
        pickup_at=at_new_york(day, wall),
        van=van,
        room_held=True,
        room_pieces=pieces,
        sort_name=name.lower(),
        search_text=f" {name.lower()} {email} standard delivery",
    )
