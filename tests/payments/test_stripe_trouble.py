"""Stripe down, slow or forgetful while Pay is pressed: one booking, one page in the end."""

from dataclasses import replace
from typing import Any

import pytest

from booking.lifecycle import Status
from booking.models import Booking
from payments import gateway
from payments.models import Payment
from payments.services.open_payment import CheckoutEndedError
from payments.services.start_checkout import SessionNotOpenedError
from payments.services.supersede import supersede_booking
from tests.payments.shop import Shop
from totetaxi.lib import clock
from totetaxi.lib.actor import GUEST

CREATE = {"method": "POST", "path": "/v1/checkout/sessions"}


def created(shop: Shop) -> list[dict[str, object]]:
    return shop.stripe.requests(match=CREATE)


def test_changed_order_while_stripe_is_down_closes_the_old_page_later(shop: Shop):
    order = shop.order()
    old = shop.press_pay(order)
    shop.stripe.faults.add("drop_before", method="POST", path="*/expire", times=2)
    shop.press_pay(replace(order, driver_notes="Ring twice"))
    old.payment.refresh_from_db()
    assert (old.payment.status, old.payment.session_to_expire) == ("cancelled", True)
    shop.work()
    old.payment.refresh_from_db()
    assert old.payment.session_to_expire is False
    assert gateway.get_session(old.payment.session_id).status == "expired"


@pytest.mark.parametrize(
    "kind", ["drop_before", "drop_after", "error_before", "malformed", "rate_limit"]
)
def test_stripe_in_trouble_keeps_the_booking_and_trying_again_pays_it(shop: Shop, kind: str):
    shop.stripe.faults.add(kind, **CREATE, times=2)
    order = shop.order()
    with pytest.raises(SessionNotOpenedError) as kept:
        shop.press_pay(order)
    shop.stripe.faults.clear()
    checkout = shop.press_pay(order)
    assert checkout.booking == kept.value.booking
    shop.pay(checkout.payment)
    shop.deliver()
    shop.work()
    checkout.booking.refresh_from_db()
    assert checkout.booking.status == Status.PAID
    assert Booking.objects.count() == 1
    assert len(shop.stripe.events("checkout.session.completed")) == 1


def test_lost_answer_is_got_again_with_the_same_key(shop: Shop):
    shop.stripe.faults.add("drop_after", **CREATE)
    checkout = shop.press_pay()
    keys = {call["idempotency_key"] for call in created(shop)}
    assert keys == {checkout.payment.idempotency_key}
    assert Payment.objects.count() == 1


def test_failure_that_stripe_keeps_is_healed_by_its_list(shop: Shop):
    """500 after the work was done: Stripe repeats it for the key, so the session is looked up."""
    shop.stripe.faults.add("error_after", **CREATE)
    checkout = shop.press_pay()
    assert checkout.url != ""
    assert [payment.status for payment in Payment.objects.all()] == ["pending"]


def test_first_try_that_comes_too_late_for_its_end_gets_a_new_payment(shop: Shop):
    """Stripe wants 30 minutes from its own receipt; the stored end cannot move under its key."""
    shop.stripe.faults.add("drop_before", **CREATE, times=2)
    order = shop.order()
    with pytest.raises(SessionNotOpenedError):
        shop.press_pay(order)
    with shop.later(minutes=6):
        checkout = shop.press_pay(order)
        assert checkout.url != ""
    statuses_now = list(Payment.objects.order_by("created_at").values_list("status", flat=True))
    assert statuses_now == ["expired", "pending"]


def test_lost_session_is_found_instead_of_made_twice(shop: Shop):
    shop.stripe.faults.add("drop_after", **CREATE, times=2)
    order = shop.order()
    with pytest.raises(SessionNotOpenedError):
        shop.press_pay(order)
    with shop.later(minutes=6):
        checkout = shop.press_pay(order)
    assert checkout.url != ""
    assert Payment.objects.count() == 1
    assert len({call["response"]["id"] for call in created(shop)}) == 1


def test_page_of_an_order_that_was_changed_while_stripe_made_it_is_closed(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    order = shop.order()
    make = gateway.create_session

    def meanwhile(*args: Any, **kwargs: Any) -> Any:
        made = make(*args, **kwargs)
        supersede_booking(Booking.objects.get().pk, by=GUEST, now=clock.now())
        return made

    monkeypatch.setattr(gateway, "create_session", meanwhile)
    with pytest.raises(CheckoutEndedError):
        shop.press_pay(order)
    payment = Payment.objects.get()
    assert (payment.status, payment.session_to_expire) == ("cancelled", True)
    shop.work()
    assert gateway.get_session(payment.session_id).status == "expired"
