"""Changes against payments, against each other and for the last room, by real threads.

As in `test_races`, each control has no guard, and fails.
"""

import threading
from typing import Any

import pytest

from booking.changes import Cancel, ChangeSet
from booking.lifecycle import Status
from booking.models import Booking
from booking.wizard.order import order_from_draft
from payments.models import Refund
from payments.money import money_state
from payments.services import apply_change, fulfil, settle
from payments.services.apply_change import lock_for_change
from payments.services.locks import lock_payment
from payments.services.start_checkout import start_checkout
from tests.factories import make_booking
from tests.payments.changing import ask, change, saturday, see, to, weekday
from tests.payments.shop import Shop, alerts, refunds
from tests.payments.test_races import at_once, meeting, met_before, unlocked
from totetaxi.lib import clock
from totetaxi.lib.actor import GUEST, SYSTEM

pytestmark = [pytest.mark.postgresql, pytest.mark.race]


def names(found: list[Any]) -> list[str]:
    return sorted(type(one).__name__ for one in found)


def check_money(booking: Booking) -> None:
    """Lines are the total; the total is what came, less what goes back, plus what is due."""
    booking.refresh_from_db()
    money = money_state(booking)
    assert sum(line.amount_cents for line in booking.lines.all()) == booking.total_cents
    kept = money.paid_cents - money.refunded_cents - money.under_way_cents
    assert booking.total_cents == kept + money.to_pay_cents - money.surplus_cents
    assert money.surplus_cents == 0


# ------------------------------------------------------------------------------ reschedule and pay


def test_reschedule_against_pay_keeps_money_and_booking_together(shop: Shop):
    for day in (saturday(), weekday(8), saturday()):
        payment = shop.press_pay().payment
        booking = payment.booking
        wish = to(day, booking)
        expected = see(booking, wish).fingerprint

        def pay(payment=payment) -> None:
            shop.pay(payment)
            fulfil.fulfil(payment.pk, now=clock.now())

        found = at_once(pay, lambda b=booking, w=wish, e=expected: change(b, w, expected=e))
        assert names(found) in [["ChangeSet", "NoneType"], ["ChangeSetOutdatedError", "NoneType"]]
        shop.deliver()
        shop.work()
        booking.refresh_from_db()
        assert booking.status == Status.PAID
        assert booking.pickup_date in {day, weekday()}
        check_money(booking)
    assert alerts() == []


def cancel_and_settle(shop: Shop) -> tuple[Booking, list[Any]]:
    """A booking whose money is at Stripe is cancelled while that is written down."""
    payment = shop.press_pay().payment
    assert payment is not None
    booking = payment.booking
    expected = see(booking, Cancel()).fingerprint
    shop.pay(payment)
    found = at_once(
        lambda: fulfil.fulfil(payment.pk, now=clock.now()),
        lambda: change(booking, Cancel(), expected=expected),
    )
    return booking, found


def ends(booking: Booking) -> tuple[str, int]:
    """The status, and how many refunds of late money there are."""
    booking.refresh_from_db()
    return booking.status, Refund.objects.filter(payment__booking=booking, reason="late").count()


def test_cancel_against_pay_ends_paid_or_refunded_in_full(shop: Shop, monkeypatch):
    for _repeat in range(4):
        barrier = threading.Barrier(2)
        with monkeypatch.context() as patch:
            patch.setattr(settle, "lock_payment", met_before(lock_payment, barrier))
            patch.setattr(apply_change, "lock_for_change", met_before(lock_for_change, barrier))
            booking, found = cancel_and_settle(shop)
        assert names(found) in [["ChangeSet", "Payment"], ["ChangeSetOutdatedError", "Payment"]]
        shop.deliver()
        shop.work()
        paid = found[1].__class__ is not ChangeSet
        assert ends(booking) == ((Status.PAID, 0) if paid else (Status.CANCELLED, 1))


@pytest.mark.breaks_money("money stays for a booking that is cancelled, as without the locks")
def test_control_cancel_against_pay_without_locks_keeps_money_for_nothing(shop: Shop, monkeypatch):
    def without_lock(booking_id: Any) -> Any:
        return None, Booking.objects.get(pk=booking_id)

    barrier = threading.Barrier(2)
    monkeypatch.setattr(settle, "lock_payment", meeting(unlocked, at=barrier))
    monkeypatch.setattr(apply_change, "lock_for_change", meeting(without_lock, at=barrier))
    booking, _found = cancel_and_settle(shop)
    assert ends(booking) == (Status.CANCELLED, 0)  # the money came, and does not go back


def test_pay_against_reschedule_in_the_other_tab_never_deadlocks(shop: Shop, draft):
    """Pay locks the draft, then its booking; so does a change."""
    for day in (saturday(), weekday(8), weekday(10)):
        draft.refresh_from_db()
        order = order_from_draft(draft, now=clock.now(), terms_accepted=True)
        booking = start_checkout(order, shown_total_cents=None, by=GUEST, now=clock.now()).booking
        wish = to(day, booking)
        expected = see(booking, wish).fingerprint
        found = at_once(
            lambda o=order: start_checkout(o, shown_total_cents=None, by=GUEST, now=clock.now()),
            lambda b=booking, w=wish, e=expected: change(b, w, expected=e),
        )
        assert not [one for one in found if type(one).__name__ == "OperationalError"]
        assert Booking.objects.active().count() == 1
        check_money(Booking.objects.active().get())


# ------------------------------------------------------------------------- reschedule, reschedule


def move_twice(shop: Shop) -> tuple[Booking, list[Any]]:
    booking = shop.press_pay().booking
    wishes = [to(saturday(), booking), to(weekday(8), booking)]
    seen = [see(booking, wish).fingerprint for wish in wishes]
    found = at_once(
        *[
            lambda w=wish, e=expected: apply_change.apply_change_set(
                booking.pk, w, expected=e, by=GUEST, now=clock.now()
            )
            for wish, expected in zip(wishes, seen, strict=True)
        ]
    )
    booking.refresh_from_db()
    return booking, found


def test_two_moves_at_once_are_one_and_the_other_is_shown_anew(shop: Shop):
    for _repeat in range(3):
        booking, found = move_twice(shop)
        assert names(found) == ["ChangeSet", "ChangeSetOutdatedError"]
        assert booking.revision == 1
        assert booking.events.filter(kind="change").count() == 1
        check_money(booking)


def test_control_two_moves_without_the_bookings_lock_are_both_made(shop: Shop, monkeypatch):
    def without_lock(booking_id: Any) -> Any:
        return None, Booking.objects.get(pk=booking_id)

    monkeypatch.setattr(apply_change, "lock_for_change", meeting(without_lock))
    _booking, found = move_twice(shop)
    assert names(found) != ["ChangeSet", "ChangeSetOutdatedError"]


# ------------------------------------------------------------------------------------ the last room


def last_room(shop: Shop) -> list[Any]:
    """One whole van is left on Saturday, and two want it, one by moving there."""
    Booking.objects.all().update(room_held=False)
    make_booking(package="full", items=5, pickup_date=saturday())
    mover = shop.press_pay(shop.order(package="full", items=5)).booking
    wish = to(saturday(), mover)
    expected = see(mover, wish).fingerprint
    order = shop.order(package="full", items=5, pickup_date=saturday())
    return at_once(lambda: change(mover, wish, expected=expected), lambda: shop.press_pay(order))


def test_last_room_goes_to_the_mover_or_to_the_new_booking(shop: Shop):
    for _repeat in range(3):
        found = names(last_room(shop))
        assert found in [["ChangeSet", "NoRoomError"], ["ChangeRefusedError", "Checkout"]]
        held = Booking.objects.filter(pickup_date=saturday(), room_held=True)
        assert len({row.van_id for row in held}) == held.count() == 2


def test_control_mover_without_the_days_lock_shares_a_whole_van(shop: Shop, monkeypatch):
    monkeypatch.setattr(apply_change, "_lock_days", lambda *_args: None)
    monkeypatch.setattr(apply_change, "checked_plan", meeting(apply_change.checked_plan))
    Booking.objects.all().update(room_held=False)
    make_booking(package="full", items=5, pickup_date=saturday())
    movers = [shop.press_pay(shop.order(package="full", items=5)).booking for _two in range(2)]
    wish = to(saturday(), movers[0])
    seen = [see(mover, wish).fingerprint for mover in movers]
    at_once(
        *[
            lambda m=mover, e=expected: change(m, wish, expected=e)
            for mover, expected in zip(movers, seen, strict=True)
        ]
    )
    held = Booking.objects.filter(pickup_date=saturday(), room_held=True)
    assert held.count() > len({row.van_id for row in held})


def test_two_that_change_places_do_not_deadlock(shop: Shop):
    for _repeat in range(3):
        Booking.objects.all().update(room_held=False)
        here = shop.press_pay().booking
        there = shop.press_pay(shop.order(pickup_date=weekday(8))).booking
        moves = [(here, to(weekday(8), here)), (there, to(weekday(), there))]
        seen = [see(booking, wish).fingerprint for booking, wish in moves]
        found = at_once(
            *[
                lambda b=booking, w=wish, e=expected: change(b, w, expected=e)
                for (booking, wish), expected in zip(moves, seen, strict=True)
            ]
        )
        assert names(found) == ["ChangeSet", "ChangeSet"]


# --------------------------------------------------------------------------------------- questions


def test_two_questions_at_once_are_one(shop: Shop):
    booking = shop.paid().booking
    found = at_once(lambda: ask(booking, to(saturday(), booking)), lambda: ask(booking, Cancel()))
    assert names(found) == ["ChangeRefusedError", "ChangeRequest"]
    assert alerts() == ["change_request"]


def test_two_cheaper_changes_at_once_return_no_more_than_the_difference(shop: Shop):
    booking = shop.paid(pickup_date=saturday()).booking
    wish = to(weekday(), booking)
    expected = see(booking, wish).fingerprint
    found = at_once(*[lambda: change(booking, wish, by=SYSTEM, expected=expected)] * 2)
    # The second finds the booking on that day already.
    assert names(found) == ["ChangeRefusedError", "ChangeSet"]
    assert [cents for _reason, _state, cents in refunds()] == [14925]
