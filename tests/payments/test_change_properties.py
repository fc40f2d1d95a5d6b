"""However somebody moves, reorders and pays: lines add up, room is kept, no cent is lost."""

from dataclasses import replace

import pytest
from django.db.models import Count, Q, Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.changes import Cancel, Reorder, Wish
from booking.models import Booking
from booking.services.order import order_of
from payments.models import Payment, Refund
from payments.money import money_state
from payments.services.apply_change import ChangeRefusedError
from payments.services.open_payment import CheckoutEndedError, resume_checkout
from tests.factories import make_booking
from tests.payments.changing import change, saturday, to, weekday
from tests.payments.shop import Shop
from totetaxi.lib import clock
from totetaxi.lib.actor import GUEST, SYSTEM

ORDERS = (
    {"package": "petite", "items": 10, "coi": False},
    {"package": "petite", "items": 4, "coi": True},
    {"package": "standard", "items": 20, "packing": True},
    {"package": "full", "items": 90},
    {"service": "standard_delivery", "package": None, "items": 3},
    {"service": "standard_delivery", "package": None, "items": 2, "specialty": {"surfboard": 2}},
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.sampled_from(["near", "saturday", "far", "full"])),
        st.tuples(st.just("reorder"), st.sampled_from(range(len(ORDERS)))),
        st.tuples(st.sampled_from(["pay", "open", "work"]), st.none()),
    ),
    min_size=1,
    max_size=7,
)
NOTHING = {"packing": False, "coi": False, "specialty": {}, "service": "mini_move"}


def try_change(booking: Booking, wish: Wish) -> None:
    """A refused change changes nothing, and is none of this test's business."""
    before = booking.revision
    try:
        change(booking, wish, by=SYSTEM)
    except ChangeRefusedError:
        booking.refresh_from_db()
        assert booking.revision == before


def do(shop: Shop, booking: Booking, step: str, what: object) -> None:
    days = {"near": weekday(4), "saturday": saturday(), "far": weekday(12), "full": weekday(16)}
    if step == "move":
        try_change(booking, to(days[str(what)], booking))
    elif step == "reorder" and isinstance(what, int):
        order = order_of(booking)
        asked = replace(order.request, **(NOTHING | ORDERS[what]))
        try_change(booking, Reorder(replace(order, request=asked)))
    elif step == "work":
        shop.deliver()
        shop.work()
    else:
        go_to_pay(shop, booking, pays=step == "pay")
    booking.refresh_from_db()


def go_to_pay(shop: Shop, booking: Booking, *, pays: bool) -> None:
    """To Stripe's page, where there is something to pay; and perhaps pay there."""
    try:
        payment = resume_checkout(booking.pk, by=GUEST, now=clock.now())
    except CheckoutEndedError:
        return
    if pays and payment.status == Payment.Status.PENDING:
        shop.pay(payment)
        shop.deliver()
        shop.work()


def check(booking: Booking) -> None:
    money = money_state(booking)
    assert sum(line.amount_cents for line in booking.lines.all()) == booking.total_cents >= 0
    left = money.paid_cents - money.refunded_cents - money.under_way_cents
    assert booking.total_cents == left + money.to_pay_cents
    for payment in booking.payments.succeeded():
        back = payment.refunds.counted().aggregate(sum=Sum("amount_cents"))["sum"] or 0
        assert back <= payment.captured_cents
    for payment in booking.payments.open():  # at most one, by constraint
        assert payment.amount_cents == money.to_pay_cents


def check_room() -> None:
    """No van holds more than its pieces, a rack where it has none, or one beside a whole van."""
    held = Booking.objects.filter(room_held=True).order_by()
    for row in held.values("pickup_date", "van", "van__pieces", "van__has_rack").annotate(
        bookings=Count("pk"),
        taken=Sum("room_pieces"),
        whole=Count("pk", filter=Q(room_whole_van=True)),
        racks=Count("pk", filter=Q(room_needs_rack=True)),
    ):
        assert row["taken"] <= row["van__pieces"]
        assert not row["whole"] or row["bookings"] == 1
        assert not row["racks"] or row["van__has_rack"]


@pytest.fixture
def full_day(shop: Shop) -> None:
    """Of one day, both vans are taken."""
    for _van in range(2):
        make_booking(package="full", items=5, pickup_date=weekday(16))


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS, is_paid=st.booleans(), ends=st.booleans())
def test_any_sequence_of_changes_and_payments_keeps_the_books(
    shop: Shop, full_day: None, steps: list[tuple[str, object]], is_paid: bool, ends: bool
):
    Booking.objects.filter(status="pending").exclude(pickup_date=weekday(16)).update(
        room_held=False
    )
    booking = (shop.paid() if is_paid else shop.press_pay().payment).booking
    for step, what in steps:
        do(shop, booking, step, what)
        check(booking)
        check_room()
    if ends:
        change(booking, Cancel("staff"), by=SYSTEM)
        shop.deliver()
        shop.work()
        money = money_state(booking)
        assert money.paid_cents == money.refunded_cents  # days ahead: in full
        assert not Refund.objects.exclude(status__in=["succeeded", "refused"]).filter(
            payment__booking=booking
        )
    Booking.objects.filter(pk=booking.pk).update(room_held=False)
