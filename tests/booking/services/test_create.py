"""An order becomes a booking, whole or not at all."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import transaction

from accounts.models import User
from booking.lifecycle import Status
from booking.models import (
    Alert,
    Booking,
    BookingEvent,
    BookingLine,
    Counter,
    Day,
    DiscountCode,
    DiscountRedemption,
    Message,
    PolicyText,
)
from booking.services.cancel import cancel_booking
from booking.services.confirm import revive_booking
from booking.services.create import OrderRefusedError, PriceChangedError, create_booking
from booking.services.discounts import release_redemption
from booking.services.order import stored_request
from booking.services.room import NoRoomError
from tests.factories import make_booking, make_catalogue, make_customer, make_order
from totetaxi.lib.actor import GUEST, SYSTEM

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _catalogue() -> None:
    make_catalogue()


def test_booking_holds_the_quote_line_by_line() -> None:
    order = make_order(now=NOW, coi=True, pickup_date=datetime(2026, 12, 5).date())  # noqa: DTZ001
    with transaction.atomic():
        booking = create_booking(
            order, expected_total_cents=119425, hold_until=NOW, by=GUEST, now=NOW
        )
    lines = list(booking.lines.values_list("code", "amount_cents"))
    assert lines == [("base", 99500), ("surcharge", 14925), ("coi", 5000)]
    assert booking.total_cents == 119425
    assert stored_request(booking) == order.request
    assert booking.coi_state == "needed"
    assert list(booking.addresses.order_by("-leg").values_list("leg", "zip", "area")) == [
        ("pickup", "10128", "Manhattan"),
        ("delivery", "11937", "The Hamptons"),
    ]


def test_booking_starts_pending_with_one_event_and_its_room() -> None:
    booking = make_booking(now=NOW)
    event = BookingEvent.objects.get(booking=booking)
    assert (event.from_status, event.to_status, event.actor_kind) == ("", "pending", "guest")
    assert (booking.room_held, booking.van.number, booking.room_pieces) == (True, 1, 15)
    assert booking.pickup_at == datetime(2026, 11, 25, 14, tzinfo=UTC)


def test_numbers_have_no_gap_after_a_rollback() -> None:
    first = make_booking(now=NOW)
    with transaction.atomic():
        make_booking(now=NOW)
        transaction.set_rollback(True)
    assert make_booking(now=NOW).number == first.number + 1
    assert Counter.objects.get(name="booking").value == first.number + 1


def test_another_price_than_the_one_shown_makes_nothing() -> None:
    with pytest.raises(PriceChangedError) as changed, transaction.atomic():
        create_booking(
            make_order(now=NOW), expected_total_cents=99499, hold_until=NOW, by=GUEST, now=NOW
        )
    assert (changed.value.shown_cents, changed.value.quoted.total_cents) == (99499, 99500)
    assert Booking.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"items": 16}, "items"),
        ({"package": "gone"}, "package"),
        ({"pickup_zip": "90210"}, "pickup_zip"),
        ({"pickup_time": time(9, 15)}, "pickup_time"),
        ({"pickup_date": (NOW + timedelta(days=31)).date()}, "pickup_date"),
        ({"discount_code": "NOSUCH"}, "discount_code"),
        ({"terms_accepted": False}, "accept_terms"),
    ],
)
def test_a_broken_rule_is_named_at_its_key(changes: dict[str, object], key: str) -> None:
    with pytest.raises(OrderRefusedError) as refused:
        make_booking(now=NOW, **changes)
    assert list(refused.value.errors) == [key]
    assert Booking.objects.count() == 0


def test_the_same_address_twice_is_refused_however_it_is_spelled() -> None:
    order = make_order(now=NOW)
    same = replace(order.pickup, street="118 EAST 93rd-street.", unit="6 b")
    with pytest.raises(OrderRefusedError) as refused:
        make_booking(now=NOW, delivery=same)
    assert list(refused.value.errors) == ["delivery_street"]


def test_a_closed_day_is_refused() -> None:
    order = make_order(now=NOW)
    Day.objects.create(date=order.request.pickup_date, is_closed=True, closed_reason="Storm")
    with pytest.raises(OrderRefusedError) as refused:
        make_booking(now=NOW)
    assert list(refused.value.errors) == ["pickup_date"]


def test_a_person_has_one_active_booking_at_a_time() -> None:
    make_booking(now=NOW, contact_email="ann@example.com")
    with pytest.raises(OrderRefusedError) as refused:
        make_booking(now=NOW, contact_email="Ann+again@Example.com")
    assert list(refused.value.errors) == ["pickup_time"]
    assert make_booking(now=NOW, contact_email="ann@example.com", pickup_time=time(10)).pk


def test_a_cancelled_booking_gives_back_time_room_and_code() -> None:
    DiscountCode.objects.create(code="ONCE", percent=10, max_uses=1)
    first = make_booking(now=NOW, contact_email="ann@example.com", discount_code="once")
    with transaction.atomic():
        cancel_booking(first, reason="expired", by=SYSTEM, now=NOW)
    assert not first.room_held
    again = make_booking(now=NOW, contact_email="ann@example.com", discount_code="ONCE")
    redemptions = DiscountRedemption.objects.values_list("booking__number", "released_at")
    assert sorted(redemptions) == [(first.number, NOW), (again.number, None)]


def test_a_codes_last_use_is_taken_once() -> None:
    DiscountCode.objects.create(code="ONCE", percent=10, max_uses=1)
    make_booking(now=NOW, discount_code="ONCE")
    with pytest.raises(OrderRefusedError) as refused:
        make_booking(now=NOW, discount_code="ONCE")
    assert list(refused.value.errors) == ["discount_code"]
    assert Booking.objects.count() == 1


ALIKE = "This code cannot be used. Check it, or go on without it."
YESTERDAY, TOMORROW = date(2000, 1, 1), date(2099, 1, 1)


@pytest.mark.parametrize(
    "terms",
    [
        None,
        {"is_active": False},
        {"last_date": YESTERDAY},
        {"first_date": TOMORROW},
        {"max_uses": 0},
        {"max_uses_per_customer": 0},
    ],
    ids=["unknown", "withdrawn", "expired", "not yet", "used up", "used up by them"],
)
def test_a_code_that_cannot_be_used_is_refused_in_the_same_words(
    terms: dict[str, object] | None,
) -> None:
    if terms is not None:
        DiscountCode.objects.create(code="DUNE", percent=10, **terms)
    with pytest.raises(OrderRefusedError) as refused:
        make_booking(now=NOW, discount_code="dune")
    assert refused.value.errors == {"discount_code": [ALIKE]}


def test_a_codes_limit_for_a_person_counts_the_account_and_the_e_mail() -> None:
    """As a guest and signed in, with another e-mail: the same person, who has used it."""
    DiscountCode.objects.create(code="MINE", flat_cents=1000, max_uses_per_customer=1)
    customer = make_customer("ann@example.com")
    code = {"now": NOW, "discount_code": "MINE"}
    make_booking(**code, customer_id=customer.pk, contact_email="ann@example.com")
    for other in (
        {"customer_id": customer.pk, "contact_email": "other@example.com"},
        {"contact_email": "ANN@Example.COM"},
    ):
        with pytest.raises(OrderRefusedError) as refused:
            make_booking(**code, **other, pickup_time=time(10))
        assert refused.value.errors == {"discount_code": [ALIKE]}


def test_a_booking_that_comes_back_has_its_code_again() -> None:
    DiscountCode.objects.create(code="ONCE", percent=10, max_uses=1)
    booking = make_booking(now=NOW, discount_code="ONCE")
    with transaction.atomic():
        cancel_booking(booking, reason="expired", by=SYSTEM, now=NOW)
        assert revive_booking(booking, by=SYSTEM, now=NOW)
    assert DiscountRedemption.objects.get().released_at is None


def test_a_code_that_was_taken_off_the_price_does_not_come_back_with_the_booking() -> None:
    DiscountCode.objects.create(code="ONCE", percent=10, max_uses=1)
    booking = make_booking(now=NOW, discount_code="ONCE")
    with transaction.atomic():
        release_redemption(booking, now=NOW)  # staff took it off
        booking.lines.filter(code="discount").delete()
        cancel_booking(booking, reason="expired", by=SYSTEM, now=NOW)
        assert revive_booking(booking, by=SYSTEM, now=NOW)
    assert DiscountRedemption.objects.get().released_at == NOW


def test_a_codes_limit_for_a_person_sees_through_plus_tags() -> None:
    DiscountCode.objects.create(code="MINE", flat_cents=1000, max_uses_per_customer=1)
    make_booking(now=NOW, discount_code="MINE", contact_email="ann+a@example.com")
    with pytest.raises(OrderRefusedError):
        make_booking(
            now=NOW,
            discount_code="MINE",
            contact_email="ann+b@example.com",
            pickup_time=time(10),
        )
    assert make_booking(now=NOW, discount_code="MINE", contact_email="bob@example.com").pk


def test_a_full_day_is_refused_with_the_nearest_free_days() -> None:
    order = make_order(now=NOW)
    for _ in range(2):
        make_booking(now=NOW, package="full")
    with pytest.raises(NoRoomError) as full:
        make_booking(now=NOW)
    day = order.request.pickup_date
    assert full.value.nearest == (
        day - timedelta(days=2),
        day - timedelta(days=1),
        day + timedelta(days=1),
    )
    assert Booking.objects.count() == 2


def test_above_the_online_limit_staff_take_it_up() -> None:
    booking = make_booking(now=NOW, package="full", items=100, packing=True, unpacking=True)
    assert (booking.total_cents, booking.needs_staff) == (1208500, True)
    assert (booking.room_held, booking.hold_expires_at) == (True, NOW + timedelta(hours=72))
    assert list(Alert.objects.values_list("kind", "booking__number")) == [
        ("request", booking.number)
    ]
    assert list(Message.objects.values_list("kind", flat=True)) == ["request_received"]


def test_more_than_a_van_holds_becomes_a_request_without_room() -> None:
    booking = make_booking(now=NOW, service="standard_delivery", package=None, items=61)
    assert (booking.needs_staff, booking.van, booking.room_held) == (True, None, False)


def test_an_account_is_the_contact_of_its_booking() -> None:
    customer = make_customer("ann@example.com")
    booking = make_booking(now=NOW, customer_id=customer.pk, contact_email="ann@example.com")
    assert (booking.guest_email, booking.contact.email) == ("", "ann@example.com")
    assert booking.contact.phone == "+12125550171"


def test_a_closed_account_books_nothing() -> None:
    customer = make_customer("ann@example.com")
    User.objects.filter(pk=customer.pk).update(is_active=False)
    with pytest.raises(OrderRefusedError) as refused:
        make_booking(now=NOW, customer_id=customer.pk, contact_email="ann@example.com")
    assert refused.value.errors == {"account": ["This account is closed."]}
    assert Booking.objects.count() == 0


def test_policies_are_loaded_with_the_catalogue() -> None:
    assert sorted(PolicyText.objects.values_list("kind", "version")) == [
        ("cancellation", 1),
        ("privacy", 1),
        ("terms", 1),
    ]
    assert BookingLine.objects.count() == 0


def test_status_moves_by_the_table_alone() -> None:
    from booking.lifecycle import TransitionError
    from booking.services.status import change_status

    booking = make_booking(now=NOW)
    with transaction.atomic():
        change_status(booking, Status.PAID, by=SYSTEM, now=NOW)
    with pytest.raises(TransitionError), transaction.atomic():
        change_status(booking, Status.COMPLETED, by=SYSTEM, now=NOW)
    booking.refresh_from_db()
    assert booking.status == Status.PAID
    assert booking.events.filter(kind="status").count() == 2
