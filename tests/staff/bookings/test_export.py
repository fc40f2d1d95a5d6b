"""The list as a CSV file."""

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from staff.models import Action, AuditLog
from staff.permissions import Role
from tests.factories import (
    make_booking,
    make_colleague,
    make_paid_booking,
    make_refund,
    sign_in_staff,
)
from tests.factories.many import add_many_bookings
from tests.payments.changing import weekday

EXPORT = "/staff/bookings/export/"


@pytest.fixture
def manager(client: Client) -> Client:
    sign_in_staff(client, make_colleague(Role.MANAGER))
    return client


def lines(client: Client, query: str = "") -> list[dict[str, str]]:
    answer = client.post(EXPORT + query)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_export_has_what_the_list_means(manager: Client) -> None:
    paid = make_paid_booking(pickup_date=weekday(7), contact_name="Ann Guest")
    make_booking(contact_email="rosa@example.com")
    [line] = lines(manager, "?status=paid")
    assert (line["Number"], line["Status"], line["Customer"], line["Pickup day"]) == (
        paid.code,
        "Paid",
        "Ann Guest",
        str(paid.pickup_date),
    )
    total = f"{paid.total_cents // 100}.{paid.total_cents % 100:02d}"
    assert (line["Total in dollars"], line["Paid in dollars"], line["Refunded in dollars"]) == (
        total,
        total,
        "0.00",
    )


def test_export_names_all_that_went_back(manager: Client) -> None:
    payment = make_paid_booking().payments.get()
    make_refund(payment, 1000, reason="goodwill")
    make_refund(payment, 250, reason="outside")
    [line] = lines(manager)
    assert line["Refunded in dollars"] == "12.50"


def test_export_defuses_formulas(manager: Client) -> None:
    make_booking(contact_name="=HYPERLINK(1)")
    assert [line["Customer"] for line in lines(manager)] == ["'=HYPERLINK(1)"]


def test_export_asks_the_same_of_few_and_of_many(manager: Client) -> None:
    def cost() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            count = len(lines(manager))
        return count, len(queries)

    add_many_bookings(2)
    few = cost()
    add_many_bookings(200)
    many = cost()
    assert (few[0], many[0], few[1]) == (2, 202, many[1])


def test_export_is_recorded_without_what_was_searched_for(manager: Client) -> None:
    lines(manager, "?q=claire&status=paid")
    row = AuditLog.objects.get(action=Action.EXPORTED)
    assert row.after == {"what": "bookings", "filters": "status=paid", "query": "(not kept)"}


@pytest.mark.parametrize("role", [Role.VIEWER, Role.SUPPORT, Role.COORDINATOR])
def test_export_is_for_who_may_export(client: Client, role: Role) -> None:
    sign_in_staff(client, make_colleague(role))
    assert client.post(EXPORT).status_code == 403
