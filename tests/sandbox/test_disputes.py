"""Disputes: a card holder's bank takes a payment back, or asks about it."""

import pytest
import stripe

from tests.sandbox.conftest import CreateSession
from tests.sandbox.fixtures import JudgedSandbox
from totetaxi.sandbox.stripe.errors import ImpossibleError

DAY = 24 * 3600
DISPUTED, ASKED = "4000000000000259", "4000000000001976"
OPENED_EVENTS = ["charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.updated"]


@pytest.fixture
def charge_id(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient, paid: stripe.checkout.Session
) -> str:
    """The charge of a session of $335.00, with its fee."""
    stripe_sandbox.settle()
    session = client.v1.checkout.sessions.retrieve(paid.id, params={"expand": ["payment_intent"]})
    return str(session.payment_intent.latest_charge)


def told(stripe_sandbox: JudgedSandbox, after: int) -> list[str]:
    return [event["type"] for event in stripe_sandbox.events()[after:]]


def moves(dispute: stripe.Dispute) -> list[tuple[str, int, int, int]]:
    """What it moved on the balance: category, amount, fee, net, oldest first."""
    assert {one.type for one in dispute.balance_transactions} <= {"adjustment"}
    return [
        (one.reporting_category, one.amount, one.fee, one.net)
        for one in dispute.balance_transactions
    ]


TAKEN = ("dispute", -33500, 1500, -35000)


def test_dispute_takes_the_money_and_a_fee(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient, charge_id
):
    before = len(stripe_sandbox.events())
    made = stripe_sandbox.dispute(charge_id, reason="product_not_received", due_days=7)
    dispute = client.v1.disputes.retrieve(made["id"], params={"expand": ["charge"]})
    assert (dispute.status, dispute.reason) == ("needs_response", "product_not_received")
    assert (dispute.amount, dispute.is_charge_refundable) == (33500, False)
    assert dispute.evidence_details.due_by == dispute.created + 7 * DAY
    assert dispute.payment_method_details.card.case_type == "chargeback"
    assert (dispute.charge.id, dispute.charge.disputed) == (charge_id, True)
    assert moves(dispute) == [TAKEN]
    listed = client.v1.balance_transactions.list(params={"source": dispute.id}).data
    assert [one.id for one in listed] == [dispute.balance_transactions[0].id]
    assert listed[0].description == f"Chargeback withdrawal for {charge_id}"
    assert told(stripe_sandbox, before) == OPENED_EVENTS


def test_part_of_a_charge_can_be_disputed(stripe_sandbox: JudgedSandbox, client, charge_id):
    made = stripe_sandbox.dispute(charge_id, amount=2000)
    dispute = client.v1.disputes.retrieve(made["id"])
    assert moves(dispute) == [("dispute", -2000, 1500, -3500)]


def test_disputed_charge_takes_no_refund(stripe_sandbox: JudgedSandbox, client, charge_id):
    stripe_sandbox.dispute(charge_id, amount=2000)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create(params={"charge": charge_id, "amount": 100})
    assert refused.value.code == "charge_disputed"
    assert refused.value.user_message == (
        f"Charge {charge_id} has been charged back; cannot issue a refund."
    )


def test_won_dispute_brings_back_all_but_the_fee(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient, charge_id
):
    made = stripe_sandbox.dispute(charge_id)
    answered = stripe_sandbox.send_evidence(made["id"])
    assert (answered["status"], told(stripe_sandbox, -1)) == (
        "under_review",
        ["charge.dispute.updated"],
    )
    stripe_sandbox.advance(30 * DAY)
    stripe_sandbox.win_dispute(made["id"])
    dispute = client.v1.disputes.retrieve(made["id"])
    assert (dispute.status, dispute.evidence_details.submission_count) == ("won", 1)
    assert moves(dispute) == [TAKEN, ("dispute_reversal", 33500, 0, 33500)]
    assert dispute.balance_transactions[1].created - dispute.created >= 30 * DAY
    assert told(stripe_sandbox, -2) == [
        "charge.dispute.closed",
        "charge.dispute.funds_reinstated",
    ]
    assert client.v1.refunds.create(params={"charge": charge_id}).status == "succeeded"


def test_lost_dispute_moves_nothing_more(stripe_sandbox: JudgedSandbox, client, charge_id):
    made = stripe_sandbox.dispute(charge_id)
    stripe_sandbox.lose_dispute(made["id"])
    dispute = client.v1.disputes.retrieve(made["id"])
    assert (dispute.status, moves(dispute)) == ("lost", [TAKEN])
    assert dispute.evidence_details.past_due is False
    assert told(stripe_sandbox, -1) == ["charge.dispute.closed"]
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create(params={"charge": charge_id})


def test_dispute_without_evidence_is_lost_when_its_time_is_over(
    stripe_sandbox: JudgedSandbox, client, charge_id
):
    made = stripe_sandbox.dispute(charge_id, due_days=7)
    stripe_sandbox.advance(7 * DAY - 60)
    assert client.v1.disputes.retrieve(made["id"]).status == "needs_response"
    stripe_sandbox.advance(120)
    dispute = client.v1.disputes.retrieve(made["id"])
    assert (dispute.status, dispute.evidence_details.past_due) == ("lost", True)


def test_answered_dispute_waits_for_the_bank(stripe_sandbox: JudgedSandbox, client, charge_id):
    made = stripe_sandbox.dispute(charge_id, due_days=7)
    stripe_sandbox.send_evidence(made["id"])
    stripe_sandbox.advance(60 * DAY)
    assert client.v1.disputes.retrieve(made["id"]).status == "under_review"


def test_inquiry_takes_nothing_and_is_closed(stripe_sandbox: JudgedSandbox, client, charge_id):
    made = stripe_sandbox.dispute(charge_id, inquiry=True)
    assert (made["status"], made["is_charge_refundable"]) == ("warning_needs_response", True)
    assert told(stripe_sandbox, -2) == ["charge.dispute.created", "charge.updated"]
    assert client.v1.refunds.create(params={"charge": charge_id, "amount": 100}).amount == 100
    assert stripe_sandbox.send_evidence(made["id"])["status"] == "warning_under_review"
    with pytest.raises(ImpossibleError):
        stripe_sandbox.lose_dispute(made["id"])
    stripe_sandbox.win_dispute(made["id"])
    dispute = client.v1.disputes.retrieve(made["id"])
    assert (dispute.status, moves(dispute)) == ("warning_closed", [])


@pytest.mark.parametrize(
    ("card", "status"), [(DISPUTED, "needs_response"), (ASKED, "warning_needs_response")]
)
def test_test_card_pays_and_is_disputed_once(
    stripe_sandbox: JudgedSandbox,
    client: stripe.StripeClient,
    create_session: CreateSession,
    card,
    status,
):
    session = stripe_sandbox.pay(create_session().id, card)["session"]
    assert session["payment_status"] == "paid"
    assert client.v1.disputes.list().data == []
    stripe_sandbox.settle()
    found = client.v1.disputes.list(params={"payment_intent": session["payment_intent"]}).data
    assert [(one.status, one.reason) for one in found] == [(status, "fraudulent")]
    stripe_sandbox.advance(3600)
    assert len(client.v1.disputes.list().data) == 1


def test_dispute_of_an_unsettled_charge_brings_its_fee_first(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient, paid
):
    (charge,) = stripe_sandbox.objects("charge")
    made = stripe_sandbox.dispute(charge["id"])
    listed = client.v1.balance_transactions.list().data
    assert {(one.source, one.fee) for one in listed} == {(charge["id"], 1002), (made["id"], 1500)}
    assert stripe_sandbox.settle() == 0


def test_charge_is_disputed_once_at_a_time(stripe_sandbox: JudgedSandbox, charge_id):
    made = stripe_sandbox.dispute(charge_id)
    with pytest.raises(ImpossibleError):
        stripe_sandbox.dispute(charge_id)
    stripe_sandbox.win_dispute(made["id"])
    for end in (
        stripe_sandbox.win_dispute,
        stripe_sandbox.lose_dispute,
        stripe_sandbox.send_evidence,
    ):
        with pytest.raises(ImpossibleError):
            end(made["id"])
    assert stripe_sandbox.dispute(charge_id)["status"] == "needs_response"


@pytest.mark.parametrize("details", [{"amount": 33501}, {"amount": 0}, {"reason": "bored"}])
def test_nonsense_is_refused(stripe_sandbox: JudgedSandbox, charge_id, details):
    with pytest.raises(ValueError, match="No dispute of"):
        stripe_sandbox.dispute(charge_id, **details)


def test_declined_charge_is_not_disputed(stripe_sandbox: JudgedSandbox, create_session):
    stripe_sandbox.pay(create_session().id, "4000000000000002")
    (charge,) = stripe_sandbox.objects("charge")
    with pytest.raises(ImpossibleError):
        stripe_sandbox.dispute(charge["id"])


def test_disputes_are_listed_page_by_page(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient
):
    seeded = stripe_sandbox.seed([{"created": 1_790_000_000 + n, "amount": 5000} for n in range(3)])
    made = [stripe_sandbox.dispute(one["charge"])["id"] for one in seeded]
    page = client.v1.disputes.list(params={"limit": 2, "expand": ["data.charge"]})
    assert ([one.id for one in page.data], page.has_more) == (made[:0:-1], True)
    assert page.data[0].charge.disputed is True
    assert [one.id for one in page.auto_paging_iter()] == made[::-1]
    assert client.v1.disputes.list(params={"created": {"lt": 1_790_000_100}}).data == []
    of_one = client.v1.disputes.list(params={"charge": seeded[1]["charge"]}).data
    assert [one.id for one in of_one] == [made[1]]
