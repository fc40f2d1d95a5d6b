"""The list of customers: found by name, e-mail or phone, with figures that are computed."""

from datetime import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from booking.models import Booking
from payments.models import Payment, Refund
from staff.customers.queries import customer_page, find_guests
from staff.permissions import Role
from tests.factories import (
    make_booking,
    make_catalogue,
    make_colleague,
    make_customer,
    sign_in_staff,
)
from totetaxi.lib.clock import now

LIST = "/staff/customers/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client: Client) -> Client:
    make_catalogue()
    sign_in_staff(client, make_colleague(Role.VIEWER))
    return client


@pytest.mark.parametrize("role", list(Role))
def test_what_they_spent_is_shown_to_who_may_see_money(client: Client, role: Role) -> None:
    make_catalogue()
    make_customer("ann@example.com")
    sign_in_staff(client, make_colleague(role))
    answer = client.get(LIST)
    may = role in {Role.VIEWER, Role.MANAGER, Role.ADMIN}
    spent = [row.spent_cents for row, _address, _phone in answer.context["rows"]]
    assert (spent, "Spent" in answer.content.decode()) == ([0 if may else None], may)


def pay(booking: Booking, cents: int, *, refunded: int = 0) -> None:
    payment = Payment.objects.create(
        booking=booking,
        method="offline",
        offline_way="cash",
        proof="Receipt 12",
        purpose="booking",
        status="succeeded",
        amount_cents=cents,
        captured_cents=cents,
        actor_kind="staff",
        succeeded_at=now(),
    )
    if refunded:
        Refund.objects.create(
            payment=payment,
            amount_cents=refunded,
            status="succeeded",
            reason="goodwill",
            requested_by_kind="system",
            approved_by_kind="system",
            approved_at=now(),
            idempotency_key=f"k{payment.pk}",
            succeeded_at=now(),
        )


def test_figures_are_those_of_decision_13(office: Client) -> None:
    customer = make_customer("ann@example.com")
    make_customer("new@example.com")
    history = (("completed", 300, 50), ("paid", 200, 0), ("cancelled", 90, 40), ("pending", 0, 0))
    for hour, (status, dollars, refunded) in enumerate(history, start=8):
        booking = make_booking(
            customer_id=customer.pk,
            contact_email=customer.email,
            pickup_time=time(hour),
        )
        reason = "customer" if status == "cancelled" else ""
        Booking.objects.filter(pk=booking.pk).update(
            status=status, cancel_reason=reason, room_held=False
        )
        if dollars:
            pay(booking, dollars * 100, refunded=refunded * 100)
    rows = {row.email: row for row in customer_page("", 1, with_money=True)}
    figures = {email: (row.made, row.spent_cents) for email, row in rows.items()}
    assert figures == {"ann@example.com": (2, 50000), "new@example.com": (0, 0)}
    assert rows["ann@example.com"].last == Booking.objects.get(status="paid").pickup_date
    assert b"$500.00" in office.get(LIST).content


def test_customers_are_found_by_what_is_said(office: Client) -> None:
    make_customer("other@example.com").customer_profile.delete()
    wanted = make_customer("zoe.ash@example.com")
    wanted.name = "Zoe Ashworth"
    wanted.save()
    wanted.customer_profile.phone = "+16465550188"
    wanted.customer_profile.save()
    for text in ("zoe", "ash zoe", "ZOE.ASH@", "(646) 555-0188", "0188"):
        found = [row.email for row in customer_page(text, 1, with_money=True)]
        assert found == ["zoe.ash@example.com"], text
    assert customer_page("nobody", 1, with_money=True) == []


def test_staff_are_no_customers(office: Client) -> None:
    assert customer_page("", 1, with_money=True) == []
    assert b"No customers yet" in office.get(LIST).content


def test_guests_are_found_by_their_bookings_once_each(office: Client) -> None:
    first = make_booking(contact_name="Bo Li", contact_email="bo@example.com")
    later = make_booking(
        contact_name="Bo Li",
        contact_email="bo@example.com",
        pickup_date=first.pickup_date,
        pickup_time=time(11),
    )
    assert [(guest.email, guest.number) for guest in find_guests("bo li")] == [
        ("bo@example.com", later.number)
    ]
    assert find_guests("") == []
    page = office.get(f"{LIST}?q=bo+li").content
    assert (b"Guests, by their latest booking" in page, b"bo@example.com" in page) == (True, True)


def test_list_costs_the_same_for_one_and_for_many(office: Client) -> None:
    make_customer()
    office.get(LIST)

    def cost(url: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert office.get(url).status_code == 200
        return len(queries)

    few = (cost(LIST), cost(f"{LIST}?q=example"))
    User.objects.bulk_create(
        User(email=f"many{number}@example.com", name=f"Many {number}") for number in range(120)
    )
    assert (cost(LIST), cost(f"{LIST}?q=example")) == few == (8, 9)
    context = office.get(f"{LIST}?page=2").context
    assert (context["first"], context["last"], context["count"]) == (51, 100, 121)
    assert office.get(f"{LIST}?page=99").context["first"] == 101
