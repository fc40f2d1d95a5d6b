"""Money that does not match has one safe way, and a person goes it."""

import pytest

from booking.lifecycle import Status
from booking.models import AlertKind, Booking, raise_alert
from booking.services.cancel import cancel_booking
from booking.services.status import lock_booking
from payments.models import Payment, PaymentAudit, Refund
from payments.money import money_state
from payments.services.mismatch import (
    MismatchDecidedError,
    Way,
    accept_mismatch,
    return_mismatch,
    safe_way,
)
from payments.services.open_payment import resume_checkout, settled_payment
from tests.factories import make_booking, make_catalogue, make_payment, make_staff
from tests.payments.shop import Shop, alerts, mails, refunds, statuses
from totetaxi.lib import clock
from totetaxi.lib.actor import SYSTEM, Actor, ActorKind


@pytest.fixture
def booking(db: None) -> Booking:
    make_catalogue()
    return make_booking()


@pytest.fixture
def staff(db: None) -> Actor:
    return Actor(ActorKind.STAFF, make_staff().pk)


def came(booking: Booking, cents: int, **changes: object) -> Payment:
    """Other money than the total that was asked for, with its alert."""
    facts = {"amount_cents": 99500, "captured_cents": cents, "status": "mismatch"}
    payment = make_payment(booking, **(facts | {"succeeded_at": None} | changes))
    raise_alert(
        AlertKind.PAYMENT_MISMATCH, about=str(payment.pk), summary="Other money", booking=booking
    )
    return payment


def now_due(booking: Booking, cents: int) -> None:
    """Staff made the price another one while the page was being paid."""
    Booking.objects.filter(pk=booking.pk).update(total_cents=cents)
    booking.refresh_from_db()


# ----------------------------------------------------------------------------------- the safe way


def test_money_that_is_just_what_is_due_can_be_accepted(booking: Booking):
    now_due(booking, 90000)
    assert safe_way(booking, came(booking, 90000)) is Way.ACCEPT


@pytest.mark.parametrize(("cents", "currency"), [(90001, "usd"), (89999, "usd"), (90000, "eur")])
def test_any_other_money_goes_back(booking: Booking, cents: int, currency: str):
    now_due(booking, 90000)
    assert safe_way(booking, came(booking, cents, currency=currency)) is Way.RETURN


def test_money_for_a_cancelled_booking_goes_back(booking: Booking):
    now_due(booking, 90000)
    payment = came(booking, 90000)
    cancel_booking(lock_booking(booking.pk), reason="staff", by=SYSTEM, now=clock.now())
    booking.refresh_from_db()
    assert safe_way(booking, payment) is Way.RETURN


@pytest.mark.breaks_money("a payment as a row: the booking does not follow it")
def test_money_that_matched_needs_nobody(booking: Booking):
    assert safe_way(booking, make_payment(booking)) is Way.NOTHING


# --------------------------------------------------------------------------------------- accepted


def test_accepted_money_pays_the_booking(booking: Booking, staff: Actor):
    now_due(booking, 90000)
    payment = accept_mismatch(came(booking, 90000).pk, by=staff, now=clock.now())
    assert (payment.status, payment.amount_cents, payment.captured_cents) == (
        "succeeded",
        90000,
        90000,
    )
    booking.refresh_from_db()
    assert (statuses(booking), mails(booking), alerts()) == (
        ["pending", "paid"],
        ["confirmed"],
        [],
    )
    row = PaymentAudit.objects.get()
    assert (row.act, row.amount_cents, row.actor_id) == ("captured", 90000, staff.user_id)
    assert row.detail == {"asked_cents": 99500}


def test_what_is_not_due_is_not_accepted(booking: Booking, staff: Actor):
    payment = came(booking, 90000)
    with pytest.raises(MismatchDecidedError):
        accept_mismatch(payment.pk, by=staff, now=clock.now())
    payment.refresh_from_db()
    assert payment.status == "mismatch"


def test_money_is_accepted_once(booking: Booking, staff: Actor):
    now_due(booking, 90000)
    payment = came(booking, 90000)
    accept_mismatch(payment.pk, by=staff, now=clock.now())
    with pytest.raises(MismatchDecidedError):
        accept_mismatch(payment.pk, by=staff, now=clock.now())


# -------------------------------------------------------------------------------------- goes back


def test_all_of_it_is_asked_back_and_waits_for_somebody_else(booking: Booking, staff: Actor):
    payment = came(booking, 90000)
    refund = return_mismatch(payment.pk, by=staff, now=clock.now())
    assert (refund.amount_cents, refund.requested_by_id) == (90000, staff.user_id)
    assert (refunds(), alerts()) == ([("mismatch", "requested", 90000)], ["refund_requested"])
    assert safe_way(booking, payment) is Way.NOTHING


def test_it_is_asked_back_once(booking: Booking, staff: Actor):
    payment = came(booking, 90000)
    return_mismatch(payment.pk, by=staff, now=clock.now())
    with pytest.raises(MismatchDecidedError):
        return_mismatch(payment.pk, by=staff, now=clock.now())


@pytest.mark.parametrize(
    ("status", "stands_in_the_way"),
    [
        ("requested", True),
        ("refused", True),
        ("failed", False),  # its sum is kept aside until it has gone
        ("approved", False),
        ("pending", False),
        ("succeeded", False),
    ],
)
@pytest.mark.breaks_money("a refund made to be in every state: nothing proves it")
def test_booking_can_be_paid_anew_once_its_money_goes_back(
    booking: Booking, staff: Actor, status: str, stands_in_the_way: bool
):
    payment = came(booking, 90000)
    return_mismatch(payment.pk, by=staff, now=clock.now())
    Refund.objects.update(status=status, approved_by_kind="system", approved_at=clock.now())
    state = money_state(booking)
    assert (state.has_mismatch, state.to_pay_cents) == (stands_in_the_way, 99500)
    assert settled_payment(booking) == (payment if stands_in_the_way else None)


# -------------------------------------------------------------------------- with Stripe's sandbox


def test_wrong_money_is_written_down_and_can_be_sent_back_and_paid_anew(shop: Shop):
    payment = shop.press_pay().payment
    assert payment is not None
    shop.pay(payment)
    shop.stripe.tamper(payment.session_id, amount=90000)
    shop.reconcile()
    row = PaymentAudit.objects.get()
    assert (row.act, row.amount_cents, row.detail) == (
        "mismatched",
        90000,
        {"asked_cents": 99500, "currency": "usd"},
    )
    return_mismatch(payment.pk, by=SYSTEM, now=clock.now())
    shop.work()
    assert refunds() == [("mismatch", "succeeded", 90000)]
    again = resume_checkout(payment.booking_id, by=SYSTEM, now=clock.now())
    shop.pay(again)
    shop.reconcile()
    assert Booking.objects.get().status == Status.PAID


def test_currency_that_came_is_kept(shop: Shop):
    payment = shop.press_pay().payment
    assert payment is not None
    shop.pay(payment)
    shop.stripe.tamper(payment.session_id, currency="eur")
    shop.reconcile()
    payment.refresh_from_db()
    assert (payment.status, payment.currency) == ("mismatch", "eur")
