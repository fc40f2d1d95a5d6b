"""A process that dies at any statement loses nothing and does nothing twice (FAULTS #14)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from booking.models import Booking
from booking.services.order import NewBooking
from payments.models import Payment
from payments.services.execute_refund import execute_refund
from payments.services.fulfil import fulfil
from payments.services.refund import request_refund
from tests.payments.shop import Shop, mails, statuses
from totetaxi.lib import clock
from totetaxi.lib.actor import SYSTEM


class KilledError(BaseException):
    """Stands for SIGKILL: nothing in the code may catch it; the database rolls back."""


@contextmanager
def dying_at(statement: int) -> Iterator[None]:
    """Die instead of running the nth SQL statement of this thread."""
    left = statement

    def count(execute: Callable[..., Any], *args: Any) -> Any:
        nonlocal left
        left -= 1
        if left <= 0:  # a dead process does nothing more, not even tidy up
            raise KilledError
        return execute(*args)

    with connection.execute_wrapper(count):
        yield


def at_every_statement(move: Callable[[int], None]) -> int:
    """Run a move again and again, dying one statement later each time; answers how many it has."""
    for statement in range(1, 400):
        try:
            move(statement)
        except KilledError:
            connection.close()
        else:
            return statement - 1
    raise AssertionError("the move never ends")


def small_order(shop: Shop) -> NewBooking:
    """One piece, so that many fit into the vans."""
    return shop.order(service="standard_delivery", package=None, items=1)


@pytest.fixture(autouse=True)
def _no_webhooks(shop: Shop) -> None:
    shop.stripe.webhooks(drop=True)


def assert_paid_once(shop: Shop, order: NewBooking) -> None:
    booking = Booking.objects.get(draft_id=order.draft_id)
    assert (statuses(booking), mails(booking)) == (["pending", "paid"], ["confirmed"])
    assert booking.payments.filter(status="succeeded").count() == 1


def test_death_while_pay_is_pressed_is_healed_by_pressing_again(shop: Shop):
    orders = []

    def press(statement: int) -> None:
        orders.append(small_order(shop))
        with dying_at(statement):
            shop.press_pay(orders[-1])

    count = at_every_statement(press)
    assert count > 20
    for order in orders:
        payment = shop.press_pay(order).payment
        shop.pay(payment)
        fulfil(payment.pk, now=clock.now())
        assert_paid_once(shop, order)
    assert len(shop.stripe.events("payment_intent.succeeded")) == len(orders)


def test_death_while_fulfilling_is_healed_by_reconciliation(shop: Shop):
    orders = []

    def fulfil_one(statement: int) -> None:
        orders.append(small_order(shop))
        payment = shop.press_pay(orders[-1]).payment
        shop.pay(payment)
        with dying_at(statement):
            fulfil(payment.pk, now=clock.now())

    assert at_every_statement(fulfil_one) > 10
    shop.reconcile()
    for order in orders:
        assert_paid_once(shop, order)


def test_death_while_refunding_gives_the_money_back_once(shop: Shop):
    def refund_one(statement: int) -> None:
        payment = shop.press_pay(small_order(shop)).payment
        shop.pay(payment)
        fulfil(payment.pk, now=clock.now())
        refund = request_refund(
            payment.pk, amount_cents=100, reason="goodwill", by=SYSTEM, now=clock.now()
        )
        with dying_at(statement):
            execute_refund(refund.pk, now=clock.now())

    assert at_every_statement(refund_one) > 5
    shop.work()
    paid = Payment.objects.succeeded().count()
    for payment in Payment.objects.succeeded():
        assert list(payment.refunds.values_list("status", "amount_cents")) == [("succeeded", 100)]
    assert len(shop.stripe.events("refund.created")) == paid
