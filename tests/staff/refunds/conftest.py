"""A paid booking, somebody who asks and somebody who approves."""

import pytest
from django.test import Client

from payments.models import Payment
from staff.models import StaffProfile
from staff.permissions import Role
from tests.factories import make_catalogue, make_colleague, make_paid_booking, sign_in_staff
from tests.payments.changing import weekday


@pytest.fixture
def payment(db: None) -> Payment:
    """$995.00 by card."""
    make_catalogue()
    return make_paid_booking(pickup_date=weekday(7), contact_name="Martin Esposito").payments.get()


@pytest.fixture
def ruth(db: None) -> StaffProfile:
    """Asks for refunds."""
    return make_colleague(Role.SUPPORT, "Ruth Okafor")


@pytest.fixture
def tom(db: None) -> StaffProfile:
    """Approves up to $500."""
    return make_colleague(Role.MANAGER, "Tom Bellamy")


def browser_of(staff: StaffProfile) -> Client:
    """A browser of somebody who has just shown who they are."""
    client = Client()
    sign_in_staff(client, staff)
    return client
