"""Refunds that do not simply succeed: they wait, or look good and fail later."""

import pytest
import stripe

from tests.sandbox.fixtures import ONE_HOUR, JudgedSandbox
from totetaxi.sandbox.stripe.errors import ImpossibleError

FAILS_LATER, WAITS = "4000000000005126", "4000000000007726"
FAILED_EVENTS = ["refund.failed", "refund.updated", "charge.refund.updated"]


@pytest.fixture
def refund(stripe_sandbox: JudgedSandbox, client: stripe.StripeClient, create_session):
    """Pay $335.00 with a card, and refund some of it."""

    def make(card: str = "4242424242424242", amount: int = 10000) -> stripe.Refund:
        paid = stripe_sandbox.pay(create_session().id, card)["session"]
        params = {"payment_intent": paid["payment_intent"], "amount": amount}
        return client.v1.refunds.create(params=params)

    return make


def told(stripe_sandbox: JudgedSandbox, after: int) -> list[str]:
    """The types of the events since so many."""
    return [event["type"] for event in stripe_sandbox.events()[after:]]


def refunded(client: stripe.StripeClient, refund: stripe.Refund) -> tuple[int, bool]:
    charge = client.v1.charges.retrieve(str(refund.charge))
    return charge.amount_refunded, charge.refunded


def moves(client: stripe.StripeClient, refund: stripe.Refund) -> list[tuple[str, int, int]]:
    """What the refund moved on the balance: type, net, fee, oldest first."""
    found = client.v1.balance_transactions.list(params={"source": refund.id}).data
    return [(one.type, one.net, one.fee) for one in reversed(found)]


def test_refund_of_failing_card_looks_good_then_fails(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient, refund
):
    made = refund(FAILS_LATER, 33500)
    assert (made.status, refunded(client, made)) == ("succeeded", (33500, True))
    stripe_sandbox.advance(ONE_HOUR - 60)
    before = len(stripe_sandbox.events())
    assert client.v1.refunds.retrieve(made.id).status == "succeeded"
    stripe_sandbox.advance(120)
    after = client.v1.refunds.retrieve(made.id, params={"expand": ["charge"]})
    assert (after.status, after.failure_reason) == ("failed", "expired_or_canceled_card")
    assert (after.charge.amount_refunded, after.charge.refunded) == (0, False)
    assert moves(client, made) == [("refund", -33500, 0), ("refund_failure", 33500, 0)]
    assert told(stripe_sandbox, before) == FAILED_EVENTS


def test_failed_refund_says_what_it_was_before(stripe_sandbox: JudgedSandbox, refund):
    stripe_sandbox.fail_refund(refund().id, "lost_or_stolen_card")
    event = stripe_sandbox.events("charge.refund.updated")[-1]
    assert event["data"]["previous_attributes"] == {
        "status": "succeeded",
        "failure_reason": None,
        "failure_balance_transaction": None,
    }
    assert event["data"]["object"]["failure_reason"] == "lost_or_stolen_card"


def test_waiting_refund_succeeds_later(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient, refund
):
    made = refund(WAITS)
    assert (made.status, made.pending_reason) == ("pending", "processing")
    assert told(stripe_sandbox, -2) == ["refund.created", "charge.refunded"]
    assert refunded(client, made) == (10000, False)
    stripe_sandbox.advance(ONE_HOUR)
    after = client.v1.refunds.retrieve(made.id)
    assert (after.status, "pending_reason" in after.to_dict()) == ("succeeded", False)
    assert told(stripe_sandbox, -2) == ["refund.updated", "charge.refund.updated"]
    previous = stripe_sandbox.events()[-1]["data"]["previous_attributes"]
    assert previous["status"] == "pending"
    assert moves(client, made) == [("refund", -10000, 0)]


def test_waiting_refund_can_fail(stripe_sandbox: JudgedSandbox, client, refund):
    made = refund(WAITS)
    stripe_sandbox.fail_refund(made.id)
    assert moves(client, made) == [("refund", -10000, 0), ("refund_failure", 10000, 0)]
    stripe_sandbox.advance(ONE_HOUR)
    assert client.v1.refunds.retrieve(made.id).status == "failed"


def test_waiting_refund_succeeds_when_told(stripe_sandbox: JudgedSandbox, client, refund):
    made = refund(WAITS)
    stripe_sandbox.succeed_refund(made.id)
    events = len(stripe_sandbox.events())
    stripe_sandbox.advance(ONE_HOUR)
    assert client.v1.refunds.retrieve(made.id).status == "succeeded"
    assert "refund.updated" not in told(stripe_sandbox, events)


def test_next_refunds_go_as_ordered(stripe_sandbox: JudgedSandbox, client, refund):
    stripe_sandbox.next_refunds("pending", times=2, seconds=60)
    stripe_sandbox.next_refunds("fail_later", seconds=120)
    made = [refund() for _ in range(4)]
    assert [one.status for one in made] == ["pending", "pending", "succeeded", "succeeded"]
    stripe_sandbox.advance(60)
    stripe_sandbox.advance(60)
    after = [client.v1.refunds.retrieve(one.id).status for one in made]
    assert after == ["succeeded", "succeeded", "failed", "succeeded"]


def test_refused_refund_uses_no_order(stripe_sandbox: JudgedSandbox, client, refund):
    stripe_sandbox.next_refunds("pending")
    with pytest.raises(stripe.InvalidRequestError):
        refund(amount=99999)
    assert refund().status == "pending"


def test_money_of_failed_refund_can_be_refunded_again(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient, refund
):
    made = refund(amount=33500)
    stripe_sandbox.fail_refund(made.id)
    again = client.v1.refunds.create(params={"charge": str(made.charge)})
    assert (again.status, again.amount) == ("succeeded", 33500)
    assert refunded(client, again) == (33500, True)


def test_refund_that_ended_does_not_end_again(stripe_sandbox: JudgedSandbox, refund):
    succeeded, failed = refund(), refund()
    stripe_sandbox.fail_refund(failed.id)
    with pytest.raises(ImpossibleError):
        stripe_sandbox.succeed_refund(succeeded.id)
    with pytest.raises(ImpossibleError):
        stripe_sandbox.fail_refund(failed.id)


def test_nonsense_is_refused(stripe_sandbox: JudgedSandbox, refund):
    with pytest.raises(ValueError, match="pending, fail_later"):
        stripe_sandbox.next_refunds("vanish")
    with pytest.raises(ValueError, match="expired_or_canceled_card"):
        stripe_sandbox.fail_refund(refund().id, "bored")
    with pytest.raises(LookupError):
        stripe_sandbox.fail_refund("re_0")


def test_reset_forgets_what_was_ordered(stripe_sandbox: JudgedSandbox, refund):
    stripe_sandbox.next_refunds("pending", times=5)
    stripe_sandbox.reset()
    assert refund().status == "succeeded"
