"""What staff wrote down by mistake is struck out: it stays to be read, and counts no more."""

from datetime import timedelta
from uuid import uuid4

import pytest

from booking.lifecycle import Status
from booking.models import Alert, Booking
from payments.models import Payment, PaymentAudit, Refund
from payments.money import money_state
from payments.reconciliation.report import Period, report_on
from payments.services.offline import OfflineMoney, record_offline
from payments.services.refund_decisions import refuse_refund
from payments.services.spread_refund import ask_back
from payments.services.strike import StrikeRefusedError, strike_payment
from tests.factories import make_booking, make_catalogue, make_payment, make_staff
from tests.payments.shop import alerts, mails
from totetaxi.lib import clock
from totetaxi.lib.actor import SYSTEM, Actor, ActorKind


@pytest.fixture
def booking(db: None) -> Booking:
    make_catalogue()
    return make_booking()


def write(booking: Booking, cents: int = 99500, proof: str = "Transfer 4411") -> Payment:
    due = money_state(booking).to_pay_cents
    money = OfflineMoney(
        amount_cents=cents,
        way=Payment.OfflineWay.TRANSFER,
        proof=proof,
        paid_on=clock.today(clock.now()),
        form_id=uuid4(),
        over_cents=max(0, cents - due),
    )
    return record_offline(booking.pk, money, by=SYSTEM, now=clock.now())


def strike(payment: Payment, by: Actor = SYSTEM) -> Payment:
    why = "Another booking's transfer"
    return strike_payment(payment.pk, why=why, by=by, now=clock.now())


def person() -> Actor:
    return Actor(ActorKind.STAFF, make_staff().pk)


def refusal(payment: Payment) -> str:
    with pytest.raises(StrikeRefusedError) as error:
        strike(payment)
    return error.value.sentence


def test_what_it_paid_for_is_due_again_and_staff_are_told(booking: Booking):
    payment = strike(write(booking))
    booking.refresh_from_db()
    assert (payment.status, payment.struck_why) == ("struck", "Another booking's transfer")
    assert (booking.status, money_state(booking).to_pay_cents) == (Status.PAID, 99500)
    assert (alerts(), Alert.objects.get().summary) == (
        ["partly_paid"],
        f"{booking.code}: $995.00 was struck out, and $995.00 is due.",
    )
    assert mails(booking) == ["confirmed"]


def test_audit_of_money_names_who_struck_it_out(booking: Booking):
    staff = make_staff()
    payment = strike(write(booking), Actor(ActorKind.STAFF, staff.pk))
    row = PaymentAudit.objects.latest("id")
    assert (row.act, row.amount_cents, row.actor_id) == ("struck", 99500, staff.pk)
    assert row.payment_key == payment.pk


def test_right_sum_closes_what_the_mistake_left_open(booking: Booking):
    strike(write(booking, 9950, proof="Receipt 7"))
    write(booking)
    booking.refresh_from_db()
    assert (booking.status, alerts()) == (Status.PAID, [])
    assert money_state(booking).due_cents == 0


def test_part_of_a_pending_booking_leaves_it_pending(booking: Booking):
    strike(write(booking, 40000))
    booking.refresh_from_db()
    assert (booking.status, money_state(booking).to_pay_cents) == (Status.PENDING, 99500)


def test_what_was_too_much_is_no_longer_proposed_to_go_back(booking: Booking):
    write(booking)
    payment = write(booking, 1000, proof="Twice")
    assert alerts() == ["overpaid"]
    strike(payment)
    assert (alerts(), money_state(booking).due_cents) == ([], 0)


def test_money_that_was_asked_back_is_settled_first(booking: Booking):
    payment = write(booking)
    (refund,) = ask_back(booking, 100, reason=Refund.Reason.GOODWILL, by=person(), now=clock.now())
    assert refusal(payment) == (
        "Some of this payment is asked back or was returned. Settle that first."
    )
    refuse_refund(refund.pk, by=person(), refusal="It never came", now=clock.now())
    assert strike(payment).status == "struck"


def test_only_what_staff_wrote_down_is_struck_out_and_once(booking: Booking):
    text = "This payment stands otherwise now. Look at it again."
    payment = write(booking, 40000)
    strike(payment)
    assert refusal(payment) == text
    card = make_payment(booking, cents=40000)
    assert refusal(card) == text
    assert Payment.objects.get(pk=card.pk).status == "succeeded"


def test_stripes_books_are_not_touched(booking: Booking):
    strike(write(booking))
    day = clock.today(clock.now())
    total = report_on(Period(day - timedelta(days=1), day), now=clock.now()).total
    assert (total.difference_cents, total.waiting_cents) == (0, 0)
