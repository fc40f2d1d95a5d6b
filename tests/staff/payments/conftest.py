"""A manager at the desk, and a booking that is to be paid."""

import pytest
from django.core.cache import cache
from django.test import Client

from booking.models import Booking
from staff.models import StaffProfile
from staff.permissions import Role
from tests.factories import make_booking, make_catalogue, make_colleague, sign_in_staff


@pytest.fixture
def booking(db: None) -> Booking:
    cache.clear()
    make_catalogue()
    return make_booking(contact_name="Claire Ellery", contact_email="claire@example.com")


@pytest.fixture
def mara(db: None) -> StaffProfile:
    return make_colleague(Role.MANAGER, "Mara Lindqvist")


@pytest.fixture
def office(client: Client, mara: StaffProfile) -> Client:
    sign_in_staff(client, mara)
    return client
