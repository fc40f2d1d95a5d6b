"""A coordinator at the calendar, on a fixed day."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from staff.models import StaffProfile
from staff.permissions import Role
from tests.booking.services.fleet import NOW
from tests.factories import make_catalogue, make_colleague, sign_in_staff


@pytest.fixture(autouse=True)
def _catalogue(db: None) -> None:
    make_catalogue()


@pytest.fixture
def colleague() -> StaffProfile:
    return make_colleague(Role.COORDINATOR, "Cora Lindqvist")


@pytest.fixture
def office(client: Client, colleague: StaffProfile) -> Iterator[Client]:
    """A browser in which the colleague is signed in, on November 22, 2026."""
    with time_machine.travel(NOW, tick=True):
        sign_in_staff(client, colleague)
        yield client
