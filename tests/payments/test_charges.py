"""What Stripe tells of a payment only some seconds after it: its charge, and its fee."""

import pytest

from payments.models import Payment, StripeEvent
from payments.services.charges import learn_charge
from tests.factories import make_booking, make_catalogue, make_payment
from tests.payments.shop import Shop

# 2.9 % of $995.00 and 30 cents.
FEE = 2916


def fresh(payment: Payment) -> Payment:
    return Payment.objects.get(pk=payment.pk)


def calls(shop: Shop) -> int:
    return len(shop.stripe.requests())


def paid(shop: Shop) -> Payment:
    """Paid and fulfilled, but nobody has been told of the fee."""
    payment = shop.press_pay().payment
    assert payment is not None
    shop.pay(payment)
    shop.reconcile()
    return fresh(payment)


def test_charge_is_known_with_the_money_and_the_fee_is_not(shop: Shop):
    payment = paid(shop)
    assert (payment.charge_id or "")[:3] == "ch_"
    assert payment.fee_cents is None


def test_fee_comes_with_the_event_that_tells_of_it(shop: Shop):
    payment = paid(shop)
    shop.stripe.settle()
    shop.deliver()
    shop.work()
    assert fresh(payment).fee_cents == FEE
    event = StripeEvent.objects.get(type="charge.updated")
    assert (event.outcome, event.reason) == ("processed", "")


def test_event_that_comes_before_its_payment_brings_the_payment_too(shop: Shop):
    payment = shop.press_pay().payment
    assert payment is not None
    shop.pay(payment)
    shop.stripe.settle()
    shop.deliver()
    StripeEvent.objects.exclude(type="charge.updated").delete()
    shop.work()
    payment = fresh(payment)
    assert (payment.status, payment.fee_cents) == ("succeeded", FEE)


def test_fee_that_is_not_booked_yet_is_asked_for_again(shop: Shop):
    payment = paid(shop)
    assert learn_charge(payment.pk).fee_cents is None
    shop.stripe.settle()
    assert learn_charge(payment.pk).fee_cents == FEE


def test_fee_that_is_known_is_not_asked_for(shop: Shop):
    payment = paid(shop)
    shop.stripe.settle()
    learn_charge(payment.pk)
    before = calls(shop)
    assert learn_charge(payment.pk).fee_cents == FEE
    assert calls(shop) == before


def test_charge_that_was_never_heard_of_is_found(shop: Shop):
    payment = paid(shop)
    charge_id = payment.charge_id
    Payment.objects.update(charge_id=None, card_brand="", card_last4="")
    learnt = learn_charge(payment.pk)
    assert learnt.charge_id == charge_id
    assert (learnt.card_brand, learnt.card_last4) == ("visa", "4242")


@pytest.mark.parametrize("method", ["offline", "free"])
@pytest.mark.breaks_money("a payment as a row: the booking does not follow it")
def test_money_that_came_past_stripe_has_no_fee(shop: Shop, method: str):
    make_catalogue()
    facts = {"method": method, "session_id": None, "intent_id": None, "card_brand": ""}
    cents = 0 if method == "free" else 99500
    payment = make_payment(make_booking(), cents=cents, **facts)
    before = calls(shop)
    assert learn_charge(payment.pk).fee_cents is None
    assert calls(shop) == before
