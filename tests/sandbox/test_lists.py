"""Lists: pages, cursors, filters, expansion."""

import pytest
import stripe

from tests.sandbox.conftest import CreateSession
from tests.sandbox.fixtures import JudgedSandbox

START = 1_790_000_000


@pytest.fixture
def intents(stripe_sandbox: JudgedSandbox) -> list[str]:
    """Five payments, a minute apart, oldest first."""
    made = stripe_sandbox.seed([{"created": START + 60 * n, "amount": 10000 + n} for n in range(5)])
    return [one["payment_intent"] for one in made]


def test_list_walks_on_from_new_to_old(client: stripe.StripeClient, intents):
    page = client.v1.payment_intents.list(params={"limit": 2})
    assert ([intent.id for intent in page.data], page.has_more) == (intents[:2:-1], True)
    everything = [intent.id for intent in page.auto_paging_iter()]
    assert everything == intents[::-1]


def test_list_walks_back_with_ending_before(client: stripe.StripeClient, intents):
    page = client.v1.payment_intents.list(params={"limit": 2, "ending_before": intents[1]})
    assert ([intent.id for intent in page.data], page.has_more) == ([intents[3], intents[2]], True)
    page = client.v1.payment_intents.list(params={"limit": 2, "ending_before": intents[2]})
    assert ([intent.id for intent in page.data], page.has_more) == ([intents[4], intents[3]], False)


def test_list_keeps_to_bounds_of_creation(client: stripe.StripeClient, intents):
    bounds = {"gte": START + 60, "lt": START + 180}
    page = client.v1.payment_intents.list(params={"created": bounds})
    assert [intent.id for intent in page.data] == [intents[2], intents[1]]
    page = client.v1.payment_intents.list(params={"created": START + 60})
    assert [intent.id for intent in page.data] == [intents[1]]


@pytest.mark.parametrize(
    "params",
    [
        {"limit": 0},
        {"limit": 101},
        {"starting_after": "pi_0"},
        {"starting_after": "pi_0", "ending_before": "pi_1"},
    ],
)
def test_nonsense_paging_is_refused(client: stripe.StripeClient, params, intents):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.list(params=params)
    assert refused.value.http_status == 400


def test_sessions_are_found_by_status_intent_and_email(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient, create_session: CreateSession
):
    unpaid, session = create_session(), create_session(customer_email="Other@example.com")
    intent = stripe_sandbox.pay(session.id)["session"]["payment_intent"]

    def ids(**params):
        return [found.id for found in client.v1.checkout.sessions.list(params=params).data]

    assert ids(status="open") == [unpaid.id]
    assert ids(payment_intent=intent) == [session.id]
    assert ids(customer_details={"email": "Other@example.com"}) == [session.id]


def test_events_are_found_by_type_and_delivery(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient, paid
):
    def types(**params):
        return sorted(found.type for found in client.v1.events.list(params=params).data)

    wanted = ["charge.succeeded", "checkout.session.completed"]
    assert types(types=wanted) == wanted
    assert types(type="charge.succeeded") == ["charge.succeeded"]
    assert len(types(delivery_success=False)) == 4
    stripe_sandbox.deliver_with(lambda _body, _headers: 204)
    assert (types(delivery_success=False), len(types(delivery_success=True))) == ([], 4)
    assert types(created={"gte": paid.created + 1000}) == []


def test_balance_transactions_are_found_by_source_and_type(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient
):
    refunds = [{"created": START + 60, "amount": 5000}]
    made = stripe_sandbox.seed([{"created": START, "amount": 20000, "refunds": refunds}])[0]
    listed = client.v1.balance_transactions.list
    charged = listed(params={"source": made["charge"], "expand": ["data.source"]}).data
    assert [(one.id, one.source.id) for one in charged] == [
        (made["balance_transaction"], made["charge"])
    ]
    refunded = listed(params={"type": "refund"}).data
    assert [(one.source, one.amount) for one in refunded] == [(made["refunds"][0], -5000)]


def test_charge_shows_its_refunds_when_asked(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient
):
    refunds = [{"created": START + n, "amount": 1000 + n} for n in (1, 2)]
    made = stripe_sandbox.seed([{"created": START, "amount": 20000, "refunds": refunds}])[0]
    charge = client.v1.charges.retrieve(made["charge"], params={"expand": ["refunds"]})
    assert [refund.amount for refund in charge.refunds.data] == [1002, 1001]


def test_customers_are_kept_changed_and_found(client: stripe.StripeClient):
    customer = client.v1.customers.create(
        params={"email": "a@example.com", "name": "Ada", "metadata": {"user": "1"}}
    )
    changed = client.v1.customers.update(
        customer.id, params={"name": "", "phone": "+12125550100", "metadata": {"tier": "gold"}}
    )
    assert (changed.name, changed.phone) == (None, "+12125550100")
    assert changed.metadata.to_dict() == {"user": "1", "tier": "gold"}
    found = client.v1.customers.list(params={"email": "a@example.com"}).data
    assert [one.id for one in found] == [customer.id]
    assert client.v1.customers.list(params={"email": "b@example.com"}).data == []
