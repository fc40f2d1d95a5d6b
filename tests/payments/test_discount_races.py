"""The last use of a code, by real threads; each control has no guard, and fails (FAULTS.md, 25)."""

from collections.abc import Callable
from datetime import date
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest

from booking.models import Booking, DiscountCode, DiscountRedemption
from booking.services import create, discounts
from payments.models import Payment
from payments.services import fulfil
from tests.payments.changing import weekday
from tests.payments.shop import Shop
from tests.payments.test_races import at_once, meeting
from totetaxi.lib import clock

pytestmark = [pytest.mark.postgresql, pytest.mark.race]

CODE = "DUNE"


@pytest.fixture(autouse=True)
def _numbers_without_their_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers are given one after the other, which would hide what the code's own lock does."""
    numbers = count(1)
    monkeypatch.setattr(create, "next_number", lambda: next(numbers))


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes are read without their lock, and both threads have counted before either writes."""
    rows = SimpleNamespace(select_for_update=DiscountCode.objects.all)
    monkeypatch.setattr(discounts, "DiscountCode", SimpleNamespace(objects=rows))
    monkeypatch.setattr(discounts, "has_use_left", meeting(discounts.has_use_left))


def make_code(**limits: int) -> None:
    DiscountCode.objects.create(code=CODE, percent=10, **limits)


def pays(shop: Shop, email: str, day: date) -> Callable[[], Any]:
    """Somebody presses Pay with the code. Each has a day of their own: a day has its own lock."""
    order = shop.order(discount_code=CODE, contact_email=email, pickup_date=day)
    return lambda: shop.press_pay(order)


def everybody(shop: Shop, *emails: str) -> list[str]:
    """What became of each, all at the same moment."""
    days = [weekday(ahead) for ahead in (3, 8)]
    found = at_once(*(pays(shop, email, day) for email, day in zip(emails, days, strict=True)))
    return sorted(type(one).__name__ for one in found)


def used() -> int:
    return DiscountRedemption.objects.filter(code__code=CODE, released_at=None).count()


# ----------------------------------------------------------------------------------- the last use


def test_last_use_of_a_code_is_taken_once(shop: Shop):
    make_code(max_uses=1)
    for repeat in range(3):
        found = everybody(shop, f"ann{repeat}@example.com", f"bob{repeat}@example.com")
        assert found == ["Checkout", "OrderRefusedError"]
        assert (used(), Booking.objects.count()) == (1, repeat + 1)
        DiscountRedemption.objects.update(released_at=clock.now())


def test_control_last_use_without_the_codes_lock_is_taken_twice(shop: Shop, unlocked: None):
    make_code(max_uses=1)
    found = everybody(shop, "ann@example.com", "bob@example.com")
    assert (found, used()) == (["Checkout", "Checkout"], 2)


# ------------------------------------------------------------------------------ once for a person


def test_person_with_two_tabs_and_two_spellings_uses_a_code_once(shop: Shop):
    make_code(max_uses_per_customer=1)
    found = everybody(shop, "ann@example.com", "Ann+two@Example.COM")
    assert (found, used()) == (["Checkout", "OrderRefusedError"], 1)


def test_control_person_without_the_codes_lock_uses_it_twice(shop: Shop, unlocked: None):
    make_code(max_uses_per_customer=1)
    found = everybody(shop, "ann@example.com", "Ann+two@Example.COM")
    assert (found, used()) == (["Checkout", "Checkout"], 2)


# ------------------------------------------------------------------------------- pay, and expiry


def test_code_is_used_by_who_paid_and_free_again_of_who_did_not(shop: Shop):
    make_code(max_uses=1)
    for _repeat in range(3):
        payment = shop.press_pay(shop.order(discount_code=CODE)).payment
        assert payment is not None

        def pay(payment: Payment = payment) -> None:
            shop.pay(payment)
            fulfil.fulfil(payment.pk, now=clock.now())

        with shop.later(minutes=34):  # the page is still open; the hold is made to end
            Booking.objects.filter(pk=payment.booking_id).update(hold_expires_at=clock.now())
            at_once(pay, shop.expire_holds)
            shop.deliver()
            shop.work()
        booking = Booking.objects.get(pk=payment.booking_id)
        assert (booking.status, used()) in [("paid", 1), ("cancelled", 0)]
        DiscountRedemption.objects.update(released_at=clock.now())


def test_code_of_an_expired_booking_goes_to_the_next_or_comes_back_with_its_money(shop: Shop):
    """Late money and another person want the last use: late money keeps the price it was given."""
    make_code(max_uses=1)
    payment = shop.press_pay(shop.order(discount_code=CODE, pickup_date=weekday(3))).payment
    assert payment is not None
    shop.pay(payment)
    with shop.later(minutes=41):
        Payment.objects.update(status="expired")
        Booking.objects.update(status="cancelled", cancel_reason="expired", room_held=False)
        DiscountRedemption.objects.update(released_at=clock.now())
        order = shop.order(discount_code=CODE, pickup_date=weekday(8))
        at_once(lambda: fulfil.fulfil(payment.pk, now=clock.now()), lambda: shop.press_pay(order))
    revived = Booking.objects.get(pk=payment.booking_id)
    assert (revived.status, revived.redemptions.get().released_at) == ("paid", None)
