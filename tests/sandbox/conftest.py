"""What the sandbox's own tests share: Stripe's library as a client, and sessions to pay."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import stripe

from tests.sandbox.fixtures import JudgedSandbox

Json = dict[str, Any]
CreateSession = Callable[..., stripe.checkout.Session]

SESSION: Json = {
    "mode": "payment",
    "success_url": "https://totetaxi.test/done/?session_id={CHECKOUT_SESSION_ID}",
    "cancel_url": "https://totetaxi.test/back/",
    "customer_email": "guest@example.com",
    "client_reference_id": "TT-000415",
    "metadata": {"booking": "TT-000415"},
    "payment_intent_data": {"metadata": {"booking": "TT-000415"}},
    "line_items": [
        {
            "quantity": 1,
            "price_data": {
                "currency": "usd",
                "unit_amount": 29500,
                "product_data": {"name": "Petite move"},
            },
        },
        {
            "quantity": 2,
            "price_data": {
                "currency": "usd",
                "unit_amount": 2000,
                "product_data": {"name": "Stairs"},
            },
        },
    ],
}
"""A session of $335.00."""


@pytest.fixture(autouse=True)
def quiet_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the library from writing its telemetry file."""
    monkeypatch.setattr(stripe, "enable_telemetry", False)


@pytest.fixture
def client_of() -> Iterator[Callable[..., stripe.StripeClient]]:
    """Make clients of any key for any address, which do not retry unless told to."""
    transports: list[stripe.RequestsClient] = []

    def make(base_url: str, key: str = "sk_test_x", **options: Any) -> stripe.StripeClient:
        transport = stripe.RequestsClient(timeout=options.pop("timeout", 5))
        transports.append(transport)
        return stripe.StripeClient(
            key,
            base_addresses={"api": base_url},
            http_client=transport,
            max_network_retries=options.pop("retries", 0),
            **options,
        )

    yield make
    for transport in transports:
        transport.close()


@pytest.fixture
def client(
    stripe_sandbox: JudgedSandbox, client_of: Callable[..., stripe.StripeClient]
) -> stripe.StripeClient:
    """Stripe's library, speaking to the sandbox."""
    return client_of(stripe_sandbox.base_url)


@pytest.fixture
def create_session(client: stripe.StripeClient) -> CreateSession:
    """Create a session of $335.00; keywords replace or add parameters, None leaves one out."""

    def create(options: Json | None = None, **changes: Any) -> stripe.checkout.Session:
        params = {
            name: value for name, value in {**SESSION, **changes}.items() if value is not None
        }
        return client.v1.checkout.sessions.create(params=params, options=options or {})

    return create


@pytest.fixture
def paid(stripe_sandbox: JudgedSandbox, create_session: CreateSession) -> stripe.checkout.Session:
    """A session of $335.00, paid with the plain test card."""
    session = create_session()
    stripe_sandbox.pay(session.id)
    return session
