"""A signed-in customer with an address book."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import SavedAddress, User
from tests.factories import make_catalogue, make_customer

HOME = {
    "label": "Home",
    "street": "118 East 93rd Street",
    "unit": "6B",
    "city": "New York",
    "state": "NY",
    "zip": "10128",
    "has_doorman": "on",
    "access_notes": "Service entrance on Park",
}


@pytest.fixture
def customer(db: None) -> User:
    make_catalogue()
    return make_customer()


@pytest.fixture
def signed_in(client: Client, customer: User) -> Client:
    client.force_login(customer)
    return client


def keep(user: User, label: str, **changes: Any) -> SavedAddress:
    """A row of an address book."""
    facts = {"street": "1 Broadway", "city": "New York", "state": "NY", "zip": "10004"}
    return SavedAddress.objects.create(user=user, label=label, **(facts | changes))
