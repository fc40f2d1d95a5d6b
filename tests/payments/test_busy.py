"""A row that somebody holds for a moment: Pay waits, tries again, and goes on."""

import threading

import pytest
from django.db import OperationalError, connection, transaction

from booking.models import Booking, Draft
from payments.services.start_checkout import start_checkout
from tests.payments.shop import Shop
from totetaxi.lib import clock
from totetaxi.lib.actor import GUEST

pytestmark = [pytest.mark.postgresql, pytest.mark.race]


class Holder:
    """Holds a draft's row in a transaction of its own, for some seconds."""

    def __init__(self, draft_id, seconds: float) -> None:
        self.draft_id, self.seconds = draft_id, seconds
        self.has_it = threading.Event()
        self.thread = threading.Thread(target=self.hold)

    def hold(self) -> None:
        with transaction.atomic():
            Draft.objects.select_for_update().get(pk=self.draft_id)
            self.has_it.set()
            threading.Event().wait(self.seconds)
        connection.close()

    def __enter__(self) -> None:
        self.thread.start()
        self.has_it.wait(10)

    def __exit__(self, *_error) -> None:
        self.thread.join(20)


@pytest.fixture
def impatient():
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '300ms'")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '5s'")


def test_pay_goes_on_once_the_row_is_free(shop: Shop, impatient):
    order = shop.order()
    with Holder(order.draft_id, seconds=0.5):
        checkout = start_checkout(order, shown_total_cents=None, by=GUEST, now=clock.now())
    assert Booking.objects.get() == checkout.booking


def test_pay_gives_up_on_a_row_that_stays_locked(shop: Shop, impatient):
    order = shop.order()
    with Holder(order.draft_id, seconds=3), pytest.raises(OperationalError):
        start_checkout(order, shown_total_cents=None, by=GUEST, now=clock.now())
    assert Booking.objects.count() == 0
