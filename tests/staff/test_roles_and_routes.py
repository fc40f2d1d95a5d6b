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
    "today": "view_operations",
    "dashboard": "view_operations",
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
    "bulk_status": "change_status",
    "bulk_message": "edit_bookings",
    "export_bookings": "export_data",
    "booking_certificate": "handle_documents",
    "edit_booking": "edit_bookings",
    "new_booking": "edit_bookings",
    "set_booking_price": "override_price",
    "refunds": "view_money",
    "refund": "view_operations",
    "request_refund": "request_refunds",
    "approve_refund": "approve_refunds",
    "refuse_refund": "approve_refunds",
    "retry_refund": "approve_refunds",
    "pay_refund": "override_payment",
    "disputes": "view_money",
    "dispute": "view_money",
    "document": "view_operations",
    "issue_receipt": "edit_bookings",
    "issue_invoice": "edit_bookings",
    "money": "view_money",
    "compare_money": "override_payment",
    "money_report": "view_money",
    "export_money_report": "export_data",
    "explain_movement": "override_payment",
    "payments": "view_money",
    "payment": "view_money",
    "export_payments": "export_data",
    "accept_payment": "override_payment",
    "return_payment": "request_refunds",
    "strike_payment": "override_payment",
    "record_payment": "override_payment",
    "payment_links": "view_operations",
    "send_payment_links": "edit_bookings",
    "resend_payment_link": "edit_bookings",
    "withdraw_payment_link": "edit_bookings",
    "booking_status": "change_status",
    "booking_cancellation": "edit_bookings",  # and more, by its status
    "change_request": "edit_bookings",
    "add_note": "edit_bookings",
    "add_customer_note": "edit_bookings",
    "alert": "view_operations",  # acting: edit_bookings
    "filter_bookings": "view_operations",
    "saved_filters": "view_operations",
    "delete_filter": "view_operations",
    "customers": "view_operations",
    "customer": "view_operations",
    "guest": "view_operations",
    "edit_customer": "edit_bookings",
    "change_customer_email": "edit_bookings",
    "send_password_reset": "edit_bookings",
    "close_account": "edit_bookings",
    "reopen_account": "edit_bookings",
    "add_customer_address": "edit_bookings",
    "edit_customer_address": "edit_bookings",
    "delete_customer_address": "edit_bookings",
    "merge_customer": "merge_customers",
    "merge_guest": "merge_customers",
    "view_as": "view_as",
    "end_view_as": None,
    "catalogue": "view_operations",
    "catalogue_part": "view_operations",
    "catalogue_row": "view_operations",
    "catalogue_add": "edit_catalogue",
    "catalogue_change": "edit_catalogue",
    "catalogue_zips": "edit_catalogue",
    "discount_code_add": "edit_discounts",
    "discount_code_change": "edit_discounts",
    "calendar": "view_operations",
    "calendar_day": "view_operations",
    "edit_day": "change_status",
    "edit_van_day": "change_status",
    "assign_van": "change_status",
    "move_booking": "edit_bookings",
    "vans": "edit_catalogue",
    "add_van": "edit_catalogue",
    "edit_van": "edit_catalogue",
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
    samples = {"UUIDConverter": uuid.uuid4(), "IntConverter": 1, "DayConverter": "2026-12-05"}
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
