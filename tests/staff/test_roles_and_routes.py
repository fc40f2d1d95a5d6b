"""Every route of the back office, asked by every role: the table of permissions decides."""

import uuid

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

import staff.urls
from staff.permissions import PERMISSIONS, Role
from tests.factories import make_colleague, make_customer, sign_in_staff

pytestmark = pytest.mark.django_db
ROUTES = {pattern.name: pattern for pattern in staff.urls.urlpatterns}
# Open to whoever is not signed in yet.
DOORS = frozenset({"login", "second_factor", "logout", "accept", "open_invitation"})
# The permission that a route asks for; None is for everybody of the staff.
ASKED: dict[str, str | None] = {
    "home": None,
    "palette": None,
    "roles": None,
    "account": None,
    "settings": None,
    "password": None,
    "confirm": None,
    "add_app": None,
    "add_passkey": None,
    "recovery_codes": None,
    "remove_factor": None,
    "logout_everywhere": None,
    "bookings": "view_operations",
    "booking": "view_operations",
    "filter_bookings": "view_operations",
    "saved_filters": "view_operations",
    "delete_filter": "view_operations",
    "customers": "view_operations",
    "people": "manage_staff",
    "person": "manage_staff",
    "invite": "manage_staff",
    "resend_invitation": "manage_staff",
    "withdraw_invitation": "manage_staff",
    "change_role": "manage_staff",
    "deactivate": "manage_staff",
    "reactivate": "manage_staff",
    "reset_factors": "manage_staff",
    "audit_log": "view_audit",
}


def address(pattern: URLPattern) -> str:
    """Where a route is; its keys are of nothing that exists."""
    samples = {"UUIDConverter": uuid.uuid4(), "IntConverter": 1}
    converters = pattern.pattern.converters.items()
    keys = {key: samples.get(type(kind).__name__, "x") for key, kind in converters}
    return reverse(f"staff:{pattern.name}", kwargs=keys)


def codes(client: Client, name: str) -> set[int]:
    """What GET and POST answer, without the verb that the route does not know."""
    where = address(ROUTES[name])
    return {client.get(where).status_code, client.post(where).status_code} - {405}


def test_every_route_stands_in_the_table():
    assert sorted(set(ASKED) | DOORS) == sorted(ROUTES)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_finds_what_the_table_says(role):
    faults = []
    for name, permission in ASKED.items():
        client = Client()
        sign_in_staff(client, make_colleague(role))
        found = codes(client, name)
        is_allowed = permission is None or role in PERMISSIONS[permission]
        if is_allowed != (found & {403} == set()) or (not is_allowed and found != {403}):
            faults.append((name, found))
    assert faults == []


def test_strangers_sign_in_and_customers_find_nothing():
    customer = Client()
    customer.force_login(make_customer())
    faults = [
        name for name in ASKED if (codes(Client(), name), codes(customer, name)) != ({303}, {404})
    ]
    assert faults == []
