"""Today, as somebody of the staff asks for it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from booking.lifecycle import Status
from booking.models import Booking
from staff.models import StaffProfile
from staff.permissions import Role
from tests.factories import make_catalogue, make_colleague, make_sale, sign_in_staff
from totetaxi.lib.clock import new_york

# A Friday, 9:14 AM in New York.
NOW = datetime(2026, 11, 20, 14, 14, tzinfo=UTC)
Place = Callable[..., Booking]
Seen = Callable[..., dict[str, list[Any]]]


@pytest.fixture(autouse=True)
def _world(db: None) -> Any:
    make_catalogue()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def colleague() -> StaffProfile:
    return make_colleague(Role.COORDINATOR, "Cora Lindqvist")


@pytest.fixture
def office(client: Client, colleague: StaffProfile) -> Client:
    sign_in_staff(client, colleague)
    return client


@pytest.fixture
def place() -> Place:
    """A paid booking whose pickup is so long from now; `changes` are columns of it."""

    def make(ahead: timedelta, status: Status = Status.PAID, **changes: Any) -> Booking:
        pickup_at = NOW + ahead
        return make_sale(
            NOW - timedelta(days=9),
            status=status,
            pickup_at=pickup_at,
            pickup_date=new_york(pickup_at).date(),
            pickup_time=new_york(pickup_at).time(),
            created_at=NOW - timedelta(days=9),
            **changes,
        )

    return make


@pytest.fixture
def seen(office: Client) -> Seen:
    """The rows that are shown, by queue; queues without any are left out."""

    def rows(query: str = "") -> dict[str, list[Any]]:
        context = office.get(f"/staff/today/{query}").context
        return {queue.kind.key: queue.rows for queue in context["queues"] if queue.rows}

    return rows
