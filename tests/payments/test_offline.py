"""Money that came past Stripe is written down, and counts like any other."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from booking.lifecycle import Status
from booking.models import Booking, Message
from booking.services.cancel import cancel_booking
from booking.services.status import lock_booking
from payments.models import Payment, PaymentAudit
from payments.money import money_state
from payments.services.offline import (
    MoreThanDueError,
    OfflineMoney,
    OfflineRefusedError,
    WrittenBeforeError,
    record_offline,
)
from payments.services.open_payment import new_payment
from tests.factories import (
    make_booking,
    make_catalogue,
    make_payment,
    make_payment_link,
    make_staff,
)
from tests.payments.shop import alerts, mails, refunds, statuses
from totetaxi.lib import clock
from totetaxi.lib.actor import GUEST, SYSTEM, Actor, ActorKind


@pytest.fixture
def booking(db: None) -> Booking:
    make_catalogue()
    return make_booking()


def handed(cents: int = 99500, **changes: Any) -> OfflineMoney:
    facts: dict[str, Any] = {
        "amount_cents": cents,
        "way": Payment.OfflineWay.TRANSFER,
        "proof": "Transfer 4411",
        "paid_on": clock.today(clock.now()),
        "form_id": uuid4(),
    }
    return OfflineMoney(**(facts | changes))


def write(booking: Booking, money: OfflineMoney, by: Actor = SYSTEM) -> Payment:
    return record_offline(booking.pk, money, by=by, now=clock.now())


def refused(booking: Booking, money: OfflineMoney) -> tuple[str, str]:
    with pytest.raises(OfflineRefusedError) as error:
        write(booking, money)
    return error.value.field, error.value.sentence


def cancelled(booking: Booking, reason: str = "staff") -> Booking:
    cancel_booking(lock_booking(booking.pk), reason=reason, by=SYSTEM, now=clock.now())
    booking.refresh_from_db()
    return booking


# ---------------------------------------------------------------------------- what becomes of it


def test_what_was_handed_over_is_kept_with_its_proof(booking: Booking):
    staff = make_staff()
    by = Actor(ActorKind.STAFF, staff.pk)
    payment = write(booking, handed(note="At the depot"), by)
    assert (payment.method, payment.status, payment.purpose) == ("offline", "succeeded", "booking")
    assert (payment.amount_cents, payment.captured_cents) == (99500, 99500)
    assert (payment.offline_way, payment.proof) == ("transfer", "Transfer 4411")
    assert (payment.note, payment.actor_id) == ("At the depot", staff.pk)


def test_pending_booking_that_is_covered_becomes_paid_and_is_confirmed(booking: Booking):
    write(booking, handed())
    booking.refresh_from_db()
    assert statuses(booking) == ["pending", "paid"]
    assert (mails(booking), alerts(), booking.hold_expires_at) == (["confirmed"], [], None)


def test_part_of_it_leaves_the_booking_pending_and_the_rest_due(booking: Booking):
    write(booking, handed(40000))
    booking.refresh_from_db()
    assert (booking.status, money_state(booking).to_pay_cents) == (Status.PENDING, 59500)
    write(booking, handed(59500))
    booking.refresh_from_db()
    assert booking.status == Status.PAID


def test_what_a_change_made_dearer_is_paid_too(booking: Booking):
    write(booking, handed())
    Booking.objects.filter(pk=booking.pk).update(total_cents=109500)
    assert write(booking, handed(10000)).purpose == "change"


def test_day_it_came_is_when_it_counts(booking: Booking):
    day = clock.today(clock.now()) - timedelta(days=5)
    payment = write(booking, handed(paid_on=day))
    assert payment.succeeded_at is not None
    assert clock.today(payment.succeeded_at) == day


def test_audit_of_money_names_who_wrote_down_what(booking: Booking):
    staff = make_staff()
    payment = write(booking, handed(100000, over_cents=500), Actor(ActorKind.STAFF, staff.pk))
    row = PaymentAudit.objects.get()
    assert (row.act, row.amount_cents, row.actor_id) == ("recorded", 100000, staff.pk)
    assert (row.payment_key, row.booking_id) == (payment.pk, booking.pk)
    assert row.detail == {
        "way": "transfer",
        "paid_on": clock.today(clock.now()).isoformat(),
        "over_cents": 500,
    }


# --------------------------------------------------------------------- pages and links beside it


def test_open_page_that_asks_for_too_much_is_given_up(booking: Booking):
    new_payment(lock_booking(booking.pk), by=GUEST, now=clock.now())
    write(booking, handed(40000))
    assert booking.payments.get(method="stripe").status == "cancelled"


def test_links_are_cut_to_the_rest(booking: Booking):
    link = make_payment_link(booking)
    write(booking, handed(40000))
    link.refresh_from_db()
    assert (link.state, link.amount_cents) == ("open", 59500)
    write(booking, handed(59500))
    link.refresh_from_db()
    assert link.state == "withdrawn"


def test_room_that_was_given_back_is_taken_again(booking: Booking):
    Booking.objects.filter(pk=booking.pk).update(room_held=False, van=None, hold_expires_at=None)
    write(booking, handed(40000))
    booking.refresh_from_db()
    assert (booking.room_held, booking.van is None) == (True, False)


def test_booking_without_room_in_any_van_takes_no_money(booking: Booking):
    Booking.objects.filter(pk=booking.pk).update(room_held=False, van=None, hold_expires_at=None)
    for _van in range(2):
        make_booking(package="full", items=40)
    _field, sentence = refused(booking, handed())
    assert sentence.endswith("Move the booking to another day first.")
    assert booking.payments.count() == 0


# ------------------------------------------------------------------------------ too much, or twice


def test_more_than_is_due_has_to_be_known(booking: Booking):
    with pytest.raises(MoreThanDueError) as error:
        write(booking, handed(100000))
    assert (error.value.over_cents, error.value.due_cents) == (500, 99500)
    assert Payment.objects.count() == 0


def test_what_is_due_may_change_between_the_look_and_the_yes(booking: Booking):
    make_payment(booking, cents=1000)
    with pytest.raises(MoreThanDueError) as error:
        write(booking, handed(100000, over_cents=500))
    assert error.value.over_cents == 1500


def test_known_surplus_stays_and_is_proposed_for_refund(booking: Booking):
    write(booking, handed(100000, over_cents=500))
    assert (alerts(), refunds()) == (["overpaid"], [])
    booking.refresh_from_db()
    assert (booking.status, money_state(booking).surplus_cents) == (Status.PAID, 500)


def test_the_same_form_sent_twice_is_one_payment(booking: Booking):
    money = handed(40000)
    first, second = write(booking, money), write(booking, money)
    assert first.pk == second.pk
    assert (Payment.objects.count(), PaymentAudit.objects.count()) == (1, 1)


def test_a_form_serves_one_booking(booking: Booking):
    money = handed(40000)
    write(booking, money)
    text = "This form was sent for another booking. Open it anew."
    assert refused(make_booking(), money) == ("", text)


def test_the_same_written_down_again_within_a_day_is_asked_about(booking: Booking):
    write(booking, handed(1000))
    again = handed(1000, proof=" transfer 4411")
    with pytest.raises(WrittenBeforeError):
        write(booking, again)
    write(booking, replace(again, is_again=True))
    assert booking.payments.count() == 2


@pytest.mark.parametrize(
    "other", [{"proof": "Transfer 4412"}, {"way": Payment.OfflineWay.CASH}, {"amount_cents": 2000}]
)
def test_other_money_is_not_the_same_again(booking: Booking, other: dict[str, Any]):
    write(booking, handed(1000))
    write(booking, replace(handed(1000), **other))
    assert booking.payments.count() == 2


def test_the_same_after_a_day_is_not_asked_about(booking: Booking):
    payment = write(booking, handed(1000))
    long_ago = clock.now() - timedelta(hours=25)
    Payment.objects.filter(pk=payment.pk).update(created_at=long_ago)
    write(booking, handed(1000))
    assert booking.payments.count() == 2


# ------------------------------------------------------------------------------ what is refused


@pytest.mark.parametrize("reason", ["staff", "expired"])
def test_cancelled_booking_takes_no_money(booking: Booking, reason: str):
    cancelled(booking, reason)
    text = f"{booking.code} is cancelled. Book it anew, and write the payment down there."
    assert refused(booking, handed()) == ("", text)


def test_other_money_that_does_not_match_is_settled_first(booking: Booking):
    make_payment(booking, cents=900, status="mismatch")
    text = "A payment came that does not match. Settle that first."
    assert refused(booking, handed()) == ("", text)


def test_day_and_proof_are_checked(booking: Booking):
    today = clock.today(clock.now())
    tomorrow, last_year = today + timedelta(days=1), today - timedelta(days=366)
    assert refused(booking, handed(paid_on=tomorrow)) == ("paid_on", "This day is still to come")
    text = "Enter a day within the last year"
    assert refused(booking, handed(paid_on=last_year)) == ("paid_on", text)
    assert refused(booking, handed(proof=" ")) == ("proof", "Enter what proves it")
    assert refused(booking, handed(0)) == ("amount", "Enter a sum above 0")
    assert (Payment.objects.count(), Message.objects.count()) == (0, 0)
