"""What staff may wish that customers may not, and how they are told."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import transaction

from booking.changes import ChangeSet, Reorder, Reprice, Reschedule, Wish, compute_change_set
from booking.models import Booking
from booking.pricing.types import CUSTOMER, Allowances
from booking.services.confirm import confirm_booking
from booking.services.order import order_of
from booking.services.status import lock_booking
from tests.booking.changes.money import UNPAID, Money
from tests.factories import make_booking, make_catalogue
from totetaxi.lib.actor import SYSTEM

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)  # a Sunday, 10:00 AM in New York
TUESDAY, THURSDAY = date(2026, 12, 1), date(2026, 12, 10)
STAFF = Allowances(is_staff=True)
LEAD = Allowances(is_staff=True, same_day=True, over_limit=True)


@pytest.fixture
def pending(db) -> Booking:
    make_catalogue()
    return make_booking(now=NOW, package="petite", pickup_date=TUESDAY)


def confirm(booking: Booking) -> Booking:
    with transaction.atomic():
        locked = lock_booking(booking.pk)
        confirm_booking(locked, by=SYSTEM, now=NOW)
    return locked


def compute(
    booking: Booking, wish: Wish, allowances: Allowances, money: Money | None = None
) -> ChangeSet:
    if money is None:
        money = UNPAID if booking.status == "pending" else Money(booking.total_cents)
    return compute_change_set(booking, wish, money=money, now=NOW, allowances=allowances)


def ordered(booking: Booking, **asked) -> Reorder:
    order = order_of(booking)
    return Reorder(replace(order, request=replace(order.request, **asked)))


def sentences(change_set: ChangeSet) -> dict[str, str]:
    return {str(one.kind): one.sentence.replace("\xa0", " ") for one in change_set.effects}


def test_a_move_to_today_is_for_who_may_book_the_same_day(pending):
    wish = Reschedule(NOW.date(), time(12))
    told = "Mini Move needs a day's notice. Choose tomorrow or later."
    assert compute(pending, wish, CUSTOMER).refusals == {"pickup_date": [told]}
    assert compute(pending, wish, STAFF).refusals == {"pickup_date": [told]}
    assert compute(pending, wish, LEAD).refusals == {}


def test_above_the_limit_is_for_who_may_book_there(pending):
    wish = ordered(pending, package="full", items=40, packing=True, unpacking=True)
    why = "This is above the online limits: a coordinator, a manager or an admin books it."
    customers = "Above $10,000.00 we arrange payment with you. Please call us."
    assert compute(pending, wish, CUSTOMER).refusals == {"all": [customers]}
    assert compute(pending, wish, STAFF).refusals == {"all": [why]}
    assert compute(pending, wish, LEAD).due_cents == 12_085_00


def test_what_no_van_carries_gives_its_place_back(pending):
    wish = ordered(pending, service="standard_delivery", package=None, items=61)
    assert sentences(compute(pending, wish, LEAD))["room"] == (
        "No van carries it: arrange the vans. Its place on Tuesday, December 1 is given back"
    )


def test_staff_read_which_van_has_room(pending):
    told = sentences(compute(pending, Reschedule(THURSDAY, time(9)), STAFF))
    assert told["room"] == (
        "Van 1 has room on Thursday, December 10, 15 of 60 with it; "
        "its place on Tuesday, December 1 is given back"
    )


def test_a_booking_without_a_place_gets_one_where_staff_change_it(pending):
    Booking.objects.filter(pk=pending.pk).update(room_held=False)
    pending.refresh_from_db()
    wish = Reschedule(THURSDAY, time(9))
    assert sentences(compute(pending, wish, CUSTOMER))["room"].startswith("No van is kept for you")
    assert sentences(compute(pending, wish, STAFF))["room"] == (
        "Van 1 has room on Thursday, December 10, 15 of 60 with it"
    )


def test_refusals_speak_of_the_customer(pending):
    make_booking(
        now=NOW,
        pickup_date=THURSDAY,
        contact_email=pending.contact.email,
    )
    refusals = compute(pending, Reschedule(THURSDAY, time(9)), STAFF).refusals
    assert refusals == {
        "pickup_time": ["This person already has a booking at this time. Choose another time."]
    }


def test_a_mismatch_is_settled_before_anything_else(pending):
    wish = Reschedule(THURSDAY, time(9))
    refusals = compute(pending, wish, STAFF, Money(has_mismatch=True)).refusals
    assert refusals == {
        "all": ["A payment of this booking does not match what was asked. Settle that first."]
    }


def test_a_price_moves_nothing_but_money(pending):
    paid = confirm(pending)
    found = compute(paid, Reprice(700_00), STAFF)
    assert (found.new_total_cents, found.difference_cents, found.refund_cents) == (
        700_00,
        -295_00,
        295_00,
    )
    assert sentences(found) == {
        "price": "Set by staff: $995.00 becomes $700.00",
        "refund": "$295.00 back to the card that paid is requested; somebody else approves it",
        "room": "Its place in the van on Tuesday, December 1 stays",
        "messages": f"“Booking changed” goes to {paid.contact.email}",
    }


def test_a_price_of_staffs_own_returns_even_a_little_only_by_somebody_else(pending):
    found = compute(confirm(pending), Reprice(990_00), STAFF)
    assert sentences(found)["refund"] == (
        "$5.00 back to the card that paid is requested; somebody else approves it"
    )


def test_a_higher_price_is_due(pending):
    found = compute(confirm(pending), Reprice(1_100_00), STAFF)
    assert (found.due_cents, sentences(found)["due"]) == (
        105_00,
        "$105.00 is to be paid, on the customer’s page or by a payment link",
    )


def test_another_price_has_another_fingerprint(pending):
    prints = {compute(pending, Reprice(cents), STAFF).fingerprint for cents in (0, 1_00, 2_00)}
    assert len(prints) == 3


def test_a_change_is_another_where_somebody_else_takes_the_room(pending):
    Booking.objects.filter(pk=pending.pk).update(room_held=False)
    pending.refresh_from_db()
    wish = Reschedule(THURSDAY, time(9))
    before = compute(pending, wish, STAFF)
    for _van in range(2):
        make_booking(now=NOW, package="full", items=40, pickup_date=THURSDAY)
    assert compute(pending, wish, STAFF).fingerprint != before.fingerprint


def test_computing_writes_nothing_and_asks_little(pending, django_assert_max_num_queries):
    booking = Booking.objects.prefetch_related("addresses").get(pk=pending.pk)
    with django_assert_max_num_queries(4):
        compute(booking, Reschedule(THURSDAY + timedelta(days=1), time(9)), LEAD)
