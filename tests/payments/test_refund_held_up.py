"""What failed to go back is kept aside: it goes back once, is given up, or gave way already."""

from typing import Any

import pytest
from django.db import transaction

from booking.changes import Cancel, Reprice
from booking.models import Alert
from booking.services.status import lock_booking
from payments import gateway
from payments.models import Payment, Refund
from payments.money import money_state
from payments.reconciliation.night import reconcile_night
from payments.services.refund import RefundTooLargeError, request_refund
from payments.services.refund_decisions import (
    RefundDecidedError,
    approve_refund,
    pay_refund_by_hand,
    refuse_refund,
    retry_refund,
)
from payments.services.spread_refund import propose_surplus
from staff.permissions import Role
from tests.factories import make_colleague
from tests.payments.changing import change
from tests.payments.shop import Shop, alerts, refunds
from totetaxi.lib import clock
from totetaxi.lib.actor import Actor, actor_of

FAILS_LATER = "4000000000005126"


@pytest.fixture
def ruth(db: None) -> Actor:
    return actor_of(make_colleague(Role.ADMIN, "Ruth Okafor").user)


@pytest.fixture
def tom(db: None) -> Actor:
    return actor_of(make_colleague(Role.MANAGER, "Tom Bellamy").user)


def decide(shop: Shop, refund: Refund, by: Actor) -> None:
    approve_refund(refund.pk, by=by, limit_cents=None, now=clock.now())
    follow(shop)


def follow(shop: Shop) -> None:
    for _round in range(2):
        shop.work()
        shop.deliver()
    shop.work()


def retry(refund: Refund, by: Actor) -> Refund:
    return retry_refund(refund.pk, by=by, limit_cents=None, now=clock.now())


@pytest.fixture
def held_up(shop: Shop, ruth: Actor, tom: Actor) -> Refund:
    """$100 of $995 went back as the booking became cheaper, and the bank sent them back to us."""
    payment = shop.press_pay().payment
    assert payment is not None
    shop.pay(payment, card=FAILS_LATER)
    shop.deliver()
    shop.work()
    change(payment.booking, Reprice(895_00), by=ruth)
    refund = Refund.objects.get()
    decide(shop, refund, tom)
    with shop.later(days=3):
        follow(shop)
    refund.refresh_from_db()
    assert (refund.status, alerts()) == ("failed", ["refund_failed"])
    return refund


def sums(payment: Payment) -> tuple[int, int, int, int]:
    """Under way, surplus, left and to pay."""
    state = money_state(payment.booking)
    return state.under_way_cents, state.surplus_cents, state.left_cents, state.to_pay_cents


def test_its_sum_is_neither_too_much_nor_free(held_up: Refund):
    assert sums(held_up.payment) == (100_00, 0, 895_00, 0)


def test_it_is_not_asked_back_a_second_time(shop: Shop, held_up: Refund, ruth: Actor, tom: Actor):
    booking = held_up.payment.booking
    with transaction.atomic():
        assert propose_surplus(lock_booking(booking.pk), by=ruth, now=clock.now()) == []
    change(booking, Reprice(795_00), by=ruth)
    decide(shop, Refund.objects.exclude(pk=held_up.pk).get(), tom)
    retry(held_up, tom)
    follow(shop)
    counted = Refund.objects.counted()
    assert [one.amount_cents for one in counted] == [100_00, 100_00]
    assert sums(held_up.payment)[1:] == (0, 795_00, 0)


def test_end_of_the_booking_leaves_it_aside(held_up: Refund, ruth: Actor):
    change(held_up.payment.booking, Cancel(reason="staff"), by=ruth)
    asked = Refund.objects.exclude(pk=held_up.pk).get()
    assert asked.amount_cents <= 895_00
    assert retry(held_up, ruth).amount_cents == 100_00


def test_it_goes_back_again_however_little_is_left(held_up: Refund, ruth: Actor, tom: Actor):
    request(held_up.payment, 895_00, ruth)
    assert retry(held_up, tom).status == "approved"
    assert sums(held_up.payment) == (995_00, 0, 0, 0)


def request(payment: Payment, cents: int, by: Actor) -> Refund:
    facts: dict[str, Any] = {"reason": Refund.Reason.GOODWILL, "by": by, "now": clock.now()}
    return request_refund(payment.pk, amount_cents=cents, **facts)


def test_nothing_else_takes_its_sum(held_up: Refund, ruth: Actor):
    with pytest.raises(RefundTooLargeError):
        request(held_up.payment, 895_01, ruth)


def test_given_up_it_is_the_bookings_again_and_says_why(held_up: Refund, tom: Actor):
    refuse_refund(held_up.pk, by=tom, refusal="She keeps a credit", now=clock.now())
    held_up.refresh_from_db()
    assert (held_up.status, held_up.refusal, alerts()) == ("failed", "She keeps a credit", [])
    assert sums(held_up.payment) == (0, 100_00, 995_00, 0)
    with pytest.raises(RefundDecidedError):
        retry(held_up, tom)
    with pytest.raises(RefundDecidedError):
        refuse_refund(held_up.pk, by=tom, refusal="Twice", now=clock.now())


def test_who_returns_it_in_the_dashboard_has_settled_it(shop: Shop, held_up: Refund):
    shop.stripe.refund_by_hand(shop.stripe.objects("charge", paid=True)[0]["id"], 995_00)
    follow(shop)
    held_up.refresh_from_db()
    assert (held_up.is_held_up, alerts()) == (False, [])
    assert held_up.refusal == "Meanwhile it was refunded in Stripe's dashboard."
    assert [row for row in refunds() if row[1] != "failed"] == [("outside", "succeeded", 995_00)]


def test_what_stripe_refuses_as_it_was_returned_in_the_dashboard_is_settled(
    shop: Shop, ruth: Actor, tom: Actor
):
    payment = shop.paid()
    refund = request(payment, 500_00, ruth)
    approve_refund(refund.pk, by=tom, limit_cents=None, now=clock.now())
    shop.stripe.refund_by_hand(shop.stripe.objects("charge", paid=True)[0]["id"], 995_00)
    follow(shop)
    refund.refresh_from_db()
    assert (refund.status, refund.is_held_up, alerts()) == ("failed", False, [])
    assert [row for row in refunds() if row[1] != "failed"] == [("outside", "succeeded", 995_00)]


def test_what_goes_back_beyond_what_came_is_told(shop: Shop, held_up: Refund, tom: Actor):
    """Somebody paid it out by hand, somebody else returned all of it in the dashboard."""
    facts: dict[str, Any] = {"proof": "Cheque 77", "limit_cents": None, "now": clock.now()}
    pay_refund_by_hand(held_up.pk, by=tom, **facts)
    shop.stripe.refund_by_hand(shop.stripe.objects("charge", paid=True)[0]["id"], 995_00)
    for _copy in range(2):
        shop.stripe.redeliver(shop.stripe.events("refund.created")[-1]["id"])
        follow(shop)
    alert = Alert.objects.get(closed_at=None)
    code = held_up.payment.booking.code
    text = f"{code}: more than was left went back with $995.00 at Stripe."
    assert (alert.times, alert.summary) == (1, text)


def test_second_refund_at_stripe_with_our_mark_is_seen(shop: Shop, ruth: Actor, tom: Actor):
    payment = shop.paid()
    refund = request(payment, 200_00, ruth)
    decide(shop, refund, tom)
    refund.refresh_from_db()
    first = refund.stripe_id
    gateway.create_refund(
        intent_id=payment.intent_id or "",
        amount_cents=200_00,
        refund_id=str(refund.pk),
        key="quite-another",
    )
    follow(shop)
    refund.refresh_from_db()
    assert refund.stripe_id == first
    assert refunds() == [("goodwill", "succeeded", 200_00), ("outside", "succeeded", 200_00)]
    with shop.later(hours=3):
        for _night in range(2):
            reconcile_night(clock.now())
        summary = Alert.objects.get(closed_at=None).summary
    assert summary == f"{payment.booking.code}: Stripe refunded $200.00 once more."
