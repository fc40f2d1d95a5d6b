"""However links are sent, paid, withdrawn and changed: the sums agree, nobody pays too much."""

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.models import Booking
from payments.models import Payment, PaymentLink
from payments.money import money_state
from payments.services.apply_change import ChangeRefusedError
from payments.services.open_payment import CheckoutEndedError
from payments.services.payment_links import LinkRefusedError
from tests.factories import make_booking, make_payment_link
from tests.payments.changing import change, saturday, to, weekday
from tests.payments.links.linking import click, resend, settle, withdraw
from tests.payments.shop import Shop
from totetaxi.lib.actor import SYSTEM

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.sampled_from([5000, 40000, 99500])),
        st.tuples(
            st.sampled_from(["click", "pay", "pay late", "withdraw", "resend"]), st.integers(0, 2)
        ),
        st.tuples(st.just("move"), st.sampled_from([0, 1])),
        st.tuples(st.just("work"), st.just(0)),
    ),
    min_size=2,
    max_size=8,
)


def do(shop: Shop, booking: Booking, step: str, what: int) -> None:
    """One move; what is refused is none of this test's business."""
    links = list(booking.payment_links.all())
    if step == "send":
        make_payment_link(booking, what)
    elif step == "move":
        booking.refresh_from_db()
        day = saturday() if what else weekday(7)
        change(booking, to(day, booking), by=SYSTEM)
    elif step == "work":
        settle(shop)
    elif what < len(links):
        act(shop, links[what], step)


def act(shop: Shop, link: PaymentLink, step: str) -> None:
    if step in {"withdraw", "resend"}:
        (withdraw if step == "withdraw" else resend)(link)
        return
    payment = click(link)
    if step != "click" and payment.status == Payment.Status.PENDING:
        shop.pay(payment)
    if step == "pay":
        settle(shop)


def check(booking: Booking) -> None:
    """The invariants of DOMAIN.md, as far as links touch them."""
    money = money_state(booking)
    asked = booking.payment_links.open().aggregate(sum=Sum("amount_cents"))["sum"] or 0
    assert asked <= money.to_pay_cents
    assert money.surplus_cents == 0  # what came too much is on its way back
    kept = money.paid_cents - money.refunded_cents - money.under_way_cents
    assert booking.total_cents == kept + money.to_pay_cents
    assert booking.status == ("paid" if money.to_pay_cents == 0 or was_paid(booking) else "pending")
    for payment in booking.payments.open():  # at most one, by constraint
        assert payment.link is not None
        assert (payment.link.state, payment.link.amount_cents) == ("open", payment.amount_cents)


def was_paid(booking: Booking) -> bool:
    return booking.events.filter(to_status="paid").exists()


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
@pytest.mark.usefixtures("db")
def test_any_sequence_around_links_keeps_the_books(shop: Shop, steps: list[tuple[str, int]]):
    booking = make_booking(pickup_date=weekday(7))
    for step, what in steps:
        try:
            do(shop, booking, step, what)
        except (LinkRefusedError, CheckoutEndedError, ChangeRefusedError):
            assert not transaction.get_connection().in_atomic_block
        booking.refresh_from_db()
        check(booking)
    settle(shop)
    booking.refresh_from_db()
    check(booking)
    came = Payment.objects.filter(booking=booking).aggregate(sum=Sum("captured_cents"))["sum"]
    assert (came or 0) == money_state(booking).paid_cents
    Booking.objects.filter(pk=booking.pk).update(room_held=False)
