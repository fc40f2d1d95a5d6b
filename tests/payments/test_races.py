"""Real threads against each other on PostgreSQL; each control has no guard, and fails."""

import contextlib
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection, transaction

from booking.lifecycle import Status
from booking.models import Booking, DiscountCode
from booking.services import cancel
from booking.services.create import OrderRefusedError
from payments.models import Payment
from payments.services import expire_holds, fulfil, refund, settle, start_checkout
from payments.services.refund import RefundTooLargeError, request_refund
from tests.factories import make_draft
from tests.payments.shop import Shop, alerts, mails, refunds, statuses
from totetaxi.lib import clock
from totetaxi.lib.actor import SYSTEM

pytestmark = [pytest.mark.postgresql, pytest.mark.race]

Outcome = Any


def at_once(*moves: Callable[[], Any]) -> list[Outcome]:
    """Run each move in a thread of its own, all from the same moment; answers or errors."""
    barrier = threading.Barrier(len(moves))
    found: list[Outcome] = [None] * len(moves)

    def run(position: int, move: Callable[[], Any]) -> None:
        try:
            barrier.wait(10)
            found[position] = move()
        except Exception as error:  # noqa: BLE001  the outcome of this move
            found[position] = error
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=(position, move)) for position, move in enumerate(moves)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return found


def meeting(
    real: Callable[..., Any], parties: int = 2, *, at: threading.Barrier | None = None
) -> Callable[..., Any]:
    """The same function, after which all threads wait for each other: the worst interleaving.

    Those of two functions meet where they have the barrier in common (`at`).
    """
    barrier = at or threading.Barrier(parties)

    def met(*args: Any, **kwargs: Any) -> Any:
        found = real(*args, **kwargs)
        _wait(barrier)
        return found

    return met


def met_before(real: Callable[..., Any], barrier: threading.Barrier) -> Callable[..., Any]:
    """The same function, before which the threads wait for each other: all want its lock."""

    def met(*args: Any, **kwargs: Any) -> Any:
        _wait(barrier)
        return real(*args, **kwargs)

    return met


def _wait(barrier: threading.Barrier) -> None:
    with contextlib.suppress(threading.BrokenBarrierError):
        barrier.wait(3)


def unlocked(payment_id: Any) -> tuple[Booking, Payment]:
    """What `lock_payment` would be without its locks."""
    payment = Payment.objects.select_related("booking").get(pk=payment_id)
    return payment.booking, payment


# --------------------------------------------------------------------------------- pay and pay


def press_in_eight_tabs(shop: Shop) -> list[Outcome]:
    order = shop.order()
    return at_once(*[lambda: shop.press_pay(order)] * 8)


def test_pay_in_eight_tabs_makes_one_booking_and_one_page(shop: Shop):
    for _repeat in range(3):
        found = press_in_eight_tabs(shop)
        assert {type(one).__name__ for one in found} == {"Checkout"}
        assert len({one.url for one in found}) == 1
        assert len({one.booking.pk for one in found}) == 1
    assert Booking.objects.count() == Payment.objects.count() == 3


def test_control_pay_without_the_drafts_lock_turns_somebody_away(shop: Shop, monkeypatch):
    def without_lock(order: Any) -> Booking | None:
        return Booking.objects.active().filter(draft_id=order.draft_id).first()

    monkeypatch.setattr(start_checkout, "_live_booking", meeting(without_lock))
    order = shop.order()
    found = at_once(lambda: shop.press_pay(order), lambda: shop.press_pay(order))
    assert sorted(type(one).__name__ for one in found) != ["Checkout", "Checkout"]
    assert any(isinstance(one, OrderRefusedError) for one in found)


def test_two_drafts_of_one_person_at_one_time_make_one_booking(shop: Shop):
    order = shop.order(contact_email="ann@example.com")
    other = replace(order, draft_id=make_draft().pk, contact_email="Ann+two@Example.com")
    found = at_once(lambda: shop.press_pay(order), lambda: shop.press_pay(other))
    assert sorted(type(one).__name__ for one in found) == ["Checkout", "OrderRefusedError"]
    assert Booking.objects.count() == 1


# -------------------------------------------------------------------------- webhook and return


def everybody_fulfils(shop: Shop, payment: Payment) -> list[Outcome]:
    return at_once(
        shop.work,
        lambda: fulfil.fulfil(payment.pk, now=clock.now()),
        shop.reconcile,
        lambda: fulfil.fulfil(payment.pk, now=clock.now()),
    )


def test_webhook_return_and_reconciliation_at_once_fulfil_once(shop: Shop):
    for _repeat in range(3):
        payment = shop.press_pay().payment
        shop.pay(payment)
        shop.deliver()
        errors = [one for one in everybody_fulfils(shop, payment) if isinstance(one, Exception)]
        assert errors == []
        booking = Booking.objects.get(pk=payment.booking_id)
        assert statuses(booking) == ["pending", "paid"]
        assert mails(booking) == ["confirmed"]
    assert (refunds(), alerts()) == ([], [])


def test_control_fulfilment_without_locks_is_done_twice(shop: Shop, monkeypatch):
    payment = shop.press_pay().payment
    shop.pay(payment)
    monkeypatch.setattr(settle, "lock_payment", meeting(unlocked))
    at_once(*[lambda: fulfil.fulfil(payment.pk, now=clock.now())] * 2)
    assert statuses(Booking.objects.get()) == ["pending", "paid", "paid"]


# ------------------------------------------------------------------------------ pay and expiry


def pay_and_expire(shop: Shop, payment: Payment) -> None:
    def pay() -> None:
        shop.pay(payment)
        fulfil.fulfil(payment.pk, now=clock.now())

    with shop.later(minutes=34):  # the page is still open; the hold is made to end
        Booking.objects.filter(pk=payment.booking_id).update(hold_expires_at=clock.now())
        assert at_once(pay, shop.expire_holds) == [None, None]
        shop.deliver()
        shop.work()


def test_pay_against_expiry_ends_paid_or_unpaid_never_between(shop: Shop):
    for _repeat in range(4):
        payment = shop.press_pay().payment
        pay_and_expire(shop, payment)
        payment.refresh_from_db()
        booking = Booking.objects.get(pk=payment.booking_id)
        ends = (statuses(booking), payment.status, payment.captured_cents)
        assert ends in [
            (["pending", "paid"], "succeeded", booking.total_cents),
            (["pending", "cancelled"], "expired", 0),
        ]
    assert (refunds(), alerts()) == ([], [])


def test_control_expiry_that_does_not_close_the_page_first_takes_money_late(
    shop: Shop, monkeypatch
):
    def cancel_at_once(booking_id: Any, now: Any) -> None:
        with transaction.atomic():
            booking = Booking.objects.select_for_update().get(pk=booking_id)
            Payment.objects.filter(booking=booking).update(status="expired")
            cancel.cancel_booking(booking, reason="expired", by=SYSTEM, now=now)

    monkeypatch.setattr(expire_holds, "_expire_hold", cancel_at_once)
    payment = shop.press_pay().payment
    with shop.later(minutes=34):
        Booking.objects.filter(pk=payment.booking_id).update(hold_expires_at=clock.now())
        shop.expire_holds()
        shop.pay(payment)  # the page was never closed
        fulfil.fulfil(payment.pk, now=clock.now())
    assert statuses(Booking.objects.get()) == ["pending", "cancelled", "paid"]


# ----------------------------------------------------------------------------- refund, refund


def ask_twice(payment: Payment) -> list[Outcome]:
    def ask() -> Any:
        return request_refund(
            payment.pk, amount_cents=60000, reason="goodwill", by=SYSTEM, now=clock.now()
        )

    return at_once(ask, ask)


def test_two_refunds_of_sixty_percent_at_once_are_one(shop: Shop):
    payment = shop.paid()
    found = ask_twice(payment)
    assert sorted(type(one).__name__ for one in found) == ["Refund", "RefundTooLargeError"]
    shop.work()
    assert [cents for *_rest, cents in refunds()] == [60000]


@pytest.mark.breaks_money("more goes back than came, as it would without the locks")
def test_control_refunds_without_locks_exceed_what_was_paid(shop: Shop, monkeypatch):
    payment = shop.paid()
    monkeypatch.setattr(refund, "lock_payment", unlocked)
    monkeypatch.setattr(refund, "_counted", meeting(refund._counted))
    found = ask_twice(payment)
    assert not any(isinstance(one, RefundTooLargeError) for one in found)
    assert sum(cents for *_rest, cents in refunds()) > payment.captured_cents


# -------------------------------------------------------------------------------- free of cost


def test_free_booking_pressed_in_four_tabs_is_confirmed_once(shop: Shop):
    DiscountCode.objects.create(code="ALLFREE", percent=100, max_uses=1)
    order = shop.order(discount_code="ALLFREE")
    found = at_once(*[lambda: shop.press_pay(order)] * 4)
    assert {type(one).__name__ for one in found} == {"Checkout"}
    booking = Booking.objects.get()
    assert (booking.status, Payment.objects.count()) == (Status.PAID, 1)
    assert (statuses(booking), mails(booking)) == (["pending", "paid"], ["confirmed"])
