"""The list of bookings, as a coordinator asks for it."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.http import QueryDict
from django.test import Client

from staff.bookings.listing import Listing
from staff.models import StaffProfile
from staff.permissions import Role
from tests.factories import make_catalogue, make_colleague, sign_in_staff
from totetaxi.lib.clock import now, today

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _catalogue(db: None) -> None:
    make_catalogue()


@pytest.fixture
def colleague() -> StaffProfile:
    return make_colleague(Role.COORDINATOR, "Cora Lindqvist")


@pytest.fixture
def office(client: Client, colleague: StaffProfile) -> Client:
    """A browser in which the colleague is signed in."""
    sign_in_staff(client, colleague)
    return client


@pytest.fixture
def listed(colleague: StaffProfile) -> Callable[[str], list[int]]:
    """The numbers that the list shows for an address."""

    def numbers(query: str = "") -> list[int]:
        listing = Listing(QueryDict(query), colleague, today(now()))
        return [row["number"] for row in listing.page.rows]

    return numbers
