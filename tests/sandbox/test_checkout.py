"""Sessions from creation to their end, seen through Stripe's own library."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe

from tests.sandbox.conftest import CreateSession
from tests.sandbox.fixtures import JudgedSandbox
from totetaxi.sandbox.stripe.cards import CARDS
from totetaxi.sandbox.stripe.checkout.confirm import NotOpenError

PAID_EVENTS = [
    "payment_intent.created",
    "charge.succeeded",
    "payment_intent.succeeded",
    "checkout.session.completed",
]
DECLINES = {
    "4000000000000002": ("card_declined", "generic_decline"),
    "4000000000009995": ("card_declined", "insufficient_funds"),
    "4000000000009987": ("card_declined", "lost_card"),
    "4000000000009979": ("card_declined", "stolen_card"),
    "4000000000000069": ("expired_card", "expired_card"),
    "4000000000000127": ("incorrect_cvc", "incorrect_cvc"),
    "4000000000000119": ("processing_error", "processing_error"),
    "4111111111111111": ("card_declined", "test_mode_live_card"),
}


def types_of(sandbox: JudgedSandbox) -> list[str]:
    return [event["type"] for event in sandbox.events()]


def test_session_begins_open_without_payment_intent(
    stripe_sandbox: JudgedSandbox, create_session: CreateSession
):
    session = create_session()
    assert (session.status, session.payment_status) == ("open", "unpaid")
    assert (session.payment_intent, session.customer_details) == (None, None)
    assert session.amount_total == 33500
    assert session.expires_at - session.created == 24 * 3600
    assert session.url == f"{stripe_sandbox.base_url}/c/pay/{session.id}"
    assert session.allowed_payment_method_types is None
    assert stripe_sandbox.events() == []


def test_session_keeps_line_items_in_order(
    client: stripe.StripeClient, create_session: CreateSession
):
    session = create_session()
    items = client.v1.checkout.sessions.line_items.list(session.id).data
    assert [(item.description, item.quantity, item.amount_total) for item in items] == [
        ("Petite move", 1, 29500),
        ("Stairs", 2, 4000),
    ]


@pytest.mark.parametrize("card", [card for card in CARDS if not card.decline])
def test_card_that_succeeds_completes_session(
    stripe_sandbox: JudgedSandbox,
    client: stripe.StripeClient,
    create_session: CreateSession,
    card,
):
    session = create_session()
    outcome = stripe_sandbox.pay(session.id, card.number)
    assert outcome["redirect_url"] == f"https://totetaxi.test/done/?session_id={session.id}"
    after = client.v1.checkout.sessions.retrieve(
        session.id, params={"expand": ["payment_intent.latest_charge", "line_items"]}
    )
    assert (after.status, after.payment_status, after.url) == ("complete", "paid", None)
    assert after.customer_details["email"] == "guest@example.com"
    intent = after.payment_intent
    assert (intent.status, intent.amount_received) == ("succeeded", 33500)
    assert intent.metadata.to_dict() == {"booking": "TT-000415"}
    charge = intent.latest_charge
    assert (charge.paid, charge.captured, charge.balance_transaction) == (True, True, None)
    assert charge.payment_method_details["card"]["last4"] == card.last4
    expected = PAID_EVENTS[:1] + ["payment_intent.requires_action"] * card.authenticate
    assert types_of(stripe_sandbox) == expected + PAID_EVENTS[1:]


@pytest.mark.parametrize(("number", "codes"), DECLINES.items())
def test_declined_card_leaves_session_open_then_another_pays_same_intent(
    stripe_sandbox: JudgedSandbox,
    client: stripe.StripeClient,
    create_session: CreateSession,
    number,
    codes,
):
    session = create_session()
    assert stripe_sandbox.pay(session.id, number)["outcome"] == "failed"
    declined = client.v1.checkout.sessions.retrieve(
        session.id, params={"expand": ["payment_intent"]}
    )
    error = declined.payment_intent.last_payment_error
    assert (declined.status, declined.url) == ("open", session.url)
    assert declined.payment_intent.status == "requires_payment_method"
    assert (error.code, error.decline_code) == codes
    assert types_of(stripe_sandbox) == [
        "payment_intent.created",
        "charge.failed",
        "payment_intent.payment_failed",
    ]
    assert stripe_sandbox.pay(session.id)["session"]["payment_intent"] == declined.payment_intent.id
    charges = client.v1.charges.list(params={"payment_intent": declined.payment_intent.id})
    assert [charge.status for charge in charges] == ["succeeded", "failed"]


def test_failed_challenge_leaves_session_open_without_charge(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient, create_session: CreateSession
):
    session = create_session()
    outcome = stripe_sandbox.pay(session.id, "4000002760003184", challenge="fail")
    assert outcome["outcome"] == "failed"
    intent = client.v1.payment_intents.retrieve(outcome["session"]["payment_intent"])
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error.code == "payment_intent_authentication_failure"
    assert client.v1.charges.list().data == []
    assert types_of(stripe_sandbox) == [
        "payment_intent.created",
        "payment_intent.requires_action",
        "payment_intent.payment_failed",
    ]


def test_fee_comes_later_with_charge_updated(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient, paid: stripe.checkout.Session
):
    assert client.v1.balance_transactions.list().data == []
    assert stripe_sandbox.settle() == 1
    assert stripe_sandbox.settle() == 0
    charge = client.v1.charges.list(params={"expand": ["data.balance_transaction"]}).data[0]
    transaction = charge.balance_transaction
    assert (transaction.amount, transaction.fee, transaction.net) == (33500, 1002, 32498)
    assert (transaction.type, transaction.status) == ("charge", "pending")
    updated = stripe_sandbox.events("charge.updated")[0]
    assert updated["data"]["previous_attributes"] == {"balance_transaction": None}
    stripe_sandbox.advance(3 * 24 * 3600)
    assert client.v1.balance_transactions.retrieve(transaction.id).status == "available"


def test_fee_of_125_dollars_is_rounded_half_up(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient
):
    stripe_sandbox.seed([{"created": 1_790_000_000, "amount": 12500}])
    transaction = client.v1.balance_transactions.list().data[0]
    assert (transaction.fee, transaction.net) == (393, 12107)


def test_two_tabs_at_once_pay_once(stripe_sandbox: JudgedSandbox, create_session: CreateSession):
    session = create_session()

    def press(_: int) -> bool:
        try:
            return stripe_sandbox.pay(session.id)["outcome"] == "paid"
        except NotOpenError:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(press, range(8))) == 1
    assert types_of(stripe_sandbox) == PAID_EVENTS


def test_session_expires_at_its_time(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient, create_session: CreateSession
):
    first = create_session()
    session = create_session(expires_at=first.created + 35 * 60)
    stripe_sandbox.pay(session.id, "4000000000000002")
    stripe_sandbox.advance(36 * 60)
    after = client.v1.checkout.sessions.retrieve(session.id, params={"expand": ["payment_intent"]})
    assert (after.status, after.payment_status, after.url) == ("expired", "unpaid", None)
    assert after.payment_intent.status == "canceled"
    assert client.v1.checkout.sessions.retrieve(first.id).status == "open"
    assert types_of(stripe_sandbox)[-2:] == ["payment_intent.canceled", "checkout.session.expired"]
    with pytest.raises(NotOpenError):
        stripe_sandbox.pay(session.id)


def test_open_session_can_be_expired_once(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient, create_session: CreateSession
):
    session = create_session()
    assert client.v1.checkout.sessions.expire(session.id).status == "expired"
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.expire(session.id)
    assert refused.value.http_status == 400
    assert refused.value.user_message == (
        'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session'
        " has a status of `expired`."
    )
    event = stripe_sandbox.events()[0]
    assert (event["type"], event["data"]["object"]["id"]) == (
        "checkout.session.expired",
        session.id,
    )
    assert event["request"]["idempotency_key"]


def test_customer_is_made_when_asked_and_card_kept(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient, create_session: CreateSession
):
    session = create_session(
        customer_creation="always",
        payment_intent_data={"setup_future_usage": "off_session"},
    )
    customer_id = stripe_sandbox.pay(session.id)["session"]["customer"]
    assert client.v1.customers.retrieve(customer_id).email == "guest@example.com"
    methods = client.v1.customers.payment_methods.list(customer_id).data
    assert [method.card["last4"] for method in methods] == ["4242"]
    client.v1.payment_methods.detach(methods[0].id)
    assert client.v1.payment_methods.list(params={"customer": customer_id}).data == []
    assert {"customer.created", "payment_method.attached", "payment_method.detached"} <= set(
        types_of(stripe_sandbox)
    )


def test_metadata_of_session_can_change(client: stripe.StripeClient, create_session: CreateSession):
    session = create_session()
    changed = client.v1.checkout.sessions.update(
        session.id, params={"metadata": {"booking": "", "seen": "yes"}}
    )
    assert changed.metadata.to_dict() == {"seen": "yes"}


def test_tampered_amount_shows_in_session_intent_and_charge(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient, paid: stripe.checkout.Session
):
    stripe_sandbox.tamper(paid.id, amount=33499, currency="eur")
    after = client.v1.checkout.sessions.retrieve(
        paid.id, params={"expand": ["payment_intent.latest_charge"]}
    )
    assert (after.amount_total, after.currency) == (33499, "eur")
    assert after.payment_intent.amount_received == 33499
    assert after.payment_intent.latest_charge.amount == 33499
