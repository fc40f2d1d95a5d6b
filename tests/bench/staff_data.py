"""Somebody of the staff, signed in on a few machines; and what their lists need of a booking."""

from dataclasses import asdict
from types import SimpleNamespace
from typing import Any

from tests.bench.traffic import HOST

MACHINES = 8
ALERTS = 30


def add_staff() -> list[dict[str, str]]:
    """Make a coordinator; answers a session for each machine."""
    from django.test import Client  # needs the settings

    from staff.permissions import Role
    from tests.factories import make_colleague, sign_in_staff

    colleague = make_colleague(Role.COORDINATOR, "Cora Lindqvist")
    sessions = []
    for _machine in range(MACHINES):
        client = Client(SERVER_NAME=HOST)
        sign_in_staff(client, colleague)
        sessions.append({"session": str(client.session.session_key)})
    return sessions


def person(number: int) -> Any:
    """A guest by number; in 20,000 some hundred share a first name."""
    from totetaxi.management.demo_data.bulk_people import invent

    return invent(number, "guest")


def search_of(guest: Any, number: int) -> dict[str, str]:
    """What a guest's booking is found by, as the services write it."""
    from booking.models import Contact
    from booking.services.search_text import search_columns

    pickup = SimpleNamespace(
        street=f"{number % 400} East 93rd Street", unit="6B", city="New York", zip="10128"
    )
    delivery = SimpleNamespace(
        street=f"{number % 290} Further Lane", unit="", city="East Hampton", zip="11937"
    )
    columns = search_columns(
        contact=Contact(guest.name, guest.email, guest.phone),
        other_contact=("", ""),
        places=[pickup, delivery],
        things=["Mini Move Petite", "Manhattan", "The Hamptons"],
    )
    return asdict(columns)


def payment_of(booking: Any) -> Any:
    """A booking's payment, made when it was booked."""
    from payments.models import Payment

    return Payment(
        booking_id=booking.pk,
        method=Payment.Method.OFFLINE,
        offline_way=Payment.OfflineWay.TRANSFER,
        proof="Transfer 12",
        purpose=Payment.Purpose.BOOKING,
        status=Payment.Status.SUCCEEDED,
        amount_cents=booking.total_cents,
        captured_cents=booking.total_cents,
        actor_kind="guest",
        succeeded_at=booking.created_at,
        created_at=booking.created_at,
        updated_at=booking.created_at,
    )


def event_of(booking: Any) -> Any:
    """That it was paid."""
    from booking.models import BookingEvent

    return BookingEvent(
        booking_id=booking.pk,
        kind=BookingEvent.Kind.STATUS,
        from_status="pending",
        to_status="paid",
        actor_kind="guest",
        at=booking.created_at,
    )


def add_alerts(bookings: list[Any]) -> None:
    """Let each of these wait for a person, as requests do; those of before are done with."""
    from booking.models import Alert, AlertKind
    from totetaxi.lib.clock import now

    Alert.objects.update(closed_at=now())
    Alert.objects.bulk_create(
        Alert(
            kind=AlertKind.REQUEST if booking.number % 2 else AlertKind.SURPLUS,
            about=f"bench:{booking.pk}",
            summary=f"TT-{booking.number:06d}: asks for 70 items, arrange payment.",
            booking_id=booking.pk,
        )
        for booking in bookings
    )
