"""Refunds: whole, in parts, and no more than was paid."""

import pytest
import stripe

from tests.sandbox.fixtures import JudgedSandbox


@pytest.fixture
def intent_id(client: stripe.StripeClient, paid: stripe.checkout.Session) -> str:
    return str(client.v1.checkout.sessions.retrieve(paid.id).payment_intent)


def test_full_refund_succeeds_at_once(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient, intent_id
):
    stripe_sandbox.settle()
    refund = client.v1.refunds.create(
        params={
            "payment_intent": intent_id,
            "reason": "requested_by_customer",
            "metadata": {"refund": "7"},
            "expand": ["charge", "balance_transaction"],
        }
    )
    assert (refund.status, refund.amount) == ("succeeded", 33500)
    assert (refund.charge.amount_refunded, refund.charge.refunded) == (33500, True)
    assert refund.charge.status == "succeeded"
    transaction = refund.balance_transaction
    assert (transaction.type, transaction.amount, transaction.fee) == ("refund", -33500, 0)
    assert [event["type"] for event in stripe_sandbox.events()[-4:]] == [
        "refund.created",
        "charge.refunded",
        "refund.updated",
        "charge.refund.updated",
    ]
    after = client.v1.refunds.retrieve(refund.id)
    assert after.destination_details.card.reference_status == "available"


def test_partial_refunds_add_up(client: stripe.StripeClient, intent_id):
    client.v1.refunds.create(params={"payment_intent": intent_id, "amount": 10000})
    charge = client.v1.charges.list(params={"payment_intent": intent_id}).data[0]
    assert (charge.amount_refunded, charge.refunded) == (10000, False)
    rest = client.v1.refunds.create(params={"charge": charge.id})
    assert rest.amount == 23500
    assert client.v1.charges.retrieve(charge.id).refunded is True
    refunds = client.v1.refunds.list(params={"payment_intent": intent_id}).data
    assert [refund.amount for refund in refunds] == [23500, 10000]


def test_refund_above_the_rest_is_refused(client: stripe.StripeClient, intent_id):
    client.v1.refunds.create(params={"payment_intent": intent_id, "amount": 33000})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create(params={"payment_intent": intent_id, "amount": 2000})
    error = refused.value
    assert (error.http_status, error.code, error.param) == (400, None, "amount")
    assert error.user_message == (
        "Refund amount ($20.00) is greater than unrefunded amount on charge ($5.00)"
    )


def test_refund_of_refunded_charge_is_refused(client: stripe.StripeClient, intent_id):
    refund = client.v1.refunds.create(params={"payment_intent": intent_id})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create(params={"payment_intent": intent_id})
    assert refused.value.code == "charge_already_refunded"
    assert refused.value.user_message == f"Charge {refund.charge} has already been refunded."


def test_refund_needs_exactly_one_target(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient
):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create(params={})
    assert refused.value.http_status == 400


def test_refund_of_declined_payment_is_refused(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient, create_session
):
    session = create_session()
    failed = stripe_sandbox.pay(session.id, "4000000000000002")["session"]
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create(params={"payment_intent": failed["payment_intent"]})
    assert refused.value.param == "payment_intent"
