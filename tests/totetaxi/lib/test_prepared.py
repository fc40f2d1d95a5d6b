"""Queries that are written once and planned once answer as the ORM would."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from accounts.models import User
from booking.models import Booking
from staff.models import StaffSignIn
from tests.factories import make_booking, make_catalogue, make_colleague, make_customer
from totetaxi.lib.clock import now as clock_now
from totetaxi.lib.planned import planned_change, planned_rows
from totetaxi.lib.prepared import KEY, MOMENT, PreparedGet, PreparedRows


@pytest.fixture(autouse=True)
def _catalogue(db: None) -> None:
    make_catalogue()


def bookings_after():
    found = Booking.objects.filter(customer=KEY, pickup_at__gt=MOMENT).order_by("number")
    return found.values_list("number", "pickup_at", "customer__name")


def test_rows_are_those_of_the_query_with_the_values_in_their_places():
    prepared = PreparedRows(bookings_after)
    ann, bob = make_customer("ann@example.com"), make_customer("bob@example.com")
    booking = make_booking(customer_id=ann.pk)
    make_booking(customer_id=bob.pk)
    now = clock_now()
    for _again in range(3):
        assert prepared.rows(ann.pk, moment=now) == [(booking.number, booking.pickup_at, ann.name)]
    assert prepared.rows(ann.pk, moment=now + timedelta(days=90)) == []
    assert prepared.rows(uuid4(), moment=now) == []


def test_one_row_is_the_object_that_the_orm_would_give():
    prepared = PreparedGet(User, User.objects.all)
    ann = make_customer("ann@example.com")
    found = prepared.find(str(ann.pk))
    assert found == ann
    assert {name: getattr(found, name) for name in ("email", "name", "date_joined")} == {
        "email": ann.email,
        "name": ann.name,
        "date_joined": ann.date_joined,
    }


@pytest.mark.parametrize("key", ["nonsense", "", None], ids=repr)
def test_what_is_no_key_finds_nothing(key):
    assert PreparedGet(User, User.objects.all).find(key) is None


def test_one_row_comes_with_what_is_joined(django_assert_num_queries):
    profile = make_colleague("coordinator")
    now = clock_now()
    sign_in = StaffSignIn.objects.create(profile=profile, at=now, seen_at=now, confirmed_at=now)
    prepared = PreparedGet(StaffSignIn, lambda: StaffSignIn.objects.select_related("profile"))
    with django_assert_num_queries(1):
        found = prepared.find(sign_in.pk)
        assert (found, found.profile) == (sign_in, profile)
    assert prepared.find(sign_in.pk + 1) is None


def test_change_tells_how_many_rows_it_changed():
    ann = make_customer("ann@example.com")
    sql = "UPDATE accounts_user SET name = %s WHERE email = %s"
    assert planned_change(sql, ["Ann", ann.email]) == 1
    assert planned_change(sql, ["Ann", "nobody@example.com"]) == 0
    ann.refresh_from_db()
    assert ann.name == "Ann"


@pytest.mark.postgresql
def test_the_server_keeps_the_plan():
    for name in ("a", "b", "c"):
        assert planned_rows("SELECT email FROM accounts_user WHERE name = %s", [name]) == []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements"
            " WHERE statement LIKE 'SELECT email FROM accounts_user%'"
        )
        assert cursor.fetchall() == [(3, 0)]
