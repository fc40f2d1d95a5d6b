"""A person says what a movement is: it stays in the books, and what is ours in the sums."""

import pytest

from booking.models import Booking
from payments.models import BalanceMovement, MoneyAct, Payment, PaymentAudit
from payments.reconciliation.explain import (
    AlreadyExplainedError,
    ExplainRefusedError,
    explain_movement,
)
from payments.reconciliation.report import Sums
from payments.services import mismatch
from tests.payments.reconciliation.books import book, compare, todays_report
from tests.payments.reconciliation.test_compare import FEE, PAID, mismatched
from tests.payments.shop import Shop, alerts
from totetaxi.lib import clock
from totetaxi.lib.actor import SYSTEM


def explain(why: str) -> BalanceMovement:
    movement = BalanceMovement.objects.get()
    return explain_movement(
        movement.pk, why=why, explanation="The bank's mistake", by=SYSTEM, now=clock.now()
    )


def settled(shop: Shop, **changes: int) -> None:
    """A payment that Stripe has booked, and that our row tells of otherwise."""
    shop.paid()
    shop.stripe.settle()
    compare()
    Payment.objects.update(**changes)
    compare()


def test_payment_that_does_not_match_is_decided_and_never_explained(shop: Shop):
    payment = mismatched(shop)
    compare()
    with pytest.raises(ExplainRefusedError):
        explain("not_settled")
    Booking.objects.update(total_cents=PAID - 100)
    mismatch.accept_mismatch(payment.pk, by=SYSTEM, now=clock.now())
    compare()
    total = todays_report().total
    assert (total.stripe.gross_cents, total.ours.gross_cents) == (PAID - 100, PAID - 100)
    assert (total.apart, book()) == (0, [("charge", PAID - 100, "matched", "")])


def test_explanation_is_of_the_reason_that_was_shown(shop: Shop):
    settled(shop, fee_cents=1)
    with pytest.raises(ExplainRefusedError):
        explain("unread")
    assert (alerts(), PaymentAudit.objects.filter(act=MoneyAct.EXPLAINED).count()) == (
        ["money_open"],
        0,
    )
    explain("wrong_fee")
    with pytest.raises(AlreadyExplainedError):
        explain("wrong_fee")


@pytest.mark.breaks_money("another sum than Stripe's")
@pytest.mark.parametrize(
    ("why", "changes"),
    [("wrong_fee", {"fee_cents": 1}), ("wrong_sum", {"captured_cents": 1, "amount_cents": 1})],
)
def test_explained_payment_stays_in_the_sums_of_the_day(
    shop: Shop, why: str, changes: dict[str, int]
):
    settled(shop, **changes)
    explain(why)
    compare()
    report = todays_report()
    sums = Sums(gross_cents=PAID, fee_cents=FEE, payments=1)
    assert (report.total.stripe, report.total.difference_cents) == (sums, 0)
    assert (report.total.apart, list(report.apart()), list(report.differences())) == (0, [], [])
    assert [one.explanation for one in report.explained()] == ["The bank's mistake"]
    assert (book(), alerts()) == ([("charge", PAID, "expected", "explained")], [])


def test_explained_payment_that_agrees_later_is_matched(shop: Shop):
    settled(shop, fee_cents=1)
    explain("wrong_fee")
    with shop.later(days=30):
        Payment.objects.update(fee_cents=FEE)
        compare()
    movement = BalanceMovement.objects.get()
    assert (movement.standing, movement.why, movement.explained_at) == ("matched", "", None)
    assert PaymentAudit.objects.filter(act=MoneyAct.EXPLAINED).count() == 1
