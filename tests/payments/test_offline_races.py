"""Money that is handed over against money that is paid online, by real threads.

Each control has no guard, and fails.
"""

from typing import Any
from uuid import uuid4

import pytest

from booking.models import Booking
from payments.models import Payment
from payments.money import money_state
from payments.services import fulfil, offline
from payments.services.offline import OfflineMoney, record_offline
from tests.payments.shop import Shop, alerts, mails, refunds, statuses
from tests.payments.test_races import at_once, meeting
from totetaxi.lib import clock
from totetaxi.lib.actor import SYSTEM

pytestmark = [pytest.mark.postgresql, pytest.mark.race]


def handed(cents: int = 99500, **changes: Any) -> OfflineMoney:
    facts: dict[str, Any] = {
        "amount_cents": cents,
        "way": Payment.OfflineWay.CASH,
        "proof": "Receipt 12",
        "paid_on": clock.today(clock.now()),
        "form_id": uuid4(),
    }
    return OfflineMoney(**(facts | changes))


def write(booking_id: Any, money: OfflineMoney) -> Payment:
    return record_offline(booking_id, money, by=SYSTEM, now=clock.now())


def names(found: list[Any]) -> list[str]:
    return sorted(type(one).__name__ for one in found)


def test_pay_against_cash_at_the_same_moment_loses_no_money(shop: Shop):
    """Whoever is second is too much: the card gets it back, cash has to be confirmed by staff."""
    for _repeat in range(4):
        payment = shop.press_pay().payment
        assert payment is not None

        def pay(payment: Payment = payment) -> None:
            shop.pay(payment)
            fulfil.fulfil(payment.pk, now=clock.now())

        money, before = handed(), len(refunds())
        found = at_once(pay, lambda p=payment, m=money: write(p.booking_id, m))
        shop.deliver()
        shop.work()
        booking = Booking.objects.get(pk=payment.booking_id)
        payment.refresh_from_db()
        assert (statuses(booking), mails(booking)[0]) == (["pending", "paid"], "confirmed")
        state = money_state(booking)
        assert (state.due_cents, state.surplus_cents) == (0, 0)
        if names(found) == ["MoreThanDueError", "NoneType"]:
            assert (payment.status, refunds()[before:]) == ("succeeded", [])
        elif payment.status == "succeeded":  # cash was first, and the card paid all the same
            assert refunds()[before:] == [("surplus", "succeeded", 99500)]
        else:  # its page was closed in time
            assert (payment.status, payment.captured_cents) == ("cancelled", 0)
    assert set(alerts()) <= {"surplus"}


def test_form_that_is_sent_four_times_at_once_is_written_down_once(shop: Shop):
    booking = shop.press_pay().booking
    money = handed(40000)
    found = at_once(*[lambda: write(booking.pk, money)] * 4)
    assert names(found) == ["Payment"] * 4
    assert len({payment.pk for payment in found}) == 1
    assert booking.payments.filter(method="offline").count() == 1


def test_two_who_write_the_same_down_at_once_are_asked_about_it(shop: Shop):
    booking = shop.press_pay().booking
    found = at_once(*[lambda: write(booking.pk, handed(40000))] * 2)
    assert names(found) == ["Payment", "WrittenBeforeError"]


def test_two_who_write_all_of_it_down_at_once_never_overpay_unknowingly(shop: Shop):
    booking = shop.press_pay().booking
    found = at_once(
        lambda: write(booking.pk, handed()), lambda: write(booking.pk, handed(proof="Receipt 13"))
    )
    assert names(found) == ["MoreThanDueError", "Payment"]


@pytest.mark.breaks_money("it is overpaid and nobody is told, as it would be without the lock")
def test_control_without_the_bookings_lock_it_is_overpaid_unknowingly(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    booking = shop.press_pay().booking
    monkeypatch.setattr(offline, "lock_booking", lambda key: Booking.objects.get(pk=key))
    monkeypatch.setattr(offline, "_check_again", meeting(offline._check_again))
    at_once(
        lambda: write(booking.pk, handed()), lambda: write(booking.pk, handed(proof="Receipt 13"))
    )
    assert booking.payments.filter(method="offline").count() == 2
