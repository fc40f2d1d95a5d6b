"""Makes what the measured site holds: `python -m tests.bench.site_data`, or `... bookings 20000`.

The first prints the visitors as JSON; the last of them are a customer's and the staff's, signed in.
The others have answered every step of the wizard through its own forms. Bookings: a busy month
ahead, the rest is history.
"""

import json
import sys
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import django
from django.core.management import call_command

from tests.bench.customer_data import add_customer
from tests.bench.staff_data import (
    ALERTS,
    add_alerts,
    add_staff,
    event_of,
    payment_of,
    person,
    search_of,
)
from tests.bench.traffic import HOST
from totetaxi.lib.clock import at_new_york, now, today

VISITORS = 16
AHEAD_DAYS = 31
# Of 5 pieces each, in vans of 60: some days of the calendar say how many are left, none is full.
MOST_A_DAY = 16
PIECES = 5
TOTAL_CENTS = 995_00


def prepare() -> list[dict[str, str]]:
    """Tables, catalogue, static files, 200 bookings, the visitors' drafts, a customer, staff."""
    call_command("migrate", run_syncdb=True, interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("load_catalogue", verbosity=0)
    add_bookings(200)
    guests = [{"session": fill_in_wizard()} for _visitor in range(VISITORS)]
    return [*guests, *add_customer(), *add_staff()]


def fill_in_wizard() -> str:
    """A visitor who stands before the last step; answers the session's key."""
    from django.test import Client  # needs the settings

    from tests.booking.wizard.visitor import Visitor
    from tests.factories import next_weekday

    visitor = Visitor(Client(SERVER_NAME=HOST))
    day = next_weekday(now(), 10).isoformat()
    visitor.answer_before("review", when={"pickup_date": day}, what={"packing": "on", "coi": "on"})
    visitor.see("review")
    return str(visitor.client.session.session_key)


def add_bookings(total: int) -> None:
    """Fill up to so many bookings: as many in the month ahead as history has in a month, and more.

    Through the table alone: the create service would take minutes.
    """
    from django.db import connection  # needs the apps

    from booking.models import Booking, BookingEvent, Van
    from payments.models import Payment
    from staff.kpi.services import count_all
    from totetaxi.management.demo_data.bulk_insert import insert_rows

    vans = [van.pk for van in Van.objects.order_by("number")]
    have = Booking.objects.count()
    first = today(now())
    ahead = min(total * 3 // 4, MOST_A_DAY * AHEAD_DAYS)
    rows = []
    for number in range(have, total):
        held = number < ahead
        offset = number % AHEAD_DAYS if held else -1 - number % 700
        day = first + timedelta(days=offset)
        rows.append(_booking(number, day, vans[number % len(vans)], held=held))
    insert_rows(Booking, rows)
    insert_rows(Payment, [payment_of(row) for row in rows])
    insert_rows(BookingEvent, [event_of(row) for row in rows])
    add_alerts(rows[:ALERTS])
    count_all(now())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _booking(number: int, day: date, van: UUID, *, held: bool) -> Any:
    from booking.lifecycle import Status  # needs the apps
    from booking.models import Booking

    wall = time(8 + number % 5)
    guest = person(number)
    moment: datetime = at_new_york(day, wall)
    return Booking(
        number=number + 1,
        status=Status.PAID if held else Status.COMPLETED,
        guest_name=guest.name,
        guest_email=guest.email,
        guest_phone=guest.phone,
        email_key=guest.email,
        person_key=guest.email,
        request={"pickup_zip": "10128", "delivery_zip": "11937"},
        service="mini_move",
        package="petite",
        title="Mini Move Petite",
        items=PIECES,
        subtotal_cents=TOTAL_CENTS,
        total_cents=TOTAL_CENTS,
        pickup_date=day,
        pickup_time=wall,
        pickup_at=moment,
        van_id=van,
        room_pieces=PIECES,
        room_held=held,
        coi_state="needed" if held and number % 8 == 0 else "not_needed",
        created_at=moment - timedelta(days=9),
        updated_at=moment,
        **search_of(guest, number),
    )


if __name__ == "__main__":
    django.setup()
    if sys.argv[1:2] == ["bookings"]:
        add_bookings(int(sys.argv[2]))
    else:
        print(json.dumps(prepare()))
