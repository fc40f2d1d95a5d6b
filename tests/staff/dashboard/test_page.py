"""The dashboard: its cost, what waits, who sees money, and how it stays fresh."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from booking.lifecycle import Status
from booking.models import AlertKind, Booking
from staff.kpi.services import count_all
from staff.permissions import Role
from tests.factories import (
    make_alert,
    make_catalogue,
    make_colleague,
    make_refund,
    make_sale,
    sign_in_staff,
)
from tests.factories.many import add_many_bookings

DASHBOARD = "/staff/dashboard/"
NOW = datetime(2026, 11, 20, 14, 14, tzinfo=UTC)
QUERIES = 8


@pytest.fixture(autouse=True)
def _world(db):
    make_catalogue()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office(client: Client) -> Client:
    sign_in_staff(client, make_colleague(Role.MANAGER, "Miles Okafor"))
    return client


def waits(client) -> dict[str, tuple[str, str]]:
    return {one.label: (one.count, one.url) for one in client.get(DASHBOARD).context["waits"]}


def cost(client) -> int:
    client.get(DASHBOARD)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(DASHBOARD).status_code == 200
    return len(queries)


def test_page_costs_the_same_with_one_fifty_and_five_thousand_bookings(office):
    costs = []
    for more in (1, 49, 4950):
        add_many_bookings(more)
        make_sale(NOW - timedelta(days=1))
        costs.append(cost(office))
        count_all(NOW)
    assert costs == [QUERIES] * 3


def test_nothing_waits_in_a_house_that_is_up_to_date(office):
    assert waits(office) == {
        "Unpaid bookings": ("0", "/staff/bookings/?unpaid=1"),
        "Certificates to issue": ("0", "/staff/today/?queue=coi"),
        "Requests to take up": ("0", "/staff/today/?queue=customers"),
        "Changes asked for": ("0", "/staff/today/?queue=customers"),
        "Refunds to approve": ("0", "/staff/today/?queue=money"),
        "Messages not sent": ("0", "/staff/today/?queue=messages"),
        "Other alerts": ("0", "/staff/today/"),
    }


def test_what_waits_is_counted_by_kind(office):
    for kind in AlertKind:
        make_alert(kind)
    make_alert(AlertKind.REQUEST)
    make_alert(AlertKind.REQUEST, closed_at=NOW)
    make_sale(NOW - timedelta(days=1), coi_state="needed", pickup_at=NOW + timedelta(days=2))
    counts = {label: count for label, (count, _url) in waits(office).items()}
    assert counts == {
        "Unpaid bookings": "0",
        "Certificates to issue": "1",
        "Requests to take up": "2",
        "Changes asked for": "1",
        "Refunds to approve": "1",
        "Messages not sent": "1",
        "Other alerts": str(len(AlertKind) - 4),
    }


def test_unpaid_are_those_that_the_list_shows(office):
    for status, changes in (
        (Status.PENDING, {}),
        (Status.PAID, {"revision": 1}),
        (Status.PAID, {}),
        (Status.COMPLETED, {"unpaid_reason": "Pays by cheque"}),
    ):
        booking = make_sale(NOW - timedelta(days=1), status=status, **changes)
        if status == Status.PENDING or changes:
            Booking.objects.filter(pk=booking.pk).update(total_cents=2_000_00)
    assert waits(office)["Unpaid bookings"][0] == "3"
    assert office.get("/staff/bookings/?unpaid=1").context["range"] == "1–3 of 3 bookings"


def test_flood_is_counted_no_further_than_it_must(office):
    add_many_bookings(900)
    Booking.objects.update(status="pending", cancel_reason="")
    assert waits(office)["Unpaid bookings"][0] == "99+"


def test_sale_of_a_minute_ago_and_one_of_last_week_are_both_there(office):
    last_week = make_sale(NOW - timedelta(days=7), cents=500_00)
    Booking.objects.update(created_at=NOW - timedelta(days=7))
    count_all(NOW)
    make_sale(NOW - timedelta(minutes=1), cents=800_00)
    make_refund(last_week.payments.get(), 300_00, succeeded_at=NOW)
    week = office.get(DASHBOARD).context["strips"][0]
    shown = {str(tile.label): (tile.value, tile.change) for tile in week.tiles}
    assert shown["Bookings"] == ("1", "as before")
    assert shown["Revenue"] == ("$500.00", "as before")


def test_days_that_the_night_has_not_counted_yet_are_there(office):
    make_sale(NOW - timedelta(days=1), cents=500_00)
    week = office.get(DASHBOARD).context["strips"][0]
    assert {str(tile.label): tile.value for tile in week.tiles}["Revenue"] == "$500.00"


@pytest.mark.parametrize("role", list(Role))
def test_money_is_for_who_may_see_it(client, role):
    sign_in_staff(client, make_colleague(role))
    make_sale(NOW, cents=123_45)
    text = client.get(DASHBOARD).content.decode()
    may_see = role in {Role.VIEWER, Role.MANAGER, Role.ADMIN}
    assert ("$123.45" in text, "Revenue" in text, "$" in text) == (may_see,) * 3


def test_page_that_has_everything_is_told_so(office):
    etag = office.get(DASHBOARD).context["etag"]
    headers = {"HX-Request": "true", "If-None-Match": etag}
    assert office.get(DASHBOARD, headers=headers).status_code == 304
    make_sale(NOW)
    piece = office.get(DASHBOARD, headers=headers)
    text = piece.content.decode()
    assert (piece.status_code, text.lstrip()[:19], "<html" in text) == (
        200,
        '<div id="dashboard"',
        False,
    )
