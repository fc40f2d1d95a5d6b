"""What is open is judged by each run, however old it is."""

import pytest

from payments.models import BalanceMovement, Dispute, Payment
from payments.reconciliation import night
from payments.services import mismatch
from tests.factories import make_payment
from tests.payments.reconciliation.books import book, compare
from tests.payments.reconciliation.test_compare import PAID, charge_of, mismatched
from tests.payments.shop import Shop, alerts
from totetaxi.lib import clock
from totetaxi.lib.actor import SYSTEM
from totetaxi.lib.invariants import Area, all_invariants


def broken() -> list[str]:
    """What a check of records says."""
    checks = all_invariants(Area.RECORDS, Area.IN_TIME)
    return [text for one in checks for text in one.find(clock.now())]


def test_mismatch_that_is_returned_after_eleven_days_is_matched(shop: Shop):
    payment = mismatched(shop)
    compare()
    with shop.later(days=11):
        mismatch.return_mismatch(payment.pk, by=SYSTEM, now=clock.now())
        shop.work()
        shop.deliver()
        shop.work()
        night.reconcile_night(clock.now())
    assert book() == [("charge", PAID - 100, "matched", ""), ("refund", 100 - PAID, "matched", "")]
    assert alerts() == []


def test_withdrawal_that_nobody_saw_is_matched_once_the_dispute_is_won(shop: Shop):
    payment = shop.paid()
    shop.stripe.settle()
    compare()
    shop.stripe.webhooks(drop=True)
    dispute = shop.stripe.dispute(charge_of(shop.stripe, payment))
    with shop.later(days=12):
        shop.stripe.win_dispute(dispute["id"])
        night.reconcile_recent(clock.now())
        assert book() == [
            ("adjustment", -PAID, "matched", ""),
            ("adjustment", PAID, "matched", ""),
            ("charge", PAID, "matched", ""),
        ]
        assert (Dispute.objects.get().withdrawn_cents, broken()) == (0, [])
    assert "money_open" not in alerts()


def test_old_copy_that_nobody_judged_is_judged(shop: Shop):
    shop.paid()
    shop.stripe.settle()
    compare()
    BalanceMovement.objects.update(standing="open", why="unread", payment=None)
    with shop.later(days=40):
        night.reconcile_recent(clock.now())
    assert book() == [("charge", PAID, "matched", "")]


@pytest.mark.breaks_money("another sum than Stripe's")
def test_old_difference_is_asked_about_once_a_run(shop: Shop):
    payment = shop.paid()
    shop.stripe.settle()
    compare()
    Payment.objects.update(captured_cents=PAID - 1, amount_cents=PAID - 1)
    compare()
    make_payment(payment.booking, purpose="change", cents=1)
    with shop.later(days=40):
        before = len(shop.stripe.requests())
        night.reconcile_recent(clock.now())
        asked = [call["path"] for call in shop.stripe.requests()[before:]]
    assert asked.count(f"/v1/charges/{payment.charge_id}") == 1
    assert book() == [("charge", PAID, "open", "wrong_sum")]
