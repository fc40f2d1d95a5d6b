"""Holds that run out: the page is closed first, then the room is free."""

import pytest

from booking.lifecycle import Status
from booking.models import Alert, Booking
from payments import gateway
from payments.models import Payment
from payments.services import expire_holds
from payments.services.close_session import close_session
from payments.services.end_hold import end_hold
from payments.services.open_payment import resume_checkout
from payments.services.start_checkout import SessionNotOpenedError
from tests.payments.shop import Shop, alerts, mails, refunds, statuses
from totetaxi.lib import clock, queue
from totetaxi.lib.actor import GUEST
from totetaxi.lib.work import WorkState


def test_hold_that_runs_out_closes_the_page_and_frees_the_room(shop: Shop):
    payment = shop.press_pay().payment
    with shop.later(minutes=39):
        shop.expire_holds()
        assert Booking.objects.get().status == Status.PENDING
    with shop.later(minutes=41):
        shop.expire_holds()
    booking = Booking.objects.get()
    payment.refresh_from_db()
    assert (booking.status, booking.cancel_reason, booking.room_held) == (
        Status.CANCELLED,
        "expired",
        False,
    )
    assert (payment.status, payment.session_to_expire) == ("expired", False)
    assert gateway.get_session(payment.session_id).status == "expired"
    assert statuses(booking) == ["pending", "cancelled"]


def test_page_paid_in_the_last_second_wins_over_expiry(shop: Shop):
    """Stripe answers 400 to the expiry of a paid page: the booking is fulfilled, not cancelled."""
    payment = shop.press_pay().payment
    shop.pay(payment)
    with shop.later(minutes=41):
        shop.expire_holds()
    booking = Booking.objects.get()
    assert (booking.status, booking.room_held) == (Status.PAID, True)
    assert (statuses(booking), refunds()) == (["pending", "paid"], [])


def test_room_is_kept_while_stripe_cannot_be_asked(shop: Shop):
    payment = shop.press_pay().payment
    shop.stripe.faults.add("drop_before", method="*", path="/v1/checkout/sessions/*", times=99)
    with shop.later(minutes=41):
        shop.expire_holds()
        payment.refresh_from_db()
        assert (Booking.objects.get().status, payment.session_to_expire) == ("pending", True)
        assert (payment.work_state, payment.attempts) == (WorkState.DUE, 0)
    shop.stripe.faults.clear()
    with shop.later(minutes=43):
        shop.work()
    assert Booking.objects.get().cancel_reason == "expired"


def test_booking_whose_page_was_never_opened_expires_without_a_call(shop: Shop):
    shop.stripe.faults.add("drop_before", path="/v1/checkout/sessions", times=2)
    with pytest.raises(SessionNotOpenedError):
        shop.press_pay()
    before = len(shop.stripe.requests())
    with shop.later(minutes=41):
        shop.expire_holds()
    assert Booking.objects.get().cancel_reason == "expired"
    assert Payment.objects.get().status == "expired"
    assert len(shop.stripe.requests()) == before


def test_booking_that_got_a_new_page_is_not_expired_with_the_old_one(shop: Shop):
    old = shop.press_pay().payment
    with shop.later(minutes=38):
        new = resume_checkout(old.booking_id, by=GUEST, now=clock.now())
        assert new.pk != old.pk
    with shop.later(minutes=41):
        shop.expire_holds()
        shop.deliver()
        shop.work()
        assert Booking.objects.get().status == Status.PENDING
        shop.pay(new)
        shop.deliver()
        shop.work()
    assert Booking.objects.get().status == Status.PAID


def test_request_to_staff_gives_back_its_room_and_stays_pending(shop: Shop):
    shop.press_pay(shop.order(service="standard_delivery", package=None, items=61))
    with shop.later(hours=71):
        shop.expire_holds()
        assert Booking.objects.get().status == Status.PENDING
    with shop.later(hours=73):
        shop.expire_holds()
        shop.expire_holds()
    booking = Booking.objects.get()
    assert (booking.status, booking.room_held, booking.hold_expires_at) == ("pending", False, None)
    assert (alerts(), Alert.objects.get().times) == (["request"], 2)


def test_one_bad_booking_does_not_stop_the_next(shop: Shop, monkeypatch):
    for _order in range(2):
        shop.press_pay()
    Payment.objects.update(session_id=None, session_url="")
    failed = []

    def end_second_only(booking, **facts):
        if not failed:
            failed.append(booking.pk)
            raise ValueError("bad booking")
        return end_hold(booking, **facts)

    monkeypatch.setattr(expire_holds, "end_hold", end_second_only)
    with shop.later(minutes=41), pytest.raises(ValueError, match="bad booking"):
        expire_holds.expire_holds(clock.now())
    assert sorted(Booking.objects.values_list("status", flat=True)) == ["cancelled", "pending"]


def test_closing_a_payment_that_need_not_be_closed_does_nothing(shop: Shop):
    payment = shop.press_pay().payment
    assert close_session(payment.pk, now=clock.now()) == WorkState.IGNORED
    assert gateway.get_session(payment.session_id).status == "open"


def test_closing_that_fails_for_good_alerts_and_keeps_the_room(shop: Shop, settings):
    shop.press_pay()
    settings.STRIPE_SECRET_KEY = "nonsense"  # refused, not down: counts as an attempt
    with shop.later(minutes=41):
        shop.expire_holds()
    for hours in range(1, 9):
        with shop.later(hours=hours):
            shop.work()
    assert alerts() == ["work_parked"]
    assert Booking.objects.get().status == Status.PENDING
    assert queue.health().parked == {"payments.payment": 1}


def test_expiring_twice_changes_nothing_more(shop: Shop):
    shop.press_pay()
    with shop.later(minutes=41):
        shop.expire_holds()
        shop.expire_holds()
        shop.deliver()
        shop.work()
        shop.reconcile()
    booking = Booking.objects.get()
    assert (statuses(booking), mails(booking)) == (["pending", "cancelled"], [])
