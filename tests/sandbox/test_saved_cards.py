"""Cards that a customer keeps: saved in setup mode or while paying, offered, charged, detached."""

import pytest
import stripe
from playwright.sync_api import Browser, expect

from tests.sandbox.conftest import CreateSession
from tests.sandbox.fixtures import JudgedSandbox
from tests.sandbox.test_checkout import PAID_EVENTS, types_of
from tests.sandbox.test_payment_page import NARROW, violations

SAVE_EVENTS = [
    "setup_intent.created",
    "payment_method.attached",
    "setup_intent.succeeded",
    "checkout.session.completed",
]
SAVES_THEN_DECLINES = "4000000000000341"
CHALLENGED_ONCE = "4000002500003155"
CHALLENGED_ALWAYS = "4000002760003184"


@pytest.fixture
def customer(client: stripe.StripeClient) -> stripe.Customer:
    return client.v1.customers.create(params={"email": "claire@example.com", "name": "Claire"})


@pytest.fixture
def setup_session(client: stripe.StripeClient, customer: stripe.Customer):
    """Create sessions in setup mode for the customer."""

    def create(**changes):
        params = {
            "mode": "setup",
            "currency": "usd",
            "customer": customer.id,
            "success_url": "https://totetaxi.test/added/?session_id={CHECKOUT_SESSION_ID}",
            "cancel_url": "https://totetaxi.test/cards/",
            **changes,
        }
        given = {name: value for name, value in params.items() if value is not None}
        return client.v1.checkout.sessions.create(params=given)

    return create


@pytest.fixture
def pay_session(create_session: CreateSession, customer: stripe.Customer):
    """Create sessions of $335.00 for the customer, which ask whether to save the card."""

    def create(**changes):
        options = {"payment_method_save": "enabled"}
        given = {"saved_payment_method_options": options, **changes}
        return create_session(customer=customer.id, customer_email=None, **given)

    return create


def cards_of(client: stripe.StripeClient, customer: stripe.Customer) -> list[tuple[str, str]]:
    methods = client.v1.customers.payment_methods.list(customer.id).data
    return [(method.card["last4"], method.allow_redisplay) for method in methods]


def test_setup_session_has_an_intent_and_costs_nothing(
    client: stripe.StripeClient, customer: stripe.Customer, setup_session
):
    session = setup_session(setup_intent_data={"metadata": {"card": "1"}})
    assert (session.mode, session.status, session.payment_status) == (
        "setup",
        "open",
        "no_payment_required",
    )
    assert (session.amount_total, session.payment_intent) == (None, None)
    intent = client.v1.setup_intents.retrieve(session.setup_intent)
    assert (intent.status, intent.customer) == ("requires_payment_method", customer.id)
    assert intent.metadata.to_dict() == {"card": "1"}
    assert [one.id for one in client.v1.setup_intents.list().data] == [intent.id]


def test_saved_card_belongs_to_the_customer(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient, customer, setup_session
):
    session = setup_session()
    outcome = stripe_sandbox.pay(session.id)
    assert outcome["redirect_url"] == f"https://totetaxi.test/added/?session_id={session.id}"
    after = client.v1.checkout.sessions.retrieve(
        session.id, params={"expand": ["setup_intent.payment_method"]}
    )
    assert (after.status, after.url) == ("complete", None)
    method = after.setup_intent.payment_method
    assert (after.setup_intent.status, method.customer) == ("succeeded", customer.id)
    assert cards_of(client, customer) == [("4242", "always")]
    assert types_of(stripe_sandbox) == ["customer.created", *SAVE_EVENTS]


def test_events_of_a_saved_card_come_in_any_order(stripe_sandbox: JudgedSandbox, setup_session):
    orders = set()
    for seed in range(6):
        stripe_sandbox.webhooks(shuffle_seed=seed)
        stripe_sandbox.pay(setup_session().id)
        sent = [one.type for one in stripe_sandbox.deliver_with(lambda _body, _headers: 200)]
        orders.add(tuple(kind for kind in sent if kind in SAVE_EVENTS))
    assert len(orders) > 1
    assert {tuple(sorted(order)) for order in orders} == {tuple(sorted(SAVE_EVENTS))}


def test_declined_card_is_not_saved_and_another_is(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient, customer, setup_session
):
    session = setup_session()
    assert stripe_sandbox.pay(session.id, "4000000000000002")["outcome"] == "failed"
    intent = client.v1.setup_intents.retrieve(session.setup_intent)
    assert (intent.status, intent.last_setup_error.code) == (
        "requires_payment_method",
        "card_declined",
    )
    assert cards_of(client, customer) == []
    assert stripe_sandbox.pay(session.id)["outcome"] == "paid"
    assert cards_of(client, customer) == [("4242", "always")]
    assert len(stripe_sandbox.events("setup_intent.setup_failed")) == 1


def test_card_can_save_and_then_decline(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient, setup_session, pay_session
):
    stripe_sandbox.pay(setup_session().id, SAVES_THEN_DECLINES)
    method = client.v1.payment_methods.list().data[0]
    session = pay_session()
    outcome = stripe_sandbox.pay(session.id, saved=method.id)
    assert (outcome["outcome"], outcome["message"]) == ("failed", "Your card was declined.")
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"


@pytest.mark.parametrize(
    ("number", "asked_again"), [(CHALLENGED_ONCE, False), (CHALLENGED_ALWAYS, True)]
)
def test_bank_is_asked_once_or_always(
    stripe_sandbox: JudgedSandbox, client, setup_session, pay_session, number, asked_again
):
    stripe_sandbox.pay(setup_session().id, number)
    method = client.v1.payment_methods.list().data[0]
    assert stripe_sandbox.pay(pay_session().id, saved=method.id)["outcome"] == "paid"
    assert bool(stripe_sandbox.events("payment_intent.requires_action")) is asked_again
    assert len(stripe_sandbox.events("setup_intent.requires_action")) == 1


def test_failed_challenge_saves_nothing(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient, customer, setup_session
):
    session = setup_session()
    assert stripe_sandbox.pay(session.id, CHALLENGED_ALWAYS, challenge="fail")["outcome"] == (
        "failed"
    )
    intent = client.v1.setup_intents.retrieve(session.setup_intent)
    assert intent.last_setup_error.code == "setup_intent_authentication_failure"
    assert cards_of(client, customer) == []


@pytest.mark.parametrize(
    ("save", "kept"), [(True, [("4242", "always")]), (False, [])], ids=["ticked", "not ticked"]
)
def test_paying_keeps_the_card_if_asked_to(
    stripe_sandbox: JudgedSandbox, client, customer, pay_session, save, kept
):
    stripe_sandbox.pay(pay_session().id, save=save)
    assert cards_of(client, customer) == kept


def test_card_kept_for_other_uses_is_not_offered(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient, customer, pay_session
):
    first = pay_session(payment_intent_data={"setup_future_usage": "off_session"})
    stripe_sandbox.pay(first.id)
    assert cards_of(client, customer) == [("4242", "limited")]
    method = client.v1.customers.payment_methods.list(customer.id).data[0]
    with pytest.raises(LookupError):
        stripe_sandbox.pay(pay_session().id, saved=method.id)
    wider = {"allow_redisplay_filters": ["always", "limited"]}
    session = pay_session(saved_payment_method_options=wider)
    assert stripe_sandbox.pay(session.id, saved=method.id)["outcome"] == "paid"


def test_saved_card_pays(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient, customer, setup_session, pay_session
):
    stripe_sandbox.pay(setup_session().id)
    method = client.v1.payment_methods.list().data[0]
    session = pay_session()
    stripe_sandbox.pay(session.id, saved=method.id)
    after = client.v1.checkout.sessions.retrieve(
        session.id, params={"expand": ["payment_intent.latest_charge"]}
    )
    charge = after.payment_intent.latest_charge
    assert (after.payment_status, charge.payment_method, charge.customer) == (
        "paid",
        method.id,
        customer.id,
    )
    assert types_of(stripe_sandbox)[-4:] == PAID_EVENTS
    assert cards_of(client, customer) == [("4242", "always")]


def test_detached_default_card_is_default_no_more(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient, customer, setup_session
):
    stripe_sandbox.pay(setup_session().id)
    method = client.v1.payment_methods.list().data[0]
    chosen = {"invoice_settings": {"default_payment_method": method.id}}
    updated = client.v1.customers.update(customer.id, params=chosen)
    assert updated.invoice_settings.default_payment_method == method.id
    client.v1.payment_methods.detach(method.id)
    after = client.v1.customers.retrieve(customer.id)
    assert after.invoice_settings.default_payment_method is None
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_methods.detach(method.id)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.customers.update(customer.id, params=chosen)


def test_setup_session_expires_with_its_intent(
    stripe_sandbox: JudgedSandbox, client: stripe.StripeClient, setup_session
):
    session = setup_session()
    client.v1.checkout.sessions.expire(session.id)
    assert client.v1.setup_intents.retrieve(session.setup_intent).status == "canceled"
    assert types_of(stripe_sandbox)[-2:] == ["setup_intent.canceled", "checkout.session.expired"]


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"currency": None}, "currency"),
        ({"submit_type": "pay"}, "submit_type"),
        ({"saved_payment_method_options": {"payment_method_save": "enabled"}}, None),
        ({"payment_intent_data": {"description": "x"}}, "payment_intent_data"),
    ],
)
def test_what_does_not_belong_to_setup_mode_is_refused(setup_session, changes, param):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        setup_session(**changes)
    assert refused.value.param == (param or "saved_payment_method_options")


def test_setup_data_does_not_belong_to_payment_mode(pay_session):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        pay_session(setup_intent_data={"description": "x"})
    assert refused.value.param == "setup_intent_data"


# ------------------------------------------------------------------------------------- its page


def test_page_saves_a_card_and_offers_it_next_time(
    browser: Browser, stripe_sandbox: JudgedSandbox, client, setup_session, pay_session
):
    context = browser.new_context(java_script_enabled=False, viewport=NARROW)
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.route(
        "https://totetaxi.test/**",
        lambda route: route.fulfill(body="<title>ToteTaxi</title>", content_type="text/html"),
    )
    page.goto(f"{setup_session().url}?card=5555555555554444")
    page.get_by_role("button", name="Save card").click()
    expect(page).to_have_title("ToteTaxi")
    page.goto(pay_session().url)
    expect(page.get_by_label("Mastercard")).to_be_checked()
    expect(page.get_by_label("Card number")).to_be_hidden()
    page.get_by_role("button", name="Pay $335.00").click()
    expect(page).to_have_title("ToteTaxi")
    page.goto(f"{pay_session().url}?card=4242424242424242")
    expect(page.get_by_label("Another card")).to_be_checked()
    page.get_by_label("Save payment details").check()
    page.get_by_role("button", name="Pay $335.00").click()
    expect(page).to_have_title("ToteTaxi")
    context.close()
    kept = client.v1.payment_methods.list(params={"allow_redisplay": "always"}).data
    assert [method.card["last4"] for method in kept] == ["4242", "4444"]


def test_page_tells_that_a_saved_card_was_declined_or_removed(
    browser: Browser, stripe_sandbox: JudgedSandbox, client, setup_session, pay_session
):
    stripe_sandbox.pay(setup_session().id, SAVES_THEN_DECLINES)
    context = browser.new_context(viewport=NARROW)
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(pay_session().url)
    assert violations(page) == []
    page.get_by_role("button", name="Pay $335.00").click()
    expect(page.get_by_role("alert")).to_have_text("Your card was declined.")
    client.v1.payment_methods.detach(client.v1.payment_methods.list().data[0].id)
    page.get_by_role("button", name="Pay $335.00").click()
    expect(page.get_by_role("alert")).to_have_text(
        "This card is not saved any more. Please choose another one."
    )
    expect(page.get_by_label("Card number")).to_be_visible()
    context.close()
