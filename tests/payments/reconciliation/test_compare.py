"""What moved at Stripe is copied, judged, healed where something was missed, and else told."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections

from booking.models import Alert, AlertKind, raise_alert
from payments import gateway
from payments.balance_results import read_entry
from payments.models import BalanceMovement, Dispute, Payment, Refund
from payments.services.refund import request_refund
from tests.factories import make_payment, make_refund
from tests.payments.reconciliation.books import book, compare
from tests.payments.shop import Shop, alerts, mails, refunds
from tests.sandbox.fixtures import JudgedSandbox
from totetaxi.lib import clock
from totetaxi.lib.actor import SYSTEM

PAID = 99500
FEE = 2916  # 2.9 % and 30 cents


def charge_of(stripe: JudgedSandbox, payment: Payment) -> str:
    """The id of the charge that paid a payment."""
    (charge,) = stripe.objects("charge", payment_intent=payment.intent_id)
    return charge["id"]


def refunded(shop: Shop, cents: int = 5000) -> Refund:
    """A payment of which something went back."""
    refund = request_refund(
        shop.paid().pk,
        amount_cents=cents,
        reason=Refund.Reason.GOODWILL,
        by=SYSTEM,
        now=clock.now(),
    )
    shop.work()
    shop.deliver()
    shop.work()
    return refund


def mismatched(shop: Shop) -> Payment:
    """A payment of which a dollar less came than was asked for."""
    payment = shop.press_pay().payment
    shop.stripe.tamper(payment.session_id, amount=PAID - 100)
    shop.pay(payment)
    shop.stripe.settle()
    shop.deliver()
    shop.work()
    return payment


# -------------------------------------------------------------------------------------- matched


def test_paid_booking_is_matched_to_its_payment_and_fee(shop: Shop):
    payment = shop.paid()
    shop.stripe.settle()
    compare()
    movement = BalanceMovement.objects.get()
    assert book() == [("charge", PAID, "matched", "")]
    assert (movement.payment, movement.fee_cents, movement.net_cents) == (
        payment,
        FEE,
        PAID - FEE,
    )
    payment.refresh_from_db()
    assert (payment.fee_cents, alerts()) == (FEE, [])


def test_refund_is_matched(shop: Shop):
    refund = refunded(shop)
    compare()
    assert book() == [("charge", PAID, "matched", ""), ("refund", -5000, "matched", "")]
    assert BalanceMovement.objects.get(kind="refund").refund == refund


def test_refund_that_failed_unseen_is_healed_and_both_its_movements_matched(shop: Shop):
    refund = refunded(shop)
    shop.stripe.webhooks(drop=True)
    shop.stripe.fail_refund(refund.stripe_id or Refund.objects.get().stripe_id)
    compare()
    assert book() == [
        ("charge", PAID, "matched", ""),
        ("refund", -5000, "matched", ""),
        ("refund_failure", 5000, "matched", ""),
    ]
    assert refunds() == [("goodwill", "failed", 5000)]


def test_refund_of_weeks_ago_that_failed_lately_is_found_by_its_movement(shop: Shop):
    refunded(shop)
    compare()
    with shop.later(days=20):
        shop.stripe.webhooks(drop=True)
        shop.stripe.fail_refund(Refund.objects.get().stripe_id)
        compare()
    assert refunds() == [("goodwill", "failed", 5000)]
    assert {standing for _kind, _cents, standing, _why in book()} == {"matched"}


@pytest.mark.parametrize("prefix", ["re_", "pyr_"])
def test_refund_that_came_back_as_an_adjustment_is_matched(prefix: str):
    """Stripe's own list of types has failed refunds under `adjustment`; events had the other."""
    raw = {
        "id": "txn_1",
        "type": "adjustment",
        "source": f"{prefix}1",
        "amount": 5000,
        "fee": 0,
        "net": 5000,
        "currency": "usd",
        "created": 1_790_000_000,
        "available_on": 1_790_000_000,
        "status": "available",
    }
    assert read_entry(raw).kind == "refund_failure"
    assert read_entry(raw | {"source": "dp_1"}).kind == "adjustment"
    assert read_entry(raw | {"source": None}).kind == "adjustment"


def test_disputes_are_matched_to_their_end(shop: Shop):
    payment = shop.paid()
    shop.stripe.webhooks(drop=True)
    dispute = shop.stripe.dispute(charge_of(shop.stripe, payment))
    compare()
    assert book() == [("adjustment", -PAID, "matched", ""), ("charge", PAID, "matched", "")]
    assert Dispute.objects.get().withdrawn_cents == PAID
    shop.stripe.win_dispute(dispute["id"])
    compare()
    assert book() == [
        ("adjustment", -PAID, "matched", ""),
        ("adjustment", PAID, "matched", ""),
        ("charge", PAID, "matched", ""),
    ]
    assert Dispute.objects.get().status == "won"


def test_dispute_that_was_lost_unseen_is_followed_though_nothing_moved(shop: Shop):
    payment = shop.paid()
    dispute = shop.stripe.dispute(charge_of(shop.stripe, payment))
    compare()
    shop.stripe.lose_dispute(dispute["id"])
    with shop.later(days=60):
        compare()
    assert Dispute.objects.get().status == "lost"


def test_comparing_again_changes_nothing(shop: Shop):
    refunded(shop)
    compare()
    before = list(BalanceMovement.objects.order_by("pk").values())
    compare()
    assert list(BalanceMovement.objects.order_by("pk").values()) == before


# --------------------------------------------------------------------------------------- healed


def test_payment_whose_every_message_was_lost_is_fulfilled(shop: Shop):
    payment = shop.press_pay().payment
    shop.stripe.webhooks(drop=True)
    shop.pay(payment)
    shop.stripe.settle()
    with shop.later(days=2):
        compare()
    payment.refresh_from_db()
    assert (payment.booking.status, mails(payment.booking)) == ("paid", ["confirmed"])
    assert book() == [("charge", PAID, "matched", "")]


def test_fee_that_nobody_told_of_is_noted(shop: Shop):
    payment = shop.paid()
    shop.stripe.webhooks(drop=True)
    shop.stripe.settle()
    compare()
    payment.refresh_from_db()
    assert payment.fee_cents == FEE


def test_refund_made_in_stripes_dashboard_becomes_ours(shop: Shop):
    payment = shop.paid()
    shop.stripe.webhooks(drop=True)
    shop.stripe.refund_by_hand(charge_of(shop.stripe, payment), 2500)
    compare()
    assert [(status, cents) for _why, status, cents in refunds()] == [("succeeded", 2500)]
    assert ("refund", -2500, "matched", "") in book()


# -------------------------------------------------------------------------------------- outside


def test_what_is_not_ours_is_expected_and_never_alarms(shop: Shop):
    charge = shop.stripe.charge_by_hand(40000, "Invoice 7")
    shop.stripe.settle()
    shop.stripe.refund_by_hand(charge["id"], 1000)
    other = shop.stripe.charge_by_hand(50000, "Invoice 8")
    shop.stripe.settle()
    shop.stripe.dispute(other["id"])
    compare()
    assert {(standing, why) for _kind, _cents, standing, why in book()} == {("expected", "outside")}
    assert (len(book()), alerts(), Refund.objects.count()) == (4, [], 0)


def test_what_is_not_ours_is_asked_about_once(shop: Shop):
    charge = shop.stripe.charge_by_hand(40000)
    shop.stripe.settle()
    compare()
    before = len(shop.stripe.requests())
    compare()
    asked = [call["path"] for call in shop.stripe.requests()[before:]]
    assert f"/v1/charges/{charge['id']}" not in asked


def test_payout_is_expected(shop: Shop):
    shop.paid()
    with shop.later(days=3):
        shop.stripe.settle()
        shop.stripe.pay_out()
        compare(back=timedelta(days=5))
    assert book() == [
        ("charge", PAID, "matched", ""),
        ("payout", FEE - PAID, "expected", "payout"),
    ]


# ----------------------------------------------------------------------------------------- open


def test_money_with_our_mark_and_no_payment_is_told_once(shop: Shop):
    payment = shop.press_pay().payment
    shop.pay(payment)
    shop.stripe.settle()
    Payment.objects.all().delete()
    for _run in range(2):
        compare()
    assert book() == [("charge", PAID, "open", "unknown_payment")]
    assert alerts() == ["money_open"]
    assert Alert.objects.get(kind="money_open").times == 1


def test_other_sum_than_ours_is_told_until_it_is_right(shop: Shop):
    shop.paid()
    shop.stripe.settle()
    Payment.objects.update(captured_cents=PAID - 1, amount_cents=PAID - 1)
    compare()
    assert book() == [("charge", PAID, "open", "wrong_sum")]
    assert alerts() == ["money_open"]
    Payment.objects.update(captured_cents=PAID, amount_cents=PAID)
    compare()
    assert (book(), alerts()) == ([("charge", PAID, "matched", "")], [])


def test_other_fee_than_noted_is_told(shop: Shop):
    shop.paid()
    shop.stripe.settle()
    compare()
    Payment.objects.update(fee_cents=1)
    compare()
    assert (book(), alerts()) == ([("charge", PAID, "open", "wrong_fee")], ["money_open"])


def test_payment_that_does_not_match_its_booking_is_open_and_told_once(shop: Shop):
    mismatched(shop)
    compare()
    assert book() == [("charge", PAID - 100, "open", "not_settled")]
    assert alerts() == ["payment_mismatch"]


def test_mismatch_that_is_told_of_no_more_is_told_as_open_money(shop: Shop):
    mismatched(shop)
    compare()
    Alert.objects.update(closed_at=clock.now())
    compare()
    assert alerts() == ["money_open"]
    Alert.objects.filter(kind="payment_mismatch").update(closed_at=None)
    compare()
    assert alerts() == ["payment_mismatch"]


def test_refund_that_stands_otherwise_with_us_is_told(shop: Shop):
    refunded(shop)
    Refund.objects.update(status="failed")  # which nothing at Stripe bears out
    compare()
    assert ("refund", -5000, "open", "wrong_state") in book()
    assert alerts() == ["money_open"]


def paid_nowhere(shop: Shop, **ago: float) -> Payment:
    """A payment that succeeded with us some time ago, and of which Stripe knows nothing."""
    booking = shop.press_pay().booking
    booking.payments.all().delete()
    return make_payment(booking, at=clock.now() - timedelta(**ago))


@pytest.mark.breaks_money("a payment's row alone")
def test_payment_that_stripe_has_not_booked_is_told_only_after_an_hour(shop: Shop):
    paid_nowhere(shop, minutes=59)
    compare()
    assert alerts() == []


@pytest.mark.breaks_money("a payment's row alone")
def test_payment_that_stripe_never_booked_is_told_once(shop: Shop):
    payment = paid_nowhere(shop, minutes=61)
    for _run in range(2):
        compare()
    told = Alert.objects.get()
    assert (told.kind, told.about, told.times) == ("money_open", f"payment:{payment.pk}", 1)


@pytest.mark.breaks_money("a refund's row alone")
def test_refund_that_stripe_never_booked_is_told_once(shop: Shop):
    payment = shop.paid()
    ago = clock.now() - timedelta(minutes=61)
    refund = make_refund(payment, 100, stripe_id="re_nobody_knows", succeeded_at=ago)
    for _run in range(2):
        compare()
    told = Alert.objects.get()
    assert (told.kind, told.about, told.times) == ("money_open", f"refund:{refund.pk}", 1)


def test_payment_that_was_missing_is_told_no_longer_once_it_is_booked(shop: Shop):
    payment = shop.paid()
    raise_alert(AlertKind.MONEY_OPEN, about=f"payment:{payment.pk}", summary="Not booked")
    compare()
    assert alerts() == ["money_open"]
    shop.stripe.settle()
    compare()
    assert alerts() == []


@pytest.mark.breaks_money("a payment's row alone")
def test_missing_payment_that_somebody_looked_into_is_not_told_again(shop: Shop):
    paid_nowhere(shop, hours=2)
    compare()
    Alert.objects.update(closed_at=clock.now())
    compare()
    assert alerts() == []


def test_explained_movement_stays_explained(shop: Shop):
    shop.stripe.charge_by_hand(40000)
    shop.stripe.settle()
    compare()
    BalanceMovement.objects.update(
        standing="expected", why="explained", explained_at=clock.now(), explanation="Flowers"
    )
    compare()
    assert book() == [("charge", 40000, "expected", "explained")]


# --------------------------------------------------------------------------------------- trouble


def test_stripe_that_does_not_answer_stops_the_comparison(shop: Shop):
    shop.stripe.faults.add("error_before", path="/v1/balance_transactions", times=4)
    with pytest.raises(gateway.GatewayDownError):
        compare()


def test_one_bad_thing_does_not_keep_the_rest_from_being_compared(shop: Shop, monkeypatch):
    from payments.reconciliation import compare as comparing

    payment = shop.paid()
    shop.stripe.settle()
    Payment.objects.update(fee_cents=None)

    def break_(*_facts, **_more):
        raise ValueError("bad charge")

    monkeypatch.setattr(comparing, "heal_charge", break_)
    with pytest.raises(ValueError, match="bad charge"):
        compare()
    payment.refresh_from_db()
    assert (book(), payment.fee_cents) == ([("charge", PAID, "matched", "")], FEE)


def test_more_than_a_page_is_compared_page_by_page(shop: Shop):
    now = int(clock.now().timestamp())
    shop.stripe.seed([{"created": now - number, "amount": 5000} for number in range(101)])
    compare()
    asked = [call for call in shop.stripe.requests() if call["path"] == "/v1/balance_transactions"]
    assert (len(asked), BalanceMovement.objects.count()) == (2, 101)


@pytest.mark.race
@pytest.mark.postgresql
def test_two_comparisons_at_once_write_each_movement_once(shop: Shop):
    refunded(shop)
    start, broken = Barrier(2), []

    def run() -> None:
        try:
            start.wait()
            compare()
        except Exception as error:  # noqa: BLE001  shown below
            broken.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    assert book() == [("charge", PAID, "matched", ""), ("refund", -5000, "matched", "")]
