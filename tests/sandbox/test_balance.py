"""The balance: fees, when funds come, payouts, and what is done by hand in the dashboard."""

import pytest
import requests
import stripe

from tests.sandbox.fixtures import JudgedSandbox
from totetaxi.sandbox.stripe.errors import ImpossibleError

DAY = 24 * 3600


def balance(client: stripe.StripeClient, **params: object) -> list[tuple[str, int]]:
    """Type and net of the movements that match, oldest first."""
    found = client.v1.balance_transactions.list(params=params).data
    return [(one.type, one.net) for one in reversed(found)]


@pytest.mark.parametrize(
    ("amount", "fee"), [(12500, 393), (10000, 320), (50, 31), (99500, 2916), (33500, 1002)]
)
def test_fee_is_29_per_mille_and_30_cents_rounded_half_up(
    stripe_sandbox: JudgedSandbox, client, amount, fee
):
    charge = stripe_sandbox.charge_by_hand(amount)
    stripe_sandbox.settle()
    (moved,) = client.v1.balance_transactions.list(params={"source": charge["id"]}).data
    assert (moved.amount, moved.fee, moved.net) == (amount, fee, amount - fee)
    assert [(one.type, one.amount) for one in moved.fee_details] == [("stripe_fee", fee)]


def test_charge_taken_by_hand_has_an_intent_and_no_session(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient
):
    made = stripe_sandbox.charge_by_hand(45000, "Invoice 2041")
    charge = client.v1.charges.retrieve(made["id"], params={"expand": ["payment_intent"]})
    assert (charge.amount, charge.description, charge.paid) == (45000, "Invoice 2041", True)
    assert (charge.metadata.to_dict(), charge.payment_intent.status) == ({}, "succeeded")
    assert client.v1.checkout.sessions.list().data == []
    assert [event["type"] for event in stripe_sandbox.events()] == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
    ]
    with pytest.raises(ValueError, match="less than 50"):
        stripe_sandbox.charge_by_hand(49)


def test_refund_made_by_hand_carries_no_metadata(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient
):
    charge = stripe_sandbox.charge_by_hand(45000)
    first = stripe_sandbox.refund_by_hand(charge["id"], 5000)
    rest = stripe_sandbox.refund_by_hand(charge["id"])
    found = client.v1.refunds.list(params={"charge": charge["id"]}).data
    assert [(one.id, one.amount, one.metadata.to_dict()) for one in found] == [
        (rest["id"], 40000, {}),
        (first["id"], 5000, {}),
    ]
    with pytest.raises(ImpossibleError, match="already been refunded"):
        stripe_sandbox.refund_by_hand(charge["id"])


def test_funds_come_after_two_days_and_fees_after_the_pause(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient
):
    stripe_sandbox.charge_by_hand(10000)
    assert balance(client) == []
    stripe_sandbox.advance(3600)
    (moved,) = client.v1.balance_transactions.list().data
    assert (moved.status, moved.available_on - moved.created) == ("pending", 2 * DAY)
    stripe_sandbox.advance(2 * DAY)
    assert client.v1.balance_transactions.retrieve(moved.id).status == "available"


def test_payout_takes_all_that_is_available(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient
):
    old = stripe_sandbox.charge_by_hand(10000)
    stripe_sandbox.advance(3 * DAY)
    stripe_sandbox.refund_by_hand(old["id"], 1000)
    stripe_sandbox.charge_by_hand(20000)
    stripe_sandbox.settle()
    payout = stripe_sandbox.pay_out()
    assert (payout["amount"], payout["status"]) == (8680, "in_transit")
    assert balance(client) == [
        ("charge", 9680),
        ("refund", -1000),
        ("charge", 19390),
        ("payout", -8680),
    ]
    expanded = client.v1.balance_transactions.list(
        params={"type": "payout", "expand": ["data.source"]}
    ).data
    assert [one.source.id for one in expanded] == [payout["id"]]
    with pytest.raises(ImpossibleError, match="0 cents"):
        stripe_sandbox.pay_out()
    stripe_sandbox.advance(3 * DAY)
    assert [event["type"] for event in stripe_sandbox.events("payout.created", "payout.paid")] == [
        "payout.created",
        "payout.paid",
    ]
    assert stripe_sandbox.objects("payout")[0]["status"] == "paid"
    assert stripe_sandbox.pay_out()["amount"] == 19390


def test_negative_balance_is_not_paid_out(stripe_sandbox: JudgedSandbox):
    charge = stripe_sandbox.charge_by_hand(10000)
    stripe_sandbox.dispute(charge["id"])
    with pytest.raises(ImpossibleError, match="-11500 cents"):
        stripe_sandbox.pay_out()


def test_movements_are_listed_both_ways_within_bounds(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient
):
    start = 1_790_000_000
    made = stripe_sandbox.seed([{"created": start + n, "amount": 5000 + n} for n in range(5)])
    ids = [one["balance_transaction"] for one in made]
    within = {"created": {"gt": start, "lte": start + 3}, "limit": 2}
    page = client.v1.balance_transactions.list(params=within)
    assert ([one.id for one in page.data], page.has_more) == ([ids[3], ids[2]], True)
    on = client.v1.balance_transactions.list(params=within | {"starting_after": ids[2]})
    assert ([one.id for one in on.data], on.has_more) == ([ids[1]], False)
    back = client.v1.balance_transactions.list(params=within | {"ending_before": ids[1]})
    assert ([one.id for one in back.data], back.has_more) == ([ids[3], ids[2]], False)
    sources = client.v1.balance_transactions.list(params={"limit": 2, "expand": ["data.source"]})
    assert [one.source.amount for one in sources.data] == [5004, 5003]


@pytest.fixture
def order(stripe_sandbox: JudgedSandbox):
    """Give a command over HTTP and return status and answer."""
    with requests.Session() as session:

        def give(path: str, body: object = None):
            answer = session.post(f"{stripe_sandbox.base_url}/_sandbox{path}", json=body)
            return answer.status_code, answer.json()

        yield give


def test_money_is_commanded_over_http(stripe_sandbox: JudgedSandbox, order):
    charge = order("/charges", {"amount": 30000, "description": "Invoice 7"})[1]
    assert charge["description"] == "Invoice 7"
    assert order("/refunds", {"outcome": "pending", "times": 3}) == (200, {})
    refunds = [order(f"/charges/{charge['id']}/refund", {"amount": 100})[1] for _ in range(2)]
    assert [one["status"] for one in refunds] == ["pending", "pending"]
    assert order(f"/refunds/{refunds[0]['id']}/succeed")[1]["status"] == "succeeded"
    failed = order(f"/refunds/{refunds[1]['id']}/fail", {"reason": "declined"})[1]
    assert (failed["status"], failed["failure_reason"]) == ("failed", "declined")
    disputes = []
    for end in ("win", "lose"):
        body = {"amount": 5000, "reason": "duplicate", "due_days": 3}
        made = order(f"/charges/{charge['id']}/dispute", body)[1]
        answered = order(f"/disputes/{made['id']}/evidence")[1]
        disputes += [answered["status"], order(f"/disputes/{made['id']}/{end}")[1]["status"]]
    assert disputes == ["under_review", "won", "under_review", "lost"]
    order("/clock", {"advance": 3 * DAY})
    net = 30000 - 900 - 100 - (5000 + 1500 - 5000) - (5000 + 1500)
    assert order("/payouts")[1]["amount"] == net


def test_commands_that_make_no_sense_are_refused_over_http(stripe_sandbox: JudgedSandbox, order):
    assert order("/payouts")[0] == 409
    assert order("/refunds", {"outcome": "vanish"})[0] == 400
    assert order("/refunds/re_0/fail")[0] == 400
    assert order("/disputes/du_0/win")[0] == 400
    assert order("/charges/ch_0/refund")[0] == 400
