"""Pay: one booking, one open page, whatever is pressed how often."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from booking.lifecycle import Status
from booking.models import Booking, DiscountCode
from booking.services.create import PriceChangedError
from payments import gateway, tasks
from payments.models import Payment
from payments.services.open_payment import CheckoutEndedError, resume_checkout
from tests.payments.shop import Shop, alerts, mails, refunds, statuses
from totetaxi.lib import clock
from totetaxi.lib.actor import GUEST

CREATE = {"method": "POST", "path": "/v1/checkout/sessions"}


def created(shop: Shop) -> list[dict[str, object]]:
    return shop.stripe.requests(match=CREATE)


def test_pay_makes_booking_hold_payment_and_session(shop: Shop):
    before = clock.now()
    checkout = shop.press_pay(shop.order(coi=True))
    booking, payment = checkout.booking, checkout.payment
    booking.refresh_from_db()
    assert (booking.status, booking.room_held) == (Status.PENDING, True)
    assert (payment.status, payment.amount_cents) == ("pending", booking.total_cents)
    assert checkout.url == f"{shop.stripe.base_url}/c/pay/{payment.session_id}"
    life = payment.session_expires_at - before
    assert timedelta(minutes=34) < life <= timedelta(minutes=35, seconds=5)
    assert booking.hold_expires_at == payment.session_expires_at + timedelta(minutes=5)


def test_session_shows_the_lines_of_the_booking(shop: Shop, settings):
    payment = shop.press_pay(shop.order(coi=True)).payment
    booking = payment.booking
    (call,) = created(shop)
    sent = call["params"]
    back = reverse("payments:checkout_return", args=[payment.pk])
    assert call["idempotency_key"] == payment.idempotency_key
    assert [
        (item["price_data"]["product_data"]["name"], item["price_data"]["unit_amount"])
        for item in sent["line_items"]
    ] == [(line.label, str(line.amount_cents)) for line in booking.lines.all()]
    assert sent["metadata"] == {
        "payment_id": str(payment.pk),
        "booking_id": str(booking.pk),
        "booking_number": booking.code,
    }
    assert sent["payment_intent_data"]["metadata"] == sent["metadata"]
    assert sent["customer_email"] == booking.guest_email
    assert sent["client_reference_id"] == str(booking.pk)
    assert sent["expires_at"] == str(int(payment.session_expires_at.timestamp()))
    assert sent["allowed_payment_method_types"] == ["card"]
    assert sent["success_url"] == f"{settings.SITE_URL}{back}?session_id={{CHECKOUT_SESSION_ID}}"
    left = reverse("payments:checkout_left", args=[payment.pk])
    assert sent["cancel_url"] == f"{settings.SITE_URL}{left}"


def test_session_of_a_discounted_booking_shows_one_sum(shop: Shop):
    DiscountCode.objects.create(code="SPRING", percent=10)
    payment = shop.press_pay(shop.order(discount_code="SPRING")).payment
    (call,) = created(shop)
    (item,) = call["params"]["line_items"]
    assert item["price_data"]["unit_amount"] == str(payment.booking.total_cents)
    assert payment.booking.lines.filter(amount_cents__lt=0).count() == 1


def test_pressing_again_returns_to_the_same_page(shop: Shop):
    order = shop.order()
    first, second = shop.press_pay(order), shop.press_pay(order)
    assert (second.booking, second.payment, second.url) == (
        first.booking,
        first.payment,
        first.url,
    )
    assert len(created(shop)) == 1


def test_pressing_again_after_paying_in_another_tab_is_fulfilled(shop: Shop):
    order = shop.order()
    checkout = shop.press_pay(order)
    shop.pay(checkout.payment)
    again = shop.press_pay(order)
    again.booking.refresh_from_db()
    assert (again.url, again.payment.status) == ("", "succeeded")
    assert again.booking.status == Status.PAID
    assert len(created(shop)) == 1


def test_changed_order_supersedes_the_booking_and_closes_its_page(shop: Shop):
    order = shop.order()
    old = shop.press_pay(order)
    new = shop.press_pay(replace(order, driver_notes="Ring twice"))
    old.booking.refresh_from_db()
    old.payment.refresh_from_db()
    assert (old.booking.status, old.booking.cancel_reason) == ("cancelled", "superseded")
    assert (old.payment.status, old.payment.session_to_expire) == ("cancelled", False)
    assert new.booking.pk != old.booking.pk
    assert gateway.get_session(old.payment.session_id).status == "expired"
    assert gateway.get_session(new.payment.session_id).status == "open"
    assert alerts() == []


def test_changed_order_whose_old_page_was_just_paid_leads_to_the_paid_booking(shop: Shop):
    order = shop.order()
    old = shop.press_pay(order)
    shop.pay(old.payment)
    answer = shop.press_pay(replace(order, driver_notes="Ring twice"))
    answer.booking.refresh_from_db()
    assert (answer.booking.pk, answer.booking.status) == (old.booking.pk, Status.PAID)
    assert Booking.objects.count() == 1
    assert refunds() == []


def test_late_money_of_a_superseded_order_is_refunded_in_full(shop: Shop):
    order = shop.order()
    old = shop.press_pay(order)
    shop.stripe.faults.add("drop_before", method="POST", path="*/expire", times=2)
    new = shop.press_pay(replace(order, driver_notes="Ring twice"))
    shop.pay(old.payment)
    shop.work()
    old.booking.refresh_from_db()
    new.booking.refresh_from_db()
    assert (old.booking.status, new.booking.status) == (Status.CANCELLED, Status.PENDING)
    assert refunds() == [("late", "succeeded", old.booking.total_cents)]
    assert mails(old.booking) == ["late_refund"]
    assert alerts() == ["late_payment"]


def test_another_price_than_shown_makes_nothing(shop: Shop):
    with pytest.raises(PriceChangedError):
        shop.press_pay(shop.order(), shown=1)
    assert (Booking.objects.count(), Payment.objects.count(), created(shop)) == (0, 0, [])


def test_price_that_changed_after_pay_makes_a_new_booking_at_the_shown_price(shop: Shop):
    order = shop.order()
    old = shop.press_pay(order)
    Booking.objects.filter(pk=old.booking.pk).update(total_cents=100)  # as if made before a rise
    new = shop.press_pay(order, shown=99500)
    old.booking.refresh_from_db()
    assert (old.booking.status, new.booking.total_cents) == ("cancelled", 99500)


def test_total_of_zero_is_confirmed_without_stripe(shop: Shop):
    DiscountCode.objects.create(code="ALLFREE", percent=100)
    checkout = shop.press_pay(shop.order(discount_code="ALLFREE"))
    booking = checkout.booking
    booking.refresh_from_db()
    assert (booking.status, booking.total_cents, checkout.url) == (Status.PAID, 0, "")
    assert (checkout.payment.method, checkout.payment.status) == ("free", "succeeded")
    assert statuses(booking) == ["pending", "paid"]
    assert mails(booking) == ["confirmed"]
    assert shop.stripe.requests() == []


def test_order_too_large_for_online_payment_becomes_a_request(shop: Shop):
    checkout = shop.press_pay(shop.order(service="standard_delivery", package=None, items=61))
    assert (checkout.payment, checkout.booking.needs_staff, checkout.url) == (None, True, "")
    assert (alerts(), mails(checkout.booking)) == (["request"], ["request_received"])
    assert shop.stripe.requests() == []


def test_new_session_extends_the_hold_up_to_a_day(shop: Shop):
    checkout = shop.press_pay()
    booking = checkout.booking
    booking.refresh_from_db()
    first_hold = booking.hold_expires_at
    with shop.later(minutes=36):
        payment = resume_checkout(booking.pk, by=GUEST, now=clock.now())
        booking.refresh_from_db()
        assert payment.pk != checkout.payment.pk
        assert booking.hold_expires_at == payment.session_expires_at + timedelta(minutes=5)
        assert booking.hold_expires_at > first_hold
    Booking.objects.filter(pk=booking.pk).update(
        created_at=clock.now() - timedelta(hours=23, minutes=50)
    )
    Payment.objects.filter(pk=payment.pk).update(status="expired")
    with pytest.raises(CheckoutEndedError):
        resume_checkout(booking.pk, by=GUEST, now=clock.now())


def test_pay_after_the_longest_hold_begins_anew(shop: Shop):
    order = shop.order()
    old = shop.press_pay(order)
    Booking.objects.filter(pk=old.booking.pk).update(created_at=clock.now() - timedelta(hours=24))
    Payment.objects.filter(pk=old.payment.pk).update(status="expired")
    new = shop.press_pay(order)
    old.booking.refresh_from_db()
    assert (old.booking.cancel_reason, new.booking.status) == ("expired", "pending")
    assert new.booking.pk != old.booking.pk


def test_cancelled_booking_cannot_be_paid_again(shop: Shop):
    checkout = shop.press_pay()
    with shop.later(minutes=41):
        shop.expire_holds()
        with pytest.raises(CheckoutEndedError):
            resume_checkout(checkout.booking.pk, by=GUEST, now=clock.now())


def test_page_that_is_being_closed_is_not_led_to_again(shop: Shop):
    order = shop.order()
    old = shop.press_pay(order)
    Booking.objects.update(hold_expires_at=clock.now())
    tasks.expire_holds(clock.now())  # the worker has not come to closing it yet
    new = shop.press_pay(order)
    assert (new.booking, new.payment != old.payment) == (old.booking, True)
    shop.work()
    assert gateway.get_session(old.payment.session_id).status == "expired"
    assert gateway.get_session(new.payment.session_id).status == "open"
    assert Booking.objects.get().status == Status.PENDING
