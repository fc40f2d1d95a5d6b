"""Money is fulfilled once, whoever comes first; what does not fit is returned or told."""

from datetime import timedelta

import pytest
from django.db import transaction

from booking.lifecycle import Status
from booking.models import Alert, Booking, BookingEvent
from booking.services.cancel import cancel_booking
from booking.services.status import lock_booking
from payments import gateway
from payments.models import Payment, PaymentAttempt
from payments.money import money_state
from payments.services.fulfil import fulfil
from payments.services.open_payment import resume_checkout
from payments.services.settle import settle
from tests.factories import make_booking
from tests.payments.shop import DECLINED, NO_FUNDS, Shop, alerts, mails, refunds, statuses
from totetaxi.lib import clock
from totetaxi.lib.actor import GUEST, SYSTEM


def booked(payment: Payment) -> Booking:
    return Booking.objects.get(pk=payment.booking_id)


def by_webhook(shop: Shop, payment: Payment) -> None:
    shop.deliver()
    shop.work()


def by_return(shop: Shop, payment: Payment) -> None:
    fulfil(payment.pk, now=clock.now())


def by_reconciliation(shop: Shop, payment: Payment) -> None:
    shop.reconcile()


def by_expiry(shop: Shop, payment: Payment) -> None:
    with shop.later(minutes=41):
        shop.expire_holds()


WAYS = [by_webhook, by_return, by_reconciliation, by_expiry]


@pytest.mark.parametrize("way", WAYS)
def test_paid_session_is_fulfilled_by_any_way_alone(shop: Shop, way):
    payment = shop.press_pay().payment
    shop.pay(payment)
    way(shop, payment)
    payment.refresh_from_db()
    booking = booked(payment)
    assert (booking.status, booking.hold_expires_at) == (Status.PAID, None)
    assert (payment.status, payment.captured_cents) == ("succeeded", booking.total_cents)
    assert (payment.card_brand, payment.card_last4) == ("visa", "4242")
    assert payment.intent_id.startswith("pi_")
    assert money_state(booking).due_cents == 0


@pytest.mark.parametrize("first", WAYS)
@pytest.mark.parametrize("second", WAYS)
def test_paid_session_is_fulfilled_once_by_two_ways(shop: Shop, first, second):
    payment = shop.press_pay().payment
    shop.pay(payment)
    first(shop, payment)
    second(shop, payment)
    booking = booked(payment)
    assert statuses(booking) == ["pending", "paid"]
    assert (mails(booking), refunds(), alerts()) == (["confirmed"], [], [])


def test_open_session_changes_nothing(shop: Shop):
    payment = shop.press_pay().payment
    for way in (by_webhook, by_return, by_reconciliation):
        way(shop, payment)
    payment.refresh_from_db()
    assert (payment.status, booked(payment).status) == ("pending", Status.PENDING)


@pytest.mark.parametrize("end", ["paid", "late", "mismatch"])
def test_same_answer_of_stripe_is_settled_once(shop: Shop, end: str):
    """Two processes may have asked before either wrote."""
    payment = shop.press_pay().payment
    shop.pay(payment)
    if end == "late":
        Booking.objects.update(status="cancelled", cancel_reason="customer", room_held=False)
    if end == "mismatch":
        shop.stripe.tamper(payment.session_id, amount=1)
    answer = gateway.get_session(payment.session_id)
    first = settle(payment.pk, answer, now=clock.now())
    with shop.later(minutes=1):
        second = settle(payment.pk, answer, now=clock.now())
    assert second.succeeded_at == first.succeeded_at
    assert [alert.times for alert in Alert.objects.all()] == [1] * (end != "paid")
    assert len(refunds()) == (end == "late")
    assert BookingEvent.objects.filter(kind="money").count() == (end != "paid")


@pytest.mark.parametrize(
    ("changed", "asked"),
    [({"amount": 99501}, "usd"), ({"amount": 99499}, "usd"), ({"currency": "eur"}, "eur")],
)
def test_wrong_amount_or_currency_is_not_fulfilled_but_told(shop: Shop, changed, asked):
    payment = shop.press_pay().payment
    shop.pay(payment)
    shop.stripe.tamper(payment.session_id, **changed)
    by_return(shop, payment)
    by_reconciliation(shop, payment)
    payment.refresh_from_db()
    booking = booked(payment)
    assert (payment.status, booking.status) == ("mismatch", Status.PENDING)
    assert (alerts(), mails(booking), refunds()) == (["payment_mismatch"], [], [])
    assert Alert.objects.get().times == 1
    with shop.later(hours=2):  # a person decides; until then the room is kept
        shop.expire_holds()
        assert (booked(payment).status, booked(payment).room_held) == (Status.PENDING, True)


def test_late_money_revives_an_expired_booking_with_room(shop: Shop):
    payment = shop.press_pay().payment
    booking = booked(payment)
    shop.pay(payment)
    with transaction.atomic():  # as if the expiry had won without asking Stripe
        cancel_booking(lock_booking(booking.pk), reason="expired", by=SYSTEM, now=clock.now())
        Payment.objects.filter(pk=payment.pk).update(status="expired")
    by_webhook(shop, payment)
    booking = booked(payment)
    assert (booking.status, booking.room_held) == (Status.PAID, True)
    assert statuses(booking) == ["pending", "cancelled", "paid"]
    assert booking.events.last().reason == "late_payment"
    assert (mails(booking), refunds(), alerts()) == (["confirmed"], [], [])


def test_late_money_without_room_is_refunded_in_full(shop: Shop):
    payment = shop.press_pay().payment
    booking = booked(payment)
    shop.pay(payment)
    with transaction.atomic():
        cancel_booking(lock_booking(booking.pk), reason="expired", by=SYSTEM, now=clock.now())
        Payment.objects.filter(pk=payment.pk).update(status="expired")
    for _van in range(2):
        make_booking(package="full", items=40)
    by_webhook(shop, payment)
    by_reconciliation(shop, payment)
    booking = booked(payment)
    assert (booking.status, booking.room_held) == (Status.CANCELLED, False)
    assert refunds() == [("late", "succeeded", 99500)]
    assert (mails(booking), alerts()) == (["late_refund"], ["late_payment"])
    assert booking.messages.get().context == {"amount_cents": 99500}
    assert money_state(booking).due_cents == booking.total_cents


@pytest.mark.parametrize("reason", ["superseded", "customer", "staff"])
def test_late_money_after_a_deliberate_cancellation_is_refunded(shop: Shop, reason: str):
    payment = shop.press_pay().payment
    booking = booked(payment)
    shop.pay(payment)
    with transaction.atomic():
        cancel_booking(lock_booking(booking.pk), reason=reason, by=SYSTEM, now=clock.now())
    with shop.later(hours=72):
        by_webhook(shop, payment)
    assert booked(payment).status == Status.CANCELLED
    assert refunds() == [("late", "succeeded", 99500)]
    assert alerts() == ["late_payment"]


def test_second_success_is_surplus_and_goes_back_at_once(shop: Shop):
    """Two open pages at Stripe for one booking: it must not happen, and is made good if it does."""
    first = shop.press_pay().payment
    booking = booked(first)
    Payment.objects.filter(pk=first.pk).update(status="expired")
    second = resume_checkout(booking.pk, by=GUEST, now=clock.now())
    shop.pay(first)
    shop.pay(second)
    by_webhook(shop, first)
    booking = booked(first)
    assert booking.status == Status.PAID
    assert [reason for reason, *_rest in refunds()] == ["surplus"]
    assert refunds()[0][1:] == ("succeeded", booking.total_cents)
    assert (mails(booking), alerts()) == (["confirmed", "refund_made"], ["surplus"])
    assert money_state(booking).due_cents == 0
    reasons = BookingEvent.objects.filter(booking=booking, kind="money").values_list("reason")
    assert sorted(reasons) == [("payment_surplus",), ("refund_succeeded",)]


def test_marked_payment_without_a_booking_is_told_once_for_ever(shop: Shop):
    mark = {"payment_id": "0" * 8 + "-0000-4000-8000-" + "0" * 12, "booking_number": "TT-000999"}
    now = int(clock.now().timestamp())
    shop.stripe.seed([{"created": now - 60, "amount": 5000, "metadata": mark}])
    shop.reconcile()
    assert alerts() == ["unknown_payment"]
    Alert.objects.get().close(clock.now())
    shop.reconcile()
    assert Alert.objects.get().times == 1
    assert alerts() == []


def test_payments_that_are_not_ours_never_alarm(shop: Shop):
    now = int(clock.now().timestamp())
    shop.stripe.seed(
        [
            {"created": now - 60, "amount": 5000},
            {"created": now - 50, "amount": 700, "metadata": {"payment_id": "17"}},
        ]
    )
    shop.reconcile()
    assert alerts() == []


def test_declined_tries_are_kept_once_each_and_the_third_alerts(shop: Shop):
    payment = shop.press_pay().payment
    for card in (DECLINED, NO_FUNDS):
        shop.pay(payment, card)
    by_webhook(shop, payment)
    by_webhook(shop, payment)
    assert list(PaymentAttempt.objects.values_list("declined", "code")) == [
        (True, "generic_decline"),
        (True, "insufficient_funds"),
    ]
    assert alerts() == []
    shop.pay(payment, DECLINED)
    by_webhook(shop, payment)
    assert alerts() == ["payment_failing"]
    shop.pay(payment)
    by_webhook(shop, payment)
    assert booked(payment).status == Status.PAID
    assert alerts() == []  # it settled itself
    assert PaymentAttempt.objects.filter(declined=False).count() == 1
    assert mails(booked(payment)) == ["confirmed"]


def test_declines_are_kept_even_when_the_success_is_known_first(shop: Shop):
    payment = shop.press_pay().payment
    shop.pay(payment, DECLINED)
    shop.pay(payment)
    by_return(shop, payment)
    by_webhook(shop, payment)
    assert PaymentAttempt.objects.filter(declined=True).count() == 1


def test_session_that_ends_after_a_decline_sends_one_failure_mail(shop: Shop):
    payment = shop.press_pay().payment
    shop.pay(payment, DECLINED)
    by_webhook(shop, payment)
    assert mails(booked(payment)) == []
    with shop.later(minutes=36):
        by_webhook(shop, payment)
        assert mails(booked(payment)) == ["payment_failed"]
    with shop.later(minutes=41):
        shop.expire_holds()
    assert booked(payment).cancel_reason == "expired"
    assert mails(booked(payment)) == ["payment_failed"]


def test_session_that_ends_without_a_decline_sends_nothing(shop: Shop):
    payment = shop.press_pay().payment
    with shop.later(minutes=41):
        by_webhook(shop, payment)
        shop.expire_holds()
    assert booked(payment).cancel_reason == "expired"
    assert mails(booked(payment)) == []


def test_no_call_is_made_inside_a_transaction(shop: Shop):
    with transaction.atomic(), pytest.raises(RuntimeError, match="transaction is open"):
        gateway.get_session("cs_test_none")
    assert shop.stripe.requests() == []


def test_deleted_booking_still_gets_its_money_back(shop: Shop):
    payment = shop.press_pay().payment
    shop.pay(payment)
    with transaction.atomic():
        cancel_booking(lock_booking(payment.booking_id), reason="staff", by=SYSTEM, now=clock.now())
    Booking.objects.filter(pk=payment.booking_id).update(
        deleted_at=clock.now() - timedelta(seconds=1)
    )
    by_webhook(shop, payment)
    assert refunds() == [("late", "succeeded", 99500)]
