"""Somebody of the staff, signed in on a few machines; and what their lists need of a booking."""

from dataclasses import asdict
from types import SimpleNamespace
from typing import Any

from tests.bench.traffic import HOST

MACHINES = 8


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
        purpose=Payment.Purpose.BOOKING,
        status=Payment.Status.SUCCEEDED,
        amount_cents=booking.total_cents,
        captured_cents=booking.total_cents,
        actor_kind="guest",
        succeeded_at=booking.created_at,
        created_at=booking.created_at,
        updated_at=booking.created_at,
    )
